package strict

import (
	"reflect"
	"strings"
)

// maxProblems bounds the unknown keys that are reported of one file. More are one mistake made everywhere.
const maxProblems = 200

// mostKeys is how many keys are decoded of a file that has unknown ones: the TOML library compares each
// with all others of its table. A list of a thousand feeds has eight thousand.
const mostKeys = 10_000

// unknownKeys returns a problem for each key that the type t does not take. What stands below an
// unknown key is not looked at.
func unknownKeys(f *File, keys []key, t reflect.Type) Problems {
	var problems Problems
	for i := 0; i < len(keys) && len(problems) < maxProblems; {
		k := keys[i]
		if _, known := typeAt(t, k.path); known {
			i++
			continue
		}
		last := len(k.path) - 1
		pos := posAt(f.src.Name, f.src.Data, k.start)
		problems = append(problems, f.Problem(pos, keyHint(k.path[last], keysAt(t, k.path[:last])), "unknown key %q", k.path[last]))
		i = k.after
	}
	return problems
}

// typeAt returns the type of what stands at a path, and whether t takes anything there.
func typeAt(t reflect.Type, path []string) (reflect.Type, bool) {
	for _, name := range path {
		next, ok := elementType(tableType(t), name)
		if !ok {
			return nil, false
		}
		t = next
	}
	return tableType(t), true
}

// keysAt returns the keys that the type takes in the table at the given path.
func keysAt(t reflect.Type, path []string) []string {
	t, ok := typeAt(t, path)
	if !ok || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for field := range t.Fields() {
		if name := fieldKey(field); name != "" {
			keys = append(keys, name)
		}
	}
	return keys
}

// tableType strips pointers and arrays down to the type of one table.
func tableType(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// elementType returns the type of the value that a table of type t takes under a key, in any case.
func elementType(t reflect.Type, name string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Interface:
		return t, true
	case reflect.Struct:
		for field := range t.Fields() {
			if key := fieldKey(field); key != "" && strings.EqualFold(key, name) {
				return field.Type, true
			}
		}
	}
	return nil, false
}

func fieldKey(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// keyHint names the nearest key, or all keys if they are few.
func keyHint(name string, known []string) string {
	if hint := DidYouMean(name, known); hint != "" {
		return hint
	}
	if len(known) == 0 {
		return ""
	}
	return "known keys: " + strings.Join(known, ", ")
}
