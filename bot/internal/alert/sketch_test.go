package alert_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pressalert/bot/internal/alert"
	"pressalert/feeds"
	"pressalert/rules"
)

func TestSketchMarshal(t *testing.T) {
	for name, text := range map[string]string{
		"empty":   "",
		"english": "Court in Kampot jails editor for 12 months",
		"khmer":   "រដ្ឋាភិបាលដកហូតអាជ្ញាបណ្ណ VOD នៅថ្ងៃទី១៣",
		"long":    strings.Repeat("Many Names and words of Every kind ", 3) + alphabetWords(),
	} {
		t.Run(name, func(t *testing.T) {
			sketch := alert.SketchOf(alert.Alert{Item: feeds.Item{Title: text}})
			data, err := sketch.MarshalBinary()
			if err != nil || len(data) > 498 {
				t.Fatalf("%d bytes, %v", len(data), err)
			}
			var back alert.Sketch
			if err := back.UnmarshalBinary(data); err != nil {
				t.Fatal(err)
			}
			again, err := back.MarshalBinary()
			if err != nil || !bytes.Equal(again, data) {
				t.Errorf("read back as %x, want %x", again, data)
			}
		})
	}
}

// alphabetWords are more different words than a sketch keeps.
func alphabetWords() string {
	var b strings.Builder
	for a := 'a'; a <= 'z'; a++ {
		for c := 'a'; c <= 'f'; c++ {
			b.WriteString(strings.Repeat(string(a)+string(c), 3) + " ")
		}
	}
	return b.String()
}

func TestSketchUnmarshalRefuses(t *testing.T) {
	sketch := alert.SketchOf(alert.Alert{Item: feeds.Item{Title: "Court in Kampot jails editor"}})
	good, err := sketch.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	swapped := bytes.Clone(good) // the first two terms
	copy(swapped[2:], good[6:10])
	copy(swapped[6:], good[2:6])
	for name, data := range map[string][]byte{
		"nothing": nil, "cut": good[:5], "other version": append([]byte{9}, good[1:]...),
		"too long": append(bytes.Clone(good), make([]byte, 241)...), "out of order": swapped,
	} {
		if err := sketch.UnmarshalBinary(data); !errors.Is(err, alert.ErrSketch) {
			t.Errorf("%s: %v, want ErrSketch", name, err)
		}
	}
	if after, _ := sketch.MarshalBinary(); !bytes.Equal(after, good) {
		t.Error("a refused sketch changed the one that it was to replace")
	}
}

// FuzzSketch feeds texts to the cutter: whatever the text, its story is found by the same text again, and
// the sketch can be stored.
func FuzzSketch(f *testing.F) {
	for _, text := range []string{
		"", "Police arrest editor of Mekong Ledger in Kampot on 17 July", "Erdoğan'ın İstanbul’daki",
		"រដ្ឋាភិបាលដកហូតអាជ្ញាបណ្ណ VOD ថ្ងៃទី១៣", "ရွေးကောက်ပွဲ ကာကွယ်ရေးဥပဒေ", "新闻网站被封锁 2024年",
		"الحكومة تحجب موقعاً", "7,500.25 and 1.2.3", "\xff\xfe broken \u200b\u0301", "a\u17d2", strings.Repeat("é", 3000),
	} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, title, summary string) {
		a := alert.Alert{
			Item:   feeds.Item{Title: title, Summary: summary, Published: now, Language: "en"},
			Topics: []rules.Topic{rules.Attack}, Countries: []string{"KH"}, Severity: rules.High,
			Reasons: []alert.Reason{{Words: []string{prefixOf(title)}}},
		}
		s := alert.NewStory(a, now)
		s.ID = 7
		data, err := s.Tellings[0].Sketch.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		hasWords := data[1] > 0
		var back alert.Sketch
		if err := back.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		s.Tellings[0].Sketch = back
		index := alert.NewStories()
		index.Add(s)
		if j := index.Join(a, now); hasWords && (j.Story != 7 || j.Relation != alert.Again || !utf8.ValidString(j.Why) && utf8.ValidString(title+summary)) {
			t.Errorf("the same text gave %+v", j)
		}
	})
}

func prefixOf(s string) string { return s[:min(len(s), 7)] }

// FuzzSketchUnmarshal feeds bytes as a store may have them after an accident.
func FuzzSketchUnmarshal(f *testing.F) {
	good, err := alert.SketchOf(alert.Alert{Item: feeds.Item{Title: "Court in Kampot jails editor"}}).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s alert.Sketch
		if s.UnmarshalBinary(data) != nil {
			return
		}
		if again, err := s.MarshalBinary(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%x was read and written as %x, %v", data, again, err)
		}
	})
}
