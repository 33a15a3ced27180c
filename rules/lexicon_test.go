package rules

import (
	"fmt"
	"slices"
	"testing"

	"pressalert/feeds/strict"
)

// TestLexiconNumbers holds that a term has one number however often it is read, and that terms which find something
// else have another.
func TestLexiconNumbers(t *testing.T) {
	type term struct{ written, language string }
	tests := []struct {
		name string
		a, b term
		same bool
	}{
		{"same", term{"draft law", "en"}, term{"Draft  LAW", "en"}, true},
		{"sign between", term{"draft law", "en"}, term{"draft-law", "en"}, true},
		{"language", term{"law", "en"}, term{"law", "fr"}, false},
		{"any language", term{"law", "en"}, term{"law", ""}, false},
		{"prefix", term{"laws", "en"}, term{"laws*", "en"}, false},
		{"exact", term{"ite", "id"}, term{"=ITE", "id"}, false},
		{"glued", term{"ច្បាប់", "km"}, term{"ច្បា ប់", "km"}, false},
		{"marks", term{"décret", "fr"}, term{"decret", "fr"}, false},
		{"longer", term{"law", "en"}, term{"law law", "en"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b lexiconBuilder
			read := func(w term) int32 {
				r := termReader{cutter: newCutter(), ways: waysOf(w.language), errors: new(queryErrors)}
				return b.term(r.read(w.written, listLexeme(w.written)), w.language)
			}
			first, second := read(tt.a), read(tt.b)
			if (first == second) != tt.same {
				t.Errorf("got the numbers %d and %d, want the same: %v", first, second, tt.same)
			}
			if again := read(tt.a); again != first {
				t.Errorf("read again it is %d, want %d", again, first)
			}
		})
	}
}

// TestLexiconKeepsWords reads more words than the first table of numbers has room for, and holds that each comes back
// as it was.
func TestLexiconKeepsWords(t *testing.T) {
	const many = 5000
	var b lexiconBuilder
	var all []termWord
	for i := range many {
		all = append(all, termWord{word: fmt.Sprintf("é%d", i), plain: fmt.Sprintf("e%d", i), prefix: i%2 == 0, glued: i%3 == 0})
	}
	all[1].plain, all[2].exact = "", "É2"
	id := b.term(all, "fr")
	if again := b.term(all, "fr"); again != id {
		t.Errorf("read again the term is %d, want %d", again, id)
	}
	words := b.build()
	for i, u := range words.wordsOf(id) {
		got := termWord{prefix: u.prefix(), glued: u.glued()}
		got.word, got.plain, got.exact = words.forms(u.word())
		if got != all[i] {
			t.Fatalf("word %d is %+v, want %+v", i, got, all[i])
		}
	}
	if got := len(words.wordEnds); got != many {
		t.Errorf("got %d words, want %d", got, many)
	}
}

func TestSparse(t *testing.T) {
	s := newSparse(4, []sparsePair{{2, 7}, {0, 5}, {2, 3}, {2, 7}, {3, 1}, {0, 5}})
	for row, want := range [][]int32{{5}, {}, {3, 7}, {1}} {
		if got := s.row(int32(row)); !slices.Equal(got, want) {
			t.Errorf("row %d is %v, want %v", row, got, want)
		}
	}
}

// TestWithoutShares holds that leaving out places does not touch those that others share.
func TestWithoutShares(t *testing.T) {
	all := []place{{Title, 0, 0}, {Title, 1, 1}, {Summary, 0, 0}, {Body, 2, 2}}
	before := slices.Clone(all)
	got := without(all, func(p place) bool { return p.field == Title && p.first == 1 || p.field == Summary })
	if want := []place{all[0], all[3]}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !slices.Equal(all, before) {
		t.Errorf("the places became %v, want %v as before", all, before)
	}
}

// TestDecodeAheadKeepsOrder passes files on in the order given, whichever was decoded first.
func TestDecodeAheadKeepsOrder(t *testing.T) {
	var sources []strict.Source
	var want []string
	for i := range 40 {
		name := fmt.Sprintf("%d.toml", i)
		sources = append(sources, strict.Source{Name: name, Data: fmt.Appendf(nil, "a = [%q]\n", name)})
		want = append(want, name)
	}
	sources[7].Data = []byte("not TOML")
	var got []string
	decodeAhead(sources, func(d decoded[map[string][]string]) {
		got = append(got, d.source.Name)
		if broken := len(d.problems) > 0; broken != (d.source.Name == "7.toml") {
			t.Errorf("%s: got problems %v", d.source.Name, d.problems)
		} else if !broken && !slices.Equal(d.value["a"], []string{d.source.Name}) {
			t.Errorf("%s: got the value %v", d.source.Name, d.value)
		}
	})
	if !slices.Equal(got, want) {
		t.Errorf("got the order %v", got)
	}
}
