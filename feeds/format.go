package feeds

import (
	"fmt"
	"strings"

	"pressalert/feeds/strict"
)

// Missing returns the feeds of list, whose ids must differ, whose addresses no feed of c has, in their
// order; an id that c has already gets a number. Scheme, "www." and a slash at the end do not make an address another one.
func (c *Catalogue) Missing(list []Feed) []Feed {
	known, ids := make(map[string]bool), make(idSet)
	for _, f := range c.feeds {
		known[feedKey(f.URL)] = true
		ids.take(f.ID)
	}
	var missing []Feed
	for _, f := range list {
		if key := feedKey(f.URL); !known[key] {
			known[key] = true
			missing = append(missing, f)
		}
	}
	// First those whose id is new, so that no other gets it by its number.
	for _, f := range missing {
		if _, taken := c.byID[f.ID]; !taken {
			ids.take(f.ID)
		}
	}
	for i, f := range missing {
		if _, taken := c.byID[f.ID]; taken {
			missing[i].ID = ids.take(f.ID)
		}
	}
	return missing
}

// feedKey is the same for two addresses that are in practice one feed.
func feedKey(address string) string {
	link := CanonicalLink(address)
	if key := linkKey(link); key != "" {
		return key
	}
	return link
}

// Format returns feeds as the text of a feed list, each with a blank line before it. Parse reads it back.
func Format(list []Feed) []byte {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "\n[[feed]]\nid = %s\nurl = %s\ntitle = %s\n", strict.Quote(f.ID), strict.Quote(f.URL), strict.Quote(f.Title))
		if f.Publisher != "" && f.Publisher != f.Title {
			fmt.Fprintf(&b, "publisher = %s\n", strict.Quote(f.Publisher))
		}
		if f.Kind != "" {
			fmt.Fprintf(&b, "kind = %s\n", strict.Quote(string(f.Kind)))
		}
		if f.Country != "" {
			fmt.Fprintf(&b, "country = %s\n", strict.Quote(f.Country))
		}
		if len(f.Languages) > 0 {
			fmt.Fprintf(&b, "languages = %s\n", quoteAll(f.Languages))
		}
		if len(f.Fallbacks) > 0 {
			fmt.Fprintf(&b, "fallbacks = %s\n", quoteAll(f.Fallbacks))
		}
		if f.Proxy != "" {
			fmt.Fprintf(&b, "proxy = %s\n", strict.Quote(f.Proxy))
		}
		if !f.Schedule.IsZero() {
			fmt.Fprintf(&b, "schedule = %s\n", strict.Quote(f.Schedule.String()))
		}
		if f.FullText {
			b.WriteString("full_text = true\n")
		}
		if f.Off {
			b.WriteString("off = true\n")
		}
	}
	return []byte(b.String())
}

// quoteAll writes a TOML array of strings.
func quoteAll(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = strict.Quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
