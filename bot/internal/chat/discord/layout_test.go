package discord

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// digest is a message of so many items of so many letters each. Each item has its number at both ends.
func digest(items, letters int) chat.Message {
	m := chat.Message{Kicker: "Kicker", Title: "Digest", Footer: "Footer", Fields: []chat.Field{{Name: "Name", Value: "Value"}}}
	for i := range items {
		mark := fmt.Sprintf("(%d)", i)
		m.Body = append(m.Body, chat.Text(mark+strings.Repeat("x", letters-2*len(mark))+mark))
	}
	return m
}

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		name           string
		items, letters int
		most           int
		posts, embeds  int
		whole          bool // no item is cut or left out
	}{
		{"one item", 1, 100, maxPosts, 1, 1, true},
		{"just one embed", 4, 1022, maxPosts, 1, 1, true},
		{"two embeds of one post", 5, 1022, maxPosts, 1, 2, true},
		{"six thousand and more", 7, 1000, maxPosts, 2, 3, true},
		{"long items", 3, 4000, maxPosts, 3, 3, true},
		{"a bad day", 55, 500, maxPosts, 5, 10, true},
		{"too much for any", 400, 500, maxPosts, 5, 10, false},
		{"an item too long for all", 2, 9000, maxPosts, 2, 2, false},
		{"one post only", 20, 500, 1, 1, 2, false},
		{"no body", 0, 0, maxPosts, 1, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			pages := layout(digest(c.items, c.letters), c.most)
			if len(pages) != c.posts || count(pages) != c.embeds {
				t.Errorf("%d posts with %d embeds, want %d with %d", len(pages), count(pages), c.posts, c.embeds)
			}
			first, last := pages[0][0], pages[len(pages)-1][len(pages[len(pages)-1])-1]
			if first.Title != "Digest" || first.Author == nil || last.Footer == nil || len(last.Fields) != 1 {
				t.Errorf("first = %+v, last = %+v, want the head in the first and the tail in the last", first, last)
			}
			checkItems(t, pages, c.items, c.whole)
		})
	}
}

func count(pages [][]*discordgo.MessageEmbed) (n int) {
	for _, p := range pages {
		n += len(p)
	}
	return n
}

// checkItems holds that items come in their order, each in one embed, and none is lost if whole is true.
func checkItems(t *testing.T, pages [][]*discordgo.MessageEmbed, items int, whole bool) {
	t.Helper()
	next := 0
	cut := false
	for _, page := range pages {
		total := 0
		for _, e := range page {
			total += units(e.Description)
			for _, item := range strings.Split(e.Description, betweenParagraphs) {
				if item == "" {
					continue
				}
				mark := fmt.Sprintf("(%d)", next)
				complete := strings.HasPrefix(item, mark) && strings.HasSuffix(item, mark)
				cut = cut || strings.HasSuffix(item, ellipsis)
				if !complete && !strings.HasSuffix(item, ellipsis) {
					t.Fatalf("item %d is %.20q...", next, item)
				}
				next++
			}
		}
		if total > maxTotal {
			t.Errorf("%d letters in one post", total)
		}
	}
	if whole && (cut || next != items) || !whole && !cut {
		t.Errorf("%d of %d items, cut %t, want whole %t", next, items, cut, whole)
	}
}

// TestGrains checks that a text shows the same whether it was taken apart into words or into characters.
func TestGrains(t *testing.T) {
	for _, s := range append(chattest.NaughtyStrings(t), "#️⃣ emoji", "#\u00a0heading", "1.\u00e9", "> \u3000a", "-\u0301 a") {
		text := clean(s)
		short, _ := chattest.ReadDiscordMarkdown(write(escaped(text, coarse)))
		long, _ := chattest.ReadDiscordMarkdown(write(escaped(text, fine)))
		if short != long {
			t.Errorf("%q shows as %q in words, as %q in characters", s, short, long)
		}
	}
}

func TestKeyboard(t *testing.T) {
	row := func(n int) (row []chat.Button) {
		for range n {
			row = append(row, chat.Button{Text: "Next", Data: "next"})
		}
		return row
	}
	for _, c := range []struct {
		name string
		rows [][]chat.Button
		want string // the number of buttons in each row
	}{
		{"none", nil, "[]"},
		{"two rows", [][]chat.Button{row(2), row(1)}, "[2 1]"},
		{"a long row", [][]chat.Button{row(7)}, "[5 2]"},
		{"too many rows", [][]chat.Button{row(1), row(5), row(5), row(5), row(5), row(5)}, "[1 5 5 5 5]"},
		{"what Discord refuses", [][]chat.Button{{
			{Text: " ", Data: "a"}, {Text: "No data"}, {Text: "Long", Data: strings.Repeat("x", 101)},
			{Text: "Link", Link: "https://news.example/" + strings.Repeat("x", 500)}, {Text: "Trap", Link: "javascript:alert(1)"},
		}}, "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sizes := []int{}
			ids := make(map[string]bool)
			for _, row := range keyboard(c.rows) {
				keys := row.(discordgo.ActionsRow).Components
				sizes = append(sizes, len(keys))
				for _, k := range keys {
					id := k.(discordgo.Button).CustomID
					if ids[id] || pressedData(id) != "next" {
						t.Errorf("id %q comes twice or is not of next", id)
					}
					ids[id] = true
				}
			}
			if got := fmt.Sprint(sizes); got != c.want {
				t.Errorf("rows = %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzCustomID(f *testing.F) {
	f.Add("next", "next")
	f.Add("a/#1", "a")
	f.Add("a/#1", "a/#1")
	f.Fuzz(func(t *testing.T, a, b string) {
		ids := make(map[string]bool)
		for _, data := range []string{a, b, a} {
			id := customID(data, ids)
			if ids[id] || pressedData(id) != data {
				t.Errorf("the id of %q is %q, which was there or means %q", data, id, pressedData(id))
			}
			ids[id] = true
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"1", "1,2", "9/1,2", "", "/", "1,", "../1", "1/2/3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := parseAddress(s); ok && (a.String() != s || len(a.ids) == 0) {
			t.Errorf("%q is read as %+v", s, a)
		}
	})
}
