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

// discordLocales are the locales that the description knows.
var discordLocales = sync.OnceValue(func() []string {
	var doc struct {
		Components struct {
			Schemas struct {
				AvailableLocalesEnum struct {
					OneOf []struct{ Const string }
				}
			}
		}
	}
	if err := json.Unmarshal(discordAPI, &doc); err != nil {
		panic("chattest: discord-openapi.json: " + err.Error())
	}
	var locales []string
	for _, one := range doc.Components.Schemas.AvailableLocalesEnum.OneOf {
		locales = append(locales, one.Const)
	}
	return locales
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

// checkDiscord returns what a call breaks of the API, one line each.
func checkDiscord(r *http.Request, body discordBody) []string {
	name := strings.Replace(r.Pattern, "/api/{version}", "", 1)
	var broken []string
	if err := checkOpenAPI(name, r, body); err != nil {
		broken = append(broken, name+": "+err.Error())
	}
	message, wants, err := messageIn(name, body.json)
	if err != nil {
		broken = append(broken, name+": "+err.Error())
	}
	if err == nil && wants {
		for _, b := range append(message.broken(len(body.files)), body.checkFiles(message)...) {
			broken = append(broken, name+": "+b)
		}
	}
	return broken
}

// checkOpenAPI holds a call against version 10 of the API, which for what we use is that of version 9.
func checkOpenAPI(name string, r *http.Request, body discordBody) error {
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
	want := "application/json"
	if len(body.files) > 0 {
		want = "multipart/form-data"
	}
	if body.kind != want {
		return fmt.Errorf("content type %q, want %s", body.kind, want)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body.json))
	if err != nil {
		return err
	}
	return call.body.Validate(value)
}

// messageIn finds the message in the body of a call. wants is false for calls that carry none.
func messageIn(name string, body []byte) (m discordMessage, wants bool, err error) {
	_, path, _ := strings.Cut(name, " ")
	switch {
	case strings.HasPrefix(name, "GET"), strings.HasPrefix(name, "DELETE"), strings.HasPrefix(name, "PUT"), strings.HasSuffix(path, "/crosspost"),
		strings.HasSuffix(path, "/channels/{channel_id}"):
		return m, false, nil
	case strings.HasSuffix(path, "/callback"):
		var response struct {
			Type int             `json:"type"`
			Data json.RawMessage `json:"data"`
		}
		err := json.Unmarshal(body, &response)
		if err != nil || response.Type != responseMessage && response.Type != responseUpdate {
			return m, false, err
		}
		body = response.Data
	case strings.HasSuffix(path, "/threads"):
		var thread struct {
			Name    string          `json:"name"`
			Message json.RawMessage `json:"message"`
		}
		if err := json.Unmarshal(body, &thread); err != nil {
			return m, false, err
		}
		if n := utf16Length(thread.Name); n > 100 {
			return m, false, fmt.Errorf("name of a thread has %d characters, more than 100", n)
		}
		body = thread.Message
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	return m, true, dec.Decode(&m)
}
