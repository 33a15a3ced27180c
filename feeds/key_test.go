package feeds

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func entry(guid, link, title string, published time.Time) Entry {
	return Entry{GUID: guid, Item: Item{Feed: "f", Title: title, Link: CanonicalLink(link), Published: published}}
}

// TestSameItem says which two readings of an entry, each alone in its document, are one item.
func TestSameItem(t *testing.T) {
	other := entry("1", "https://a.example/x", "T", monday)
	other.Item.Feed = "g"
	tests := []struct {
		name string
		a, b Entry
		want bool
	}{
		{"same guid, new link and title", entry("1", "https://a.example/x", "T", monday), entry("1", "https://a.example/y", "U", monday), true},
		{"new guid, same link", entry("1", "https://a.example/x", "T", monday), entry("2", "https://a.example/x", "T", monday), true},
		{"neither", entry("1", "https://a.example/x", "T", monday), entry("2", "https://a.example/y", "T", monday), false},
		{"scheme, www and slash", entry("", "http://www.a.example/x/", "T", monday), entry("", "https://a.example/x", "T", monday), true},
		{"query tells apart", entry("", "https://a.example/?p=1", "T", monday), entry("", "https://a.example/?p=2", "T", monday), false},
		{"path's case tells apart", entry("", "https://a.example/x", "T", monday), entry("", "https://a.example/X", "T", monday), false},
		{"a front page identifies nothing", entry("", "https://a.example/", "T", monday), entry("", "https://a.example", "U", monday), false},
		{"guid of another feed", entry("1", "", "T", monday), Entry{GUID: "1", Item: Item{Feed: "g", Title: "U"}}, false},
		{"link of another feed", entry("1", "https://a.example/x", "T", monday), other, true},
		{"title on one day", entry("", "", "A law, passed!", monday), entry("", "", "a law passed", monday.Add(time.Hour)), true},
		{"title on another day", entry("", "", "Weather", monday), entry("", "", "Weather", monday.AddDate(0, 0, 1)), false},
		{"title without a day", entry("", "", "Weather", time.Time{}), entry("", "", "weather", time.Time{}), true},
		{"day in another zone", entry("", "", "W", monday), entry("", "", "W", monday.In(time.FixedZone("", 14*3600))), true},
		{"vowel signs tell apart", entry("", "", "กา", monday), entry("", "", "กี", monday), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := AssignKeys([]Entry{tt.a})[0], AssignKeys([]Entry{tt.b})[0]
			got := slices.ContainsFunc(a.Keys, func(k Key) bool { return slices.Contains(b.Keys, k) })
			if got != tt.want {
				t.Errorf("got %v (%v, %v), want %v", got, a.Keys, b.Keys, tt.want)
			}
		})
	}
}

// TestAssignKeysDocument gives documents whose publishers repeat themselves.
func TestAssignKeysDocument(t *testing.T) {
	tests := []struct {
		name     string
		give     []Entry
		distinct int
	}{
		{"one link for all", []Entry{entry("", "https://a.example/news", "A", monday), entry("", "https://a.example/news", "B", monday)}, 2},
		{"one guid for all", []Entry{entry("0", "", "A", monday), entry("0", "", "B", monday)}, 2},
		{"one guid, two links", []Entry{entry("0", "https://a.example/1", "A", monday), entry("0", "https://a.example/2", "A", monday)}, 2},
		{"links that differ in the slash", []Entry{entry("", "https://a.example/1", "A", monday), entry("", "https://a.example/1/", "B", monday)}, 2},
		{"the same entry twice", []Entry{entry("", "", "A", monday), entry("", "", "A", monday)}, 1},
		{"empty titles with summaries", []Entry{
			{Item: Item{Feed: "f", Summary: "one"}}, {Item: Item{Feed: "f", Summary: "two"}},
		}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			items := AssignKeys(tt.give)
			if len(items) != len(tt.give) {
				t.Fatalf("got %d items, want %d", len(items), len(tt.give))
			}
			seen := make(map[Key]bool)
			for _, item := range items {
				if len(item.Keys) == 0 {
					t.Errorf("item %q has no key", item.Title)
				}
				for _, k := range item.Keys {
					seen[k] = true
				}
			}
			if len(seen) != tt.distinct {
				t.Errorf("got %d keys, want %d", len(seen), tt.distinct)
			}
		})
	}
}

func TestKeySize(t *testing.T) {
	items := AssignKeys([]Entry{entry(strings.Repeat("x", 1<<20), "https://a.example/"+strings.Repeat("y", 1<<20), "T", monday)})
	for _, k := range items[0].Keys {
		if got := len(k); got != 32 {
			t.Errorf("got a key of %d bytes, want 32", got)
		}
	}
	if len(items[0].Keys) != 2 {
		t.Errorf("got %d keys, want one of the guid and one of the link", len(items[0].Keys))
	}
}
