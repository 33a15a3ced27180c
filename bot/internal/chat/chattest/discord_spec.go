package chattest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed testdata/discord-openapi.json
var discordAPI []byte

// discordCall is what Discord's own OpenAPI description says of one call.
type discordCall struct {
	params map[string]*jsonschema.Schema // by name, all of them in the path
	body   *jsonschema.Schema            // nil for none
}

// discordSpec holds all calls of the description by method and path. OpenAPI 3.1 schemas are JSON schemas,
// so they are compiled as such, once: kin-openapi would compile them anew for every call, in 0.2 s.
var discordSpec = sync.OnceValue(func() map[string]discordCall {
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(discordAPI, &doc); err != nil {
		panic("chattest: discord-openapi.json: " + err.Error())
	}
	schemas := newSchemas()
	calls := make(map[string]discordCall)
	for path, item := range doc.Paths {
		at := "/paths/" + strings.ReplaceAll(path, "/", "~1")
		params := schemas.params(item["parameters"], at)
		for method, operation := range item {
			if method == "parameters" {
				continue
			}
			call := discordCall{params: params}
			if bytes.Contains(operation, []byte(`"requestBody"`)) {
				call.body = schemas.compile(at + "/" + method + "/requestBody/content/application~1json/schema")
			}
			calls[strings.ToUpper(method)+" "+path] = call
		}
	}
	return calls
})

// schemas compiles parts of the description.
type schemas struct {
	compiler *jsonschema.Compiler
}

func newSchemas() schemas {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(discordAPI))
	if err != nil {
		panic("chattest: discord-openapi.json: " + err.Error())
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("discord:", doc); err != nil {
		panic("chattest: discord-openapi.json: " + err.Error())
	}
	return schemas{c}
}

// compile returns the schema at a JSON pointer.
func (s schemas) compile(pointer string) *jsonschema.Schema {
	schema, err := s.compiler.Compile("discord:#" + (&url.URL{Path: pointer}).EscapedPath())
	if err != nil {
		panic("chattest: discord-openapi.json: " + err.Error())
	}
	return schema
}

// params compiles the schemas of a path's parameters.
func (s schemas) params(raw json.RawMessage, at string) map[string]*jsonschema.Schema {
	var list []struct {
		Name string `json:"name"`
	}
	if raw != nil {
		if err := json.Unmarshal(raw, &list); err != nil {
			panic("chattest: discord-openapi.json: " + err.Error())
		}
	}
	params := make(map[string]*jsonschema.Schema)
	for i, p := range list {
		params[p.Name] = s.compile(fmt.Sprintf("%s/parameters/%d/schema", at, i))
	}
	return params
}

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
}

type discordEmbed struct {
	Author      *discordAuthor `json:"author,omitempty"`
	Title       string         `json:"title,omitempty"`
	URL         string         `json:"url,omitempty"`
	Description string         `json:"description,omitempty"`
	Color       int            `json:"color,omitempty"`
	Fields      []discordField `json:"fields,omitempty"`
	Footer      *discordFooter `json:"footer,omitempty"`
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

// checkDiscord returns what a call breaks of the API, one line each.
func checkDiscord(r *http.Request, body []byte) []string {
	name := strings.Replace(r.Pattern, "/api/{version}", "", 1)
	var broken []string
	if err := checkOpenAPI(name, r, body); err != nil {
		broken = append(broken, name+": "+err.Error())
	}
	message, wants, err := messageIn(r.URL.Path, body)
	if err != nil {
		broken = append(broken, name+": "+err.Error())
	}
	if err == nil && wants {
		for _, b := range message.broken() {
			broken = append(broken, name+": "+b)
		}
	}
	return broken
}

// checkOpenAPI holds a call against version 10 of the API, which for what we use is that of version 9.
func checkOpenAPI(name string, r *http.Request, body []byte) error {
	call, ok := discordSpec()[name]
	if !ok {
		return errors.New("not in the description")
	}
	if r.URL.RawQuery != "" {
		return fmt.Errorf("a query %q, which no call here takes", r.URL.RawQuery)
	}
	for param, schema := range call.params {
		if err := schema.Validate(r.PathValue(param)); err != nil {
			return fmt.Errorf("%s: %w", param, err)
		}
	}
	if call.body == nil {
		return nil
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/json" {
		return fmt.Errorf("content type %q, want application/json", kind)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return call.body.Validate(value)
}

// messageIn finds the message in a call's body. wants is false for calls that carry none.
func messageIn(path string, body []byte) (m discordMessage, wants bool, err error) {
	switch {
	case strings.HasSuffix(path, "/callback"):
		var response struct {
			Type int             `json:"type"`
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(body, &response); err != nil || response.Data == nil {
			return m, false, err
		}
		body = response.Data
	case !strings.Contains(path, "/messages"):
		return m, false, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	return m, true, dec.Decode(&m)
}

// broken lists the limits of Discord's documentation that the OpenAPI description does not hold.
func (m discordMessage) broken() []string {
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
	if m.AllowedMentions == nil || !noMentions(*m.AllowedMentions) {
		out = append(out, `allowed_mentions is not {"parse":[]}`)
	}
	if m.Content == "" && len(m.Embeds) == 0 {
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

// noMentions tells whether a value of allowed_mentions allows none at all.
func noMentions(raw json.RawMessage) bool {
	var allowed struct {
		Parse       []string `json:"parse"`
		Users       []string `json:"users"`
		Roles       []string `json:"roles"`
		RepliedUser bool     `json:"replied_user"`
	}
	err := json.Unmarshal(raw, &allowed)
	return err == nil && allowed.Parse != nil && len(allowed.Parse) == 0 &&
		len(allowed.Users) == 0 && len(allowed.Roles) == 0 && !allowed.RepliedUser
}

// blankDiscord tells whether Discord would trim s to nothing.
func blankDiscord(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == 0 || r == '\ufeff' }) == ""
}

func utf16Length(s string) int { return len(utf16.Encode([]rune(s))) }
