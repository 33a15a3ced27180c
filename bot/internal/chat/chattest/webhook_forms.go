package chattest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf16"
)

// A webhookForm is the form of JSON that a hook takes; its text stands in the hook's address.
type webhookForm string

const (
	ownForm    webhookForm = ""
	slackForm  webhookForm = "slack/"
	matrixForm webhookForm = "matrix/"
)

// WebhookViolations returns what a body for a hook of a format, slack or matrix, breaks of its owner's
// form, one line each.
func WebhookViolations(format string, body []byte) []string {
	_, broken := webhookForm(format+"/").read(http.Header{}, body)
	return broken
}

// formOf takes the form off the path of a hook.
func formOf(path string) (webhookForm, string) {
	for _, form := range []webhookForm{slackForm, matrixForm} {
		if name, ok := strings.CutPrefix(path, string(form)); ok {
			return form, name
		}
	}
	return ownForm, path
}

// read reads a call and lists what breaks its form. Slack's and Matrix's know neither keys nor updates.
func (f webhookForm) read(header http.Header, body []byte) (webhookMessage, []string) {
	var text string
	var broken []string
	switch f {
	case slackForm:
		text, broken = readSlack(body)
	case matrixForm:
		text, broken = readMatrix(body)
	default:
		return readWebhook(header, body)
	}
	return webhookMessage{Text: text}, broken
}

// answer answers a call as the owners of its form do.
func (f webhookForm) answer(w http.ResponseWriter, status int, id string) {
	switch f {
	case slackForm:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		fmt.Fprint(w, "ok")
	case matrixForm:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, `{"ok":true}`)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{"id": id})
	}
}

// A slackCall is what we use of the body of a Slack incoming webhook (docs.slack.dev, Sending messages
// using incoming webhooks; Blocks; Rich text block).
type slackCall struct {
	Text   string `json:"text"`
	Blocks []struct {
		Type     string            `json:"type"`
		Elements []json.RawMessage `json:"elements"`
	} `json:"blocks"`
	UnfurlLinks bool `json:"unfurl_links"`
	UnfurlMedia bool `json:"unfurl_media"`
}

// A slackPart is an element of rich text, of a section, or of a context.
type slackPart struct {
	Type     string          `json:"type"`
	Elements []slackPart     `json:"elements"`
	Text     string          `json:"text"`
	URL      string          `json:"url"`
	Style    map[string]bool `json:"style"`
	Emoji    bool            `json:"emoji"`
}

// Slack's limits: blocks of a message, elements of a context, and characters of a text object.
const (
	slackBlocks   = 50
	slackContext  = 10
	slackTextSize = 3000
)

// readSlack returns what a reader sees of a Slack message and what Slack would refuse.
func readSlack(body []byte) (text string, broken []string) {
	var call slackCall
	if err := strictJSON(body, &call); err != nil {
		return "", []string{"body: " + err.Error()}
	}
	check := func(ok bool, what string) {
		if !ok {
			broken = append(broken, what)
		}
	}
	check(call.Text != "", "no_text")
	check(!strings.ContainsAny(call.Text, "<>"), "text holds markup")
	check(len(call.Blocks) > 0 && len(call.Blocks) <= slackBlocks, fmt.Sprintf("%d blocks", len(call.Blocks)))
	var b strings.Builder
	for _, block := range call.Blocks {
		check(len(block.Elements) > 0, "a block without elements")
		check(block.Type != "context" || len(block.Elements) <= slackContext, "a context of too many elements")
		for _, raw := range block.Elements {
			var p slackPart
			if err := strictJSON(raw, &p); err != nil {
				return "", append(broken, "element: "+err.Error())
			}
			switch {
			case block.Type == "rich_text" && p.Type == "rich_text_section":
				check(len(p.Elements) > 0, "a section without elements")
				for _, e := range p.Elements {
					check(e.Text != "" && units16(e.Text) <= slackTextSize, "an element of no text or too much")
					check(e.Type == "text" && e.URL == "" || e.Type == "link" && isWeb(e.URL), "element "+e.Type+" "+e.URL)
					b.WriteString(e.Text)
				}
			case block.Type == "context" && p.Type == "plain_text":
				check(p.Text != "" && units16(p.Text) <= slackTextSize, "a context of no text or too much")
				b.WriteString(p.Text)
			default:
				check(false, "a "+p.Type+" in a "+block.Type)
			}
			b.WriteString("\n")
		}
	}
	return b.String(), broken
}

func units16(s string) int { return len(utf16.Encode([]rune(s))) }

// matrixEvent is the most that a Matrix server takes of an event, in bytes (Client-Server API, Size limits).
const matrixEvent = 65_536

// matrixTag is the form of the tags that our messages have; Matrix's clients show no more than a few.
var matrixTag = regexp.MustCompile(`</?(?:p|strong|em|code|a)>|<br>|<a href="https?://[^"<>]+">`)

// readMatrix returns what a reader sees of a message for matrix-hookshot and what is wrong with it.
func readMatrix(body []byte) (text string, broken []string) {
	var call struct {
		Text string `json:"text"`
		HTML string `json:"html"`
	}
	if err := strictJSON(body, &call); err != nil {
		return "", []string{"body: " + err.Error()}
	}
	if call.Text == "" || call.HTML == "" {
		broken = append(broken, "text or html is empty")
	}
	if len(body) > matrixEvent {
		broken = append(broken, fmt.Sprintf("%d bytes do not fit into an event", len(body)))
	}
	bare := matrixTag.ReplaceAllString(call.HTML, "")
	if strings.ContainsAny(bare, `<>"`) {
		broken = append(broken, "html that is not escaped: "+bare)
	}
	for _, tag := range []string{"p", "strong", "em", "code", "a"} {
		if strings.Count(call.HTML, "</"+tag+">") != len(regexp.MustCompile("<"+tag+"[ >]").FindAllString(call.HTML, -1)) {
			broken = append(broken, "a tag "+tag+" is not closed")
		}
	}
	return html.UnescapeString(bare), broken
}

// strictJSON decodes one JSON value that holds nothing unknown.
func strictJSON(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}
