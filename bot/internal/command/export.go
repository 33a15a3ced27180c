package command

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
)

// The forms of an export.
const (
	exportCSV  = "csv"
	exportJSON = "json"
	exportAtom = "atom"
)

const (
	// exportDays is the period of /export if none is asked for.
	exportDays = 90
	// exportedAlerts bounds an export, and exportBytes its file: Discord takes 10 MiB from a bot (resources/message,
	// "default file upload limit").
	exportedAlerts = 5000
	exportBytes    = 9 << 20
)

func exportMenu() chat.Command {
	return chat.Command{
		Name: "export", Description: "Alerts as a file: a table (CSV), JSON or an Atom feed",
		Args: []chat.Arg{
			{Name: "country", Description: "A country's code or name; all if you name none", Complete: true},
			{Name: "period", Description: "How far back, such as 90d, 6m or 2026; 90 days if you do not say"},
			{Name: "format", Description: "csv, json or atom; csv if you do not say", Kind: chat.Choice, Choices: []string{exportCSV, exportJSON, exportAtom}},
		},
	}
}

// export answers with a file of alerts.
func (t *Table) export(ctx context.Context, r chat.Request) (chat.Message, error) {
	w, now := t.words(ctx, r), time.Now()
	s, complaint := scopeOf(w, now, r.Args["country"], r.Args["period"])
	if complaint == "" && s.topic != "" {
		complaint = w.Text(spoken.ArchiveExportTopics)
	}
	if complaint != "" {
		return usageIn(w, exportMenu(), complaint), nil
	}
	if s.since.IsZero() {
		s.since = now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -exportDays)
	}
	list, err := t.Store.Export(ctx, s.country, s.since, exportedAlerts)
	if err != nil {
		return chat.Message{}, err
	}
	about := scope{country: s.country, since: s.since}.about(w)
	if len(list) == 0 {
		return chat.Message{Title: w.Text(spoken.ArchiveExportNone, "about", about)}, nil
	}
	file, kept, err := exportFile(list, cmp.Or(r.Args["format"], exportCSV), s, now)
	if err != nil {
		return chat.Message{}, err
	}
	m := chat.Message{Title: w.Count(spoken.ArchiveExport, kept, "about", about), File: file}
	if kept < len(list) || kept == exportedAlerts {
		m.Footer = w.Text(spoken.ArchiveExportNote)
	}
	return m, nil
}

// exportFile writes alerts in a form, as many of the newest as fit, and returns how many they are.
func exportFile(list []store.Exported, form string, s scope, now time.Time) (*chat.File, int, error) {
	encode := map[string]func([]exportRow, scope, time.Time) ([]byte, error){
		exportCSV: encodeCSV, exportJSON: encodeJSON, exportAtom: encodeAtom,
	}[form]
	ending := map[string]string{exportCSV: ".csv", exportJSON: ".json", exportAtom: ".atom"}[form]
	rows := exportRows(list)
	for {
		data, err := encode(rows, s, now)
		if err != nil {
			return nil, 0, fmt.Errorf("write %s: %w", form, err)
		}
		if len(data) <= exportBytes || len(rows) < 2 {
			name := "alerts-" + strings.ToLower(cmp.Or(s.country, "all")) + "-" + now.UTC().Format("2006-01-02") + ending
			return &chat.File{Name: name, Data: data}, len(rows), nil
		}
		rows = rows[:len(rows)*3/4]
	}
}

// An exportRow is an alert in an export. The names are part of the form: people's programs read them.
type exportRow struct {
	ID         int64     `json:"id"`
	Story      int64     `json:"story"`
	Date       time.Time `json:"date"`
	Countries  []string  `json:"countries"`
	Topics     []string  `json:"topics"`
	Laws       []string  `json:"laws"`
	Dossiers   []string  `json:"dossiers"`
	Stage      string    `json:"stage"`
	Severity   string    `json:"severity"`
	Direction  string    `json:"direction"`
	Title      string    `json:"title"`
	Summary    string    `json:"summary"`
	Language   string    `json:"language"`
	Publisher  string    `json:"publisher"`
	Publishers int       `json:"publishers"`
	Link       string    `json:"link"`
	Rules      []string  `json:"rules"`
}

func exportRows(list []store.Exported) []exportRow {
	rows := make([]exportRow, len(list))
	for i, a := range list {
		ruleIDs := make([]string, 0, len(a.Reasons))
		for _, r := range a.Reasons {
			ruleIDs = append(ruleIDs, r.Rule)
		}
		rows[i] = exportRow{
			ID: a.ID, Story: a.Story, Date: a.Item.When().UTC(), Countries: texts(a.Countries), Topics: texts(a.Topics),
			Laws: texts(a.Laws), Dossiers: texts(a.Dossiers), Stage: string(a.Stage), Severity: a.Severity.String(),
			Direction: string(a.Direction), Title: a.Item.Title, Summary: a.Item.Summary, Language: a.Item.Language,
			Publisher: a.Source, Publishers: a.Publishers, Link: a.Item.Link, Rules: ruleIDs,
		}
	}
	return rows
}

// texts turns ids into words; never nil, so that JSON has an empty list.
func texts[T ~string](ids []T) []string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, string(id))
	}
	return list
}

// byteOrderMark begins a CSV file, without which Excel does not take it for Unicode.
const byteOrderMark = "\ufeff"

func encodeCSV(rows []exportRow, _ scope, _ time.Time) ([]byte, error) {
	b := bytes.NewBufferString(byteOrderMark)
	w := csv.NewWriter(b)
	w.Write([]string{
		"id", "story", "date", "countries", "topics", "laws", "dossiers", "stage", "severity", "direction", "title", "summary",
		"language", "publisher", "publishers", "link", "rules",
	})
	list := func(words []string) string { return strings.Join(words, " ") }
	for _, r := range rows {
		w.Write([]string{
			strconv.FormatInt(r.ID, 10), strconv.FormatInt(r.Story, 10), r.Date.Format(time.RFC3339), list(r.Countries), list(r.Topics),
			list(r.Laws), list(r.Dossiers), r.Stage, r.Severity, r.Direction, cell(r.Title), cell(r.Summary),
			cell(r.Language), cell(r.Publisher), strconv.Itoa(r.Publishers), cell(r.Link), list(r.Rules),
		})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cell keeps a text from outside from being taken for a formula by a spreadsheet (owasp.org, CSV Injection).
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func encodeJSON(rows []exportRow, _ scope, _ time.Time) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(rows)
	return b.Bytes(), err
}

// An atomFeed is an Atom feed (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	Title      string         `xml:"title"`
	ID         string         `xml:"id"`
	Updated    string         `xml:"updated"`
	Author     string         `xml:"author>name"`
	Link       atomLink       `xml:"link"`
	Summary    string         `xml:"summary"`
	Categories []atomCategory `xml:"category"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Scheme string `xml:"scheme,attr"`
	Term   string `xml:"term,attr"`
}

// atomSpace names our feeds and what their categories are; a tag URI (RFC 4151) needs no address.
const atomSpace = "tag:pressalert.example,2026:"

func encodeAtom(rows []exportRow, s scope, now time.Time) ([]byte, error) {
	feed := atomFeed{
		Title: "Alerts, " + scope{country: s.country, since: s.since}.about(spoken.Words{}), ID: atomSpace + "alerts:" + strings.ToLower(cmp.Or(s.country, "all")),
		Updated: now.UTC().Format(time.RFC3339),
	}
	for _, r := range rows {
		e := atomEntry{
			Title: cmp.Or(r.Title, r.Link), ID: atomSpace + "alert:" + strconv.FormatInt(r.ID, 10), Updated: r.Date.Format(time.RFC3339),
			Author: r.Publisher, Link: atomLink{r.Link}, Summary: r.Summary,
		}
		for _, c := range []struct {
			scheme string
			terms  []string
		}{{"country", r.Countries}, {"topic", r.Topics}, {"stage", []string{r.Stage}}, {"severity", []string{r.Severity}}} {
			for _, term := range c.terms {
				if term != "" {
					e.Categories = append(e.Categories, atomCategory{atomSpace + c.scheme, term})
				}
			}
		}
		feed.Entries = append(feed.Entries, e)
	}
	data, err := xml.MarshalIndent(feed, "", " ")
	return append([]byte(xml.Header), data...), err
}
