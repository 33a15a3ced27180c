package watch

import (
	"testing"

	"pressalert/feeds"
)

func TestMemory(t *testing.T) {
	item := func(key, title, summary string) feeds.Item {
		return feeds.Item{Keys: []feeds.Key{feeds.Key(key)}, Title: title, Summary: summary}
	}
	before := []feeds.Item{item("1", "a", "x"), item("2", "b", "y")}
	for _, c := range []struct {
		name string
		item feeds.Item
		want bool // unknown
	}{
		{"as it was", item("1", "a", "x"), false},
		{"another key", item("3", "a", "x"), true},
		{"another title", item("2", "c", "y"), true},
		{"another summary", item("2", "b", "z"), true},
		{"the title ends elsewhere", item("1", "", "ax"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory()
			m.keep("f", m.of(before))
			now := []feeds.Item{c.item}
			if got := len(m.unknown("f", now, m.of(now))) == 1; got != c.want {
				t.Errorf("unknown = %v, want %v", got, c.want)
			}
			if got := len(m.unknown("other", now, m.of(now))); got != 1 {
				t.Errorf("of another feed %d items are unknown, want 1", got)
			}
		})
	}
}
