package chattest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
)

// discordMessage is the body of a message in all forms that we send: everything we do not send is missing,
// so that a field by a wrong name is found.
type discordMessage struct {
	Content         string           `json:"content"`
	Embeds          []discordEmbed   `json:"embeds"`
	AllowedMentions *json.RawMessage `json:"allowed_mentions"`
	Nonce           string           `json:"nonce"`
	EnforceNonce    bool             `json:"enforce_nonce"`
	TTS             bool             `json:"tts"`
	Flags           int              `json:"flags"`
	Components      []struct {
		Type       int             `json:"type"`
		Components []discordButton `json:"components"`
	} `json:"components"`
	Attachments []struct {
		ID          string `json:"id"`
		Filename    string `json:"filename"`
		Description string `json:"description"`
	} `json:"attachments"`
	Reference *struct {
		MessageID       string `json:"message_id"`
		FailIfNotExists *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
}

type discordButton struct {
	Type     int    `json:"type"`
	Style    int    `json:"style"`
	Label    string `json:"label"`
	URL      string `json:"url"`
	CustomID string `json:"custom_id"`
	Disabled bool   `json:"disabled"`
}

// The flags of messages that we set (resources/message, Message Flags).
const (
	flagEphemeral = 1 << 6
	flagQuiet     = 1 << 12
)

type discordEmbed struct {
	Author      *discordAuthor `json:"author,omitempty"`
	Title       string         `json:"title,omitempty"`
	URL         string         `json:"url,omitempty"`
	Description string         `json:"description,omitempty"`
	Color       int            `json:"color,omitempty"`
	Fields      []discordField `json:"fields,omitempty"`
	Footer      *discordFooter `json:"footer,omitempty"`
	Image       *discordImage  `json:"image,omitempty"`
}

type discordImage struct {
	URL string `json:"url"`
}

type discordAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type discordField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

type discordFooter struct {
	Text string `json:"text"`
}

// broken lists the limits of Discord's documentation that the OpenAPI description does not hold.
func (m discordMessage) broken(files int) []string {
	var out []string
	limit := func(what, s string, most int) {
		if n := utf16Length(s); n > most {
			out = append(out, fmt.Sprintf("%s has %d characters, more than %d", what, n, most))
		}
	}
	limit("content", m.Content, 2000)
	limit("nonce", m.Nonce, 25)
	if len(m.Embeds) > 10 {
		out = append(out, fmt.Sprintf("%d embeds, more than 10", len(m.Embeds)))
	}
	if m.AllowedMentions == nil || !m.mentionsOneRole() {
		out = append(out, `allowed_mentions is not {"parse":[]}, nor that with the one role that the text calls`)
	}
	if m.Reference != nil && (m.Reference.FailIfNotExists == nil || *m.Reference.FailIfNotExists) {
		out = append(out, "a reply that fails if the other message is gone")
	}
	out = append(out, m.brokenButtons()...)
	if m.Content == "" && len(m.Embeds) == 0 && files == 0 {
		out = append(out, "cannot send an empty message")
	}
	var all strings.Builder
	for _, e := range m.Embeds {
		for _, err := range e.broken(limit) {
			out = append(out, err.Error())
		}
		all.WriteString(strings.Join(e.texts(), ""))
	}
	limit("all embeds together", all.String(), 6000)
	return out
}

// broken checks one embed; limit records what is too long.
func (e discordEmbed) broken(limit func(what, s string, most int)) []error {
	var errs []error
	limit("embed title", e.Title, 256)
	limit("embed description", e.Description, 4096)
	limit("embed url", e.URL, 2048)
	if e.URL != "" {
		if u, err := url.Parse(e.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			errs = append(errs, errors.New("embed url is not a web address"))
		}
	}
	if e.Author != nil {
		limit("embed author", e.Author.Name, 256)
	}
	if e.Footer != nil {
		limit("embed footer", e.Footer.Text, 2048)
	}
	if len(e.Fields) > 25 {
		errs = append(errs, fmt.Errorf("%d fields, more than 25", len(e.Fields)))
	}
	for _, f := range e.Fields {
		limit("field name", f.Name, 256)
		limit("field value", f.Value, 1024)
		if blankDiscord(f.Name) || blankDiscord(f.Value) {
			errs = append(errs, errors.New("a field's name and value are required"))
		}
	}
	if blankDiscord(strings.Join(e.texts(), "")) {
		errs = append(errs, errors.New("an embed without text"))
	}
	return errs
}

// texts returns the parts that count together and that a reader sees, in their order.
func (e discordEmbed) texts() []string {
	var out []string
	if e.Author != nil {
		out = append(out, e.Author.Name)
	}
	out = append(out, e.Title, e.Description)
	for _, f := range e.Fields {
		out = append(out, f.Name, f.Value)
	}
	if e.Footer != nil {
		out = append(out, e.Footer.Text)
	}
	return out
}

// mentionsOneRole tells whether a message may mention nothing, or one role only that it calls by name.
func (m discordMessage) mentionsOneRole() bool {
	var allowed struct {
		Parse       []string `json:"parse"`
		Users       []string `json:"users"`
		Roles       []string `json:"roles"`
		RepliedUser bool     `json:"replied_user"`
	}
	err := json.Unmarshal(*m.AllowedMentions, &allowed)
	return err == nil && allowed.Parse != nil && len(allowed.Parse) == 0 && len(allowed.Users) == 0 && !allowed.RepliedUser &&
		(len(allowed.Roles) == 0 || len(allowed.Roles) == 1 && strings.HasPrefix(m.Content, "<@&"+allowed.Roles[0]+">"))
}

// role returns the role that the message calls, "" for none.
func (m discordMessage) role() string {
	var allowed struct {
		Roles []string `json:"roles"`
	}
	if err := json.Unmarshal(*m.AllowedMentions, &allowed); err != nil || len(allowed.Roles) == 0 {
		return ""
	}
	return allowed.Roles[0]
}

// buttons returns the rows of buttons.
func (m discordMessage) buttons() [][]discordButton {
	var rows [][]discordButton
	for _, row := range m.Components {
		rows = append(rows, row.Components)
	}
	return rows
}

// brokenButtons lists what the documentation says of components that the OpenAPI description does not hold.
func (m discordMessage) brokenButtons() []string {
	var out []string
	if len(m.Components) > 5 {
		out = append(out, fmt.Sprintf("%d rows of components, more than 5", len(m.Components)))
	}
	ids := make(map[string]bool)
	for _, row := range m.Components {
		for _, b := range row.Components {
			const linkStyle = 5
			switch u, err := url.Parse(b.URL); {
			case b.Label == "":
				out = append(out, "a button without a label")
			case b.Style == linkStyle && (b.CustomID != "" || err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == ""):
				out = append(out, "a button that leads to no web address")
			case b.Style != linkStyle && (b.CustomID == "" || b.URL != "" || ids[b.CustomID]):
				out = append(out, fmt.Sprintf("a button without an id of its own: %q", b.CustomID))
			}
			ids[b.CustomID] = b.CustomID != ""
		}
	}
	return out
}

// blankDiscord tells whether Discord would trim s to nothing.
func blankDiscord(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == 0 || r == '\ufeff' }) == ""
}

func utf16Length(s string) int { return len(utf16.Encode([]rune(s))) }
