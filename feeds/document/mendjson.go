package document

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
)

// jsonGuard is what servers set before JSON: a call that hands it over (JSONP), or signs that keep a
// browser from running it.
var jsonGuard = regexp.MustCompile(`^(?:\)\]\}',?|while\s*\(1\);|for\s*\(;;\);|(?:/\*\*/)?\s*(?:typeof\s)?[\w$.]{1,60}\s*\()\s*`)

// looksLikeJSON reports whether text is an object of JSON, be it guarded.
func looksLikeJSON(text []byte) bool {
	rest := text[len(jsonGuard.Find(text)):]
	return len(rest) > 0 && rest[0] == '{'
}

// mendJSON returns a JSON feed mended, what was mended, and whether it ends in the middle. An item that
// was cut is left out.
func mendJSON(text []byte) (out []byte, mended []string, cut bool, err error) {
	var w jsonWriter
	if guard := jsonGuard.Find(text); len(guard) > 0 {
		text = text[len(guard):]
		w.note("something stood before the JSON")
	}
	if err := w.rewrite(text); err != nil {
		return nil, nil, false, err
	}
	if err := checkJSON(w.out); err != nil {
		return nil, nil, false, err
	}
	out, err = w.typed()
	return out, w.list, w.cut, err
}

// A jsonWriter writes a broken JSON text anew.
type jsonWriter struct {
	out  []byte
	open []byte // the brackets that are open
	// whole is the length of out after the last whole item.
	whole int
	cut   bool
	notes
}

// rewrite copies text up to the end of its object: without comments, without commas that separate
// nothing, and with strings as JSON wants them. A text that ends too early is closed after its last
// whole item.
func (w *jsonWriter) rewrite(text []byte) error {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			n, closed := w.quoted(text[i+1:])
			if i += n; !closed {
				i = len(text)
			}
		case bytes.HasPrefix(text[i:], []byte("//")), bytes.HasPrefix(text[i:], []byte("/*")):
			i += w.comment(text[i:]) - 1
		case c == '{' || c == '[':
			w.open = append(w.open, c)
			w.out = append(w.out, c)
		case c == '}' || c == ']':
			if done := w.closes(c); done {
				if len(bytes.Trim(text[i+1:], " \t\r\n);")) > 0 {
					w.note("something stands after the JSON")
				}
				return nil
			}
		default:
			w.out = append(w.out, c)
		}
	}
	if w.whole == 0 {
		return errBeyond
	}
	w.cut = true
	w.note("the end is missing, and the last item with it")
	w.out = append(w.out[:w.whole], "]}"...)
	return nil
}

// quoted copies a string, whose opening quote was read, and returns how much of text it takes.
func (w *jsonWriter) quoted(text []byte) (length int, closed bool) {
	w.out = append(w.out, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			w.out = append(w.out, '"')
			return i + 1, true
		case c == '\\' && i+1 < len(text) && bytes.IndexByte([]byte(`"\/bfnrtu`), text[i+1]) < 0:
			w.note("a backslash before a sign that needs none")
		case c == '\\' && i+1 < len(text):
			i++
			w.out = append(w.out, '\\', text[i])
		case c < ' ':
			w.note("a line break or another control sign in a string")
			w.out = append(w.out, ' ')
		default:
			w.out = append(w.out, c)
		}
	}
	return len(text), false
}

// comment returns the length of the comment that text begins with.
func (w *jsonWriter) comment(text []byte) int {
	w.note("a comment")
	end := "\n"
	if text[1] == '*' {
		end = "*/"
	}
	if at := bytes.Index(text[2:], []byte(end)); at >= 0 {
		return 2 + at + len(end)
	}
	return len(text)
}

// closes writes a closing bracket and reports whether it closed the whole. A bracket that does not fit is
// left to the parser to refuse.
func (w *jsonWriter) closes(c byte) bool {
	for last := len(w.out) - 1; last >= 0 && bytes.IndexByte([]byte(", \t\r\n"), w.out[last]) >= 0; last-- {
		if w.out[last] == ',' {
			w.note("a comma after the last of a list")
			w.out = w.out[:last]
		}
	}
	w.out = append(w.out, c)
	if len(w.open) > 0 {
		w.open = w.open[:len(w.open)-1]
	}
	if c == '}' && string(w.open) == "{[" {
		w.whole = len(w.out)
	}
	return len(w.open) == 0
}

// texts are the values of an item that are text; an id is often a number.
var texts = []string{
	"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
	"date_published", "date_modified", "language",
}

// typed keeps what the format knows and has the right type, since one wrong type would cost the whole
// feed. A document without a version is a feed if it has items that are told by their text or address.
func (w *jsonWriter) typed() ([]byte, error) {
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader(w.out))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	given, _ := doc["items"].([]any)
	items := []any{}
	for _, v := range given {
		if item := w.item(v); item != nil {
			items = append(items, item)
		}
	}
	feed := map[string]any{"items": items}
	w.copyTexts(feed, doc, "title", "home_page_url", "feed_url", "description", "language", "version")
	w.copyAuthors(feed, doc)
	if feed["version"] == nil {
		w.note("the version of the format is missing")
		feed["version"] = "https://jsonfeed.org/version/1"
	}
	return json.Marshal(feed)
}

func (w *jsonWriter) item(v any) map[string]any {
	given, _ := v.(map[string]any)
	item := make(map[string]any)
	w.copyTexts(item, given, texts...)
	if len(item) == 0 {
		w.note("an item that holds nothing")
		return nil
	}
	w.copyAuthors(item, given)
	switch tags := given["tags"].(type) {
	case string:
		w.note("a value of another type than the format has")
		item["tags"] = []string{tags}
	case []any:
		tags = slices.DeleteFunc(tags, func(t any) bool { _, ok := t.(string); return !ok })
		item["tags"] = tags
	}
	return item
}

// copyTexts copies those values that are text, and numbers as text.
func (w *jsonWriter) copyTexts(to, from map[string]any, names ...string) {
	for _, name := range names {
		switch v := from[name].(type) {
		case string:
			to[name] = v
		case json.Number:
			to[name] = v.String()
		case nil:
		default:
			w.note("a value of another type than the format has")
		}
	}
}

// copyAuthors copies authors, and an author that is given as a bare name.
func (w *jsonWriter) copyAuthors(to, from map[string]any) {
	list, _ := from["authors"].([]any)
	var authors []any
	for _, v := range append(list, from["author"]) {
		author := make(map[string]any)
		switch v := v.(type) {
		case string:
			w.note("a value of another type than the format has")
			author["name"] = v
		case map[string]any:
			w.copyTexts(author, v, "name", "url")
		}
		if len(author) > 0 {
			authors = append(authors, author)
		}
	}
	if len(authors) > 0 {
		to["authors"] = authors
	}
}
