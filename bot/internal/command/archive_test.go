package command_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/live"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

const archiveRules = `
[[rule]]
id = "kh-cybercrime-law-drafted"
title = "Cambodia's cybercrime law is being drafted"
topic = "legislation"
countries = ["KH"]
severity = "medium"
dossier = "kh-cybercrime-law"
match = '"draft cyber law"'
[[rule]]
id = "kh-cybercrime-law"
title = "Cambodia's cybercrime law takes a step"
topic = "legislation"
countries = ["KH"]
severity = "medium"
dossier = "kh-cybercrime-law"
references = ["https://analysis.example/kh"]
match = '"cybercrime law" OR "ច្បាប់ស្ដីពីបទល្មើសបច្ចេកវិទ្យា"'
[[rule]]
id = "kh-press-law"
title = "Cambodia's press law"
topic = "legislation"
countries = ["KH"]
severity = "medium"
dossier = "kh-press-law"
match = '"press law"'
[[rule]]
id = "th-computer-crime-act"
title = "Thailand's Computer Crime Act"
topic = "legislation"
countries = ["TH"]
severity = "medium"
dossier = "th-computer-crime-act"
match = '"computer crime act"'
`

// An event is an item of the archive and what was made of it; "" as topic is nothing.
type event struct {
	daysAgo        int
	feed           string
	title, summary string
	country        string
	topic          rules.Topic
	stage          rules.Stage
	dossier        string
	joint          alert.Joint
}

// archive is what the commands of readers look into, the oldest first. Each alert opens a story unless it says
// otherwise.
var archive = []event{
	{200, "courier", "Cambodia begins to draft a cybercrime law", "Officials met experts.", "KH", rules.Legislation, "drafted", "kh-cybercrime-law", alert.Joint{}},
	{60, "gazette", "Cybercrime law goes to the assembly", "", "KH", rules.Legislation, "introduced", "kh-cybercrime-law", alert.Joint{}},
	{59, "weekly", "Assembly receives cybercrime law", "A second outlet on the same.", "KH", rules.Legislation, "introduced", "kh-cybercrime-law", alert.Joint{Story: 2, Relation: alert.Again, Why: "the same words"}},
	{30, "courier", "Reporter charged over a post about a dam", "The court named article 495.", "KH", rules.Prosecution, "charged", "", alert.Joint{}},
	{20, "courier", "Court case under the cybercrime law", "A blogger was detained.", "KH", rules.Prosecution, "detained", "kh-cybercrime-law", alert.Joint{}},
	{10, "courier", "Assembly passes cybercrime law", "Critics fear for speech. The Senate is expected to vote on it next week. It has 50 articles.", "KH", rules.Legislation, "passed", "kh-cybercrime-law", alert.Joint{}},
	{9, "gazette", "ศาลสั่งจำคุกนักข่าวสองปี", "โพสต์วิจารณ์รัฐบาล", "TH", rules.Prosecution, "sentenced", "", alert.Joint{}},
	{8, "weekly", "Dam opens", "A long story about a dam, with much said by many people about water, power and fish, until near its end the minister spoke of the press law, which few had asked about, and the meeting closed with music and food for everyone.", "", "", "", "", alert.Joint{}},
	{2, "weekly", "=SUM(1) a headline, with \"signs\"", "", "KH", rules.Censorship, "ordered", "", alert.Joint{}},
}

// newArchive is a table over the archive. It must be made in a synctest bubble, where it is midnight of 1
// January 2000.
func newArchive(t *testing.T) *command.Table {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "bot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for n, e := range archive {
		putEvent(t, s, n, e)
	}
	table := &command.Table{Store: s, Admins: []chat.Destination{admin}, Signer: chat.NewSigner([]byte("0123456789abcdef")), Log: slog.New(slog.DiscardHandler)}
	if table.Feeds, err = live.Open(fstest.MapFS{"feeds.toml": {Data: []byte(feedFile)}}, feeds.Parse); err != nil {
		t.Fatal(err)
	}
	if table.Rules, err = live.Open(fstest.MapFS{"rules.toml": {Data: []byte(archiveRules)}}, rules.Parse); err != nil {
		t.Fatal(err)
	}
	return table
}

func putEvent(t *testing.T, s *store.Store, n int, e event) {
	t.Helper()
	when := time.Now().AddDate(0, 0, -e.daysAgo)
	link := fmt.Sprintf("https://%s.example/%d", e.feed, n+1)
	item := feeds.Item{Feed: e.feed, Keys: []feeds.Key{feeds.Key(link)}, Title: e.title, Summary: e.summary, Link: link, Published: when, Seen: when}
	state := store.FeedState{Feed: e.feed, Checked: when, NextCheck: when}
	_, err := s.Record(t.Context(), state, []feeds.Item{item}, func(i feeds.Item) store.Verdict {
		if e.topic == "" {
			return store.Verdict{}
		}
		a := alert.Alert{
			Item: i, Source: strings.ToUpper(e.feed[:1]) + e.feed[1:], Topics: []rules.Topic{e.topic}, Countries: []string{e.country}, Stage: e.stage,
			Severity: rules.High, Created: when, Reasons: []alert.Reason{{Rule: "some-rule", Title: "Some rule"}},
		}
		if e.dossier != "" {
			a.Dossiers = []string{e.dossier}
		}
		return store.Verdict{Alert: &a, Joint: e.joint, Deliveries: []alert.Delivery{{To: channel, Due: when}}}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestArchiveAnswers puts the lines of "ask" of every txtar of testdata/archive to the table over the archive,
// as TestAnswers does, and compares with its "answer".
func TestArchiveAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/archive/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			script, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			synctest.Test(t, func(t *testing.T) { got = talk(t, newArchive(t), string(script.Files[0].Data)) })
			if *update {
				script.Files = append(script.Files[:1], txtar.File{Name: "answer", Data: got})
				if err := os.WriteFile(file, txtar.Format(script), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(script.Files) != 2 || !bytes.Equal(got, script.Files[1].Data) {
				t.Errorf("got\n%s\nwant the answer of %s", got, file)
			}
		})
	}
}

// ask puts one line to a new archive.
func ask(t *testing.T, line string) (answer chat.Answer) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		table := newArchive(t)
		answer = table.Answer(t.Context(), request(t, table, line, chat.Answer{}))
	})
	return answer
}

func TestSearchMarksWords(t *testing.T) {
	answer := ask(t, "stranger: /search press law")
	var bold []string
	for _, span := range answer.Body[0] {
		if span.Style == chat.Bold {
			bold = append(bold, span.Text)
		}
	}
	if !slices.Equal(bold, []string{"press law"}) {
		t.Errorf("bold = %q in %+v", bold, answer.Body[0])
	}
}

// TestSearchPages turns pages of a search that fits into a button, and of one that is too long for it.
func TestSearchPages(t *testing.T) {
	const long = "น้ำท่วมกรุงเทพมหานครและปริมณฑล"
	synctest.Test(t, func(t *testing.T) {
		table := newArchive(t)
		for n := range 25 {
			putEvent(t, table.Store, 100+n, event{daysAgo: 1, feed: "courier", title: fmt.Sprintf("Flood %d %s", n, long)})
		}
		for _, c := range []struct{ search, want string }{
			{"flood", "25 hits for “flood”\n"},
			{"flood since:60d", "25 hits for “flood”, since 2 November 1999\n"},
			{long + " since:60d", "25 hits for “" + long + "”, since 2 November 1999\n"},
		} {
			got := string(talk(t, table, "stranger: /search "+c.search+"\nstranger: [Page 2 of 3]\nstranger: [Page 3 of 3]"))
			if strings.Count(got, c.want) != 3 || strings.Count(got, "Flood ") != 25 || !strings.Contains(got, "[Page 1 of 3] [Page 3 of 3]") {
				t.Errorf("got\n%s\nwant three pages of %s", got, c.want)
			}
		}
	})
}

func TestStatsPicture(t *testing.T) {
	file := ask(t, "stranger: /stats KH").File
	picture, err := png.Decode(bytes.NewReader(file.Data))
	if err != nil || picture.Bounds().Dx() < 800 {
		t.Fatalf("picture = %v, %v", picture, err)
	}
	if _, _, _, alpha := picture.At(0, 0).RGBA(); alpha != 0xffff {
		t.Error("the picture has no background of its own, so it cannot be read in dark and light alike")
	}
	if file.Name != "stats-kh.png" || !strings.Contains(file.Alt, "Prosecution over speech 2") || !strings.Contains(file.Alt, "2 in") && !strings.Contains(file.Alt, "alerts in all") {
		t.Errorf("%s is described as %q", file.Name, file.Alt)
	}
}

func TestExportFiles(t *testing.T) {
	table, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(ask(t, "stranger: /export KH 30d csv").File.Data, []byte("\ufeff")))).ReadAll()
	if err != nil || len(table) != 5 || table[1][10] != "'=SUM(1) a headline, with \"signs\"" || table[4][7] != "charged" {
		t.Errorf("csv = %q, %v", table, err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(ask(t, "stranger: /export json TH").File.Data, &rows); err != nil || len(rows) != 1 || rows[0]["title"] != "ศาลสั่งจำคุกนักข่าวสองปี" || rows[0]["publishers"] != 1.0 {
		t.Errorf("json = %v, %v", rows, err)
	}
	var feed struct {
		ID      string `xml:"http://www.w3.org/2005/Atom id"`
		Entries []struct {
			Categories []struct {
				Term string `xml:"term,attr"`
			} `xml:"http://www.w3.org/2005/Atom category"`
		} `xml:"http://www.w3.org/2005/Atom entry"`
	}
	file := ask(t, "stranger: /export atom").File
	if err := xml.Unmarshal(file.Data, &feed); err != nil || len(feed.Entries) != 6 || feed.ID == "" || len(feed.Entries[0].Categories) != 4 {
		t.Errorf("atom = %+v, %v", feed, err)
	}
	if file.Name != "alerts-all-2000-01-01.atom" {
		t.Errorf("name = %s", file.Name)
	}
}
