package chattest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed testdata/telegram-api.json
var telegramAPI []byte

// apiSpec is the published Bot API: what each method takes, and what the objects in it hold.
type apiSpec struct {
	Methods map[string][]apiField
	Types   map[string]apiType
}

type apiField struct {
	Name string
	// Types are the accepted ones, any of which will do.
	Types    []string
	Required bool
}

type apiType struct {
	Fields []apiField
	// Subtypes are the types that this one stands for.
	Subtypes []string
}

// telegramSpec reads the embedded spec, once for all fakes.
var telegramSpec = sync.OnceValue(func() apiSpec {
	var s apiSpec
	if err := json.Unmarshal(telegramAPI, &s); err != nil {
		panic("chattest: embedded Bot API spec: " + err.Error())
	}
	return s
})

// check returns what a call breaks of the spec, one line each. Files names the fields that came as files.
func (s apiSpec) check(method string, form url.Values, files []string) []string {
	fields, ok := s.Methods[method]
	if !ok {
		return []string{method + " is not a method of the Bot API"}
	}
	var broken []string
	for _, f := range fields {
		isFile := slices.Contains(files, f.Name)
		if isFile && !slices.Contains(f.Types, "InputFile") {
			broken = append(broken, fmt.Sprintf("%s takes no file as %s", method, f.Name))
		}
		if f.Required && form.Get(f.Name) == "" && !isFile {
			broken = append(broken, fmt.Sprintf("%s lacks the required %s", method, f.Name))
		}
	}
	for _, name := range files {
		if !slices.ContainsFunc(fields, func(f apiField) bool { return f.Name == name }) {
			broken = append(broken, fmt.Sprintf("%s has no field %s", method, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		i := slices.IndexFunc(fields, func(f apiField) bool { return f.Name == name })
		switch {
		case i < 0:
			broken = append(broken, fmt.Sprintf("%s has no field %s", method, name))
		case len(form[name]) > 1:
			broken = append(broken, fmt.Sprintf("%s has %s twice", method, name))
		case !s.takesForm(fields[i].Types, form.Get(name)):
			broken = append(broken, fmt.Sprintf("%s: %s is not of type %s", method, name, strings.Join(fields[i].Types, " or ")))
		}
	}
	return broken
}

// takesForm reports whether a form value is of one of the types. Scalars stand as they are, the rest
// is JSON.
func (s apiSpec) takesForm(types []string, value string) bool {
	return slices.ContainsFunc(types, func(t string) bool {
		switch t {
		case "String":
			return true
		case "Integer":
			_, err := strconv.ParseInt(value, 10, 64)
			return err == nil
		case "Float":
			_, err := strconv.ParseFloat(value, 64)
			return err == nil
		case "Boolean":
			return value == "true" || value == "false"
		}
		var v any
		return json.Unmarshal([]byte(value), &v) == nil && s.takes(t, v)
	})
}

// takes reports whether decoded JSON is of a type.
func (s apiSpec) takes(typ string, v any) bool {
	if of, ok := strings.CutPrefix(typ, "Array of "); ok {
		list, isList := v.([]any)
		return isList && !slices.ContainsFunc(list, func(e any) bool { return !s.takes(of, e) })
	}
	switch v := v.(type) {
	case string:
		return typ == "String"
	case bool:
		return typ == "Boolean"
	case float64:
		return typ == "Float" || typ == "Integer" && v == float64(int64(v))
	case map[string]any:
		return s.takesObject(typ, v)
	}
	return false
}

func (s apiSpec) takesObject(typ string, object map[string]any) bool {
	t, known := s.Types[typ]
	if !known {
		return false
	}
	if len(t.Subtypes) > 0 {
		return slices.ContainsFunc(t.Subtypes, func(sub string) bool { return s.takesObject(sub, object) })
	}
	seen := 0
	for _, f := range t.Fields {
		v, given := object[f.Name]
		if !given {
			if f.Required {
				return false
			}
			continue
		}
		seen++
		if !slices.ContainsFunc(f.Types, func(t string) bool { return s.takes(t, v) }) {
			return false
		}
	}
	return seen == len(object)
}
