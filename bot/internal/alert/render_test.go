package alert_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/words"
	"pressalert/rules"
)

var update = flag.Bool("update", false, "write the rendered messages into testdata/render")

// A rendering is the "case" of a txtar file in testdata/render: what to render, and in which languages. The
// other files of it are the results, one a language, as plain text with the buttons below.
type rendering struct {
	// Kind is message, digest, bulletin or notice.
	Kind      string
	Alerts    []alert.Alert
	Languages []string
	Zone      string
	Discreet  bool
	Preview   bool
	Sources   []alert.Source
	Updated   time.Time
	Previous  *alert.Previous
	Ceiling   int
	Buttons   bool
}

// TestRender renders every case of testdata/render; -update writes the results into the files, to be read
// through before they are believed.
func TestRender(t *testing.T) {
	files, err := filepath.Glob("testdata/render/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { testRender(t, file) })
	}
}

func testRender(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r rendering
	decoder := json.NewDecoder(bytes.NewReader(archive.Files[0].Data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		t.Fatalf("case: %v", err)
	}
	got := archive.Files[:1:1]
	for _, lang := range r.Languages {
		got = append(got, txtar.File{Name: lang, Data: []byte(visible(r.render(t, lang)) + "\n")})
	}
	if *update {
		archive.Files = got
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(got) != len(archive.Files) {
		t.Fatalf("%d results, want %d; write them with -update", len(archive.Files)-1, len(got)-1)
	}
	for i, f := range got {
		if want := archive.Files[i]; f.Name != want.Name || !bytes.Equal(f.Data, want.Data) {
			t.Errorf("%s:\n%s\nwant %s:\n%s", f.Name, f.Data, want.Name, want.Data)
		}
	}
}

func (r rendering) render(t *testing.T, lang string) chat.Message {
	t.Helper()
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		t.Fatal(err)
	}
	v := alert.View{
		Words: words.For(lang), Zone: zone, Discreet: r.Discreet, Preview: r.Preview, Sources: r.Sources,
		Updated: r.Updated, Previous: r.Previous, Ceiling: r.Ceiling,
	}
	if r.Buttons {
		v.Buttons = func(act alert.Action) string { return "signed." + string(act) }
	}
	switch r.Kind {
	case "digest":
		return alert.Digest(r.Alerts, v)
	case "bulletin":
		return alert.Bulletin(alert.Beat{Country: r.Alerts[0].Countries[0], Topic: r.Alerts[0].Topics[0]}, r.Alerts, v)
	}
	if m, ok := alert.Notice(r.Alerts[0], v); ok && r.Kind == "notice" {
		return m
	}
	return alert.Message(r.Alerts[0], v)
}

// visible is the message as text, with what text alone does not show, and isolates as {…}.
func visible(m chat.Message) string {
	lines := []string{m.PlainText()}
	for _, row := range m.Buttons {
		var texts []string
		for _, b := range row {
			texts = append(texts, "["+b.Text+"]"+b.Link+b.Data)
		}
		lines = append(lines, strings.Join(texts, " "))
	}
	levels := map[chat.Level]string{
		chat.Notice: "notice", chat.Low: "low", chat.Medium: "medium", chat.High: "high", chat.Critical: "critical",
	}
	lines = append(lines, fmt.Sprintf("(%s; preview %t; tags %s)", levels[m.Level], m.Preview, strings.Join(m.Tags, ", ")))
	return strings.NewReplacer("\u2068", "{", "\u2069", "}").Replace(strings.Join(lines, "\n"))
}

// sample is an alert with everything.
func sample() alert.Alert {
	a := alert.Alert{
		ID: 12, Source: "Mekong Courier", SourceCountry: "KH",
		Topics: []rules.Topic{rules.Legislation}, Laws: []rules.Law{"cybercrime"}, Countries: []string{"KH"},
		Stage: "drafted", Severity: rules.Medium, Created: now,
		Reasons: []alert.Reason{{Rule: "kh-cybercrime-law", Title: "Cambodia's cybercrime law", Words: []string{"Kingdom's", "cybercrime law"}}},
	}
	a.Item.Title = "US to help develop Kingdom's cybercrime law"
	a.Item.Summary = "The ministry said on Monday that a foreign government will help. The law was shelved in 2014. Critics fear for speech. A fourth sentence."
	a.Item.Link, a.Item.Language, a.Item.Published, a.Item.Seen = "https://courier.example/1", "km", now, now
	return a
}

// TestIsolatesAreClosed holds every line of every golden message against an end that stands alone.
func TestIsolatesAreClosed(t *testing.T) {
	for _, lang := range words.Languages() {
		a := sample()
		a.Item.Title, a.Source = "قانون \u2066\u202eCybercrime", "\u2069صحيفة"
		a.Reasons[0].Words = []string{"\u2069", "قانون"}
		for line := range strings.SplitSeq(alert.Message(a, alert.View{Words: words.For(lang)}).PlainText(), "\n") {
			depth := 0
			for _, r := range line {
				switch r {
				case '\u2066', '\u2067', '\u2068':
					depth++
				case '\u2069':
					depth--
				}
				if depth < 0 {
					break
				}
			}
			if depth != 0 {
				t.Errorf("%s: %q leaves an isolate open or closes one that is not its own", lang, line)
			}
		}
	}
}

func TestLevels(t *testing.T) {
	for severity, want := range map[rules.Severity]chat.Level{
		0: chat.Low, rules.Low: chat.Low, rules.Medium: chat.Medium, rules.High: chat.High, rules.Critical: chat.Critical,
	} {
		if got := alert.Message(alert.Alert{Severity: severity}, alert.View{}).Level; got != want {
			t.Errorf("level of %v = %v, want %v", severity, got, want)
		}
	}
}

func TestFlag(t *testing.T) {
	for _, c := range []struct{ code, want string }{{"KH", "🇰🇭"}, {"kh", ""}, {"", ""}, {"ASEAN", ""}, {"K\xff", ""}} {
		if got := alert.Flag(c.code); got != c.want {
			t.Errorf("Flag(%q) = %q, want %q", c.code, got, c.want)
		}
	}
}

func BenchmarkMessage(b *testing.B) {
	signed := func(alert.Action) string { return "signed.data" }
	for _, lang := range []string{"en", "ar", "km", "ru"} {
		b.Run(lang, func(b *testing.B) {
			a := sample()
			a.Reasons[0].Stage, a.Reasons[0].StageWords = a.Stage, []string{"ministry said"}
			v := alert.View{Words: words.For(lang), Sources: []alert.Source{{Publisher: "Two Shores", Link: "https://two.example/1"}}, Buttons: signed}
			for b.Loop() {
				alert.Message(a, v)
			}
		})
	}
}

func BenchmarkDigest(b *testing.B) {
	var alerts []alert.Alert
	for i := range 20 {
		a := sample()
		a.ID = int64(i)
		alerts = append(alerts, a)
	}
	for b.Loop() {
		alert.Digest(alerts, alert.View{})
	}
}
