package command

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

// Suggestions come while a person types, so they are made from what is in memory, or from the few rows about
// the place, and never from the archive.

// mostSuggestions is how many suggestions are of use: chat.Request.Completing.
const mostSuggestions = 25

// longestSuggestion is how long a suggested value may be in characters: chat.Request.Completing.
const longestSuggestion = 100

// A hint is something that can be suggested.
type hint struct {
	// value is what the argument takes, and name what is shown.
	value, name string
	// others are further names that it is found by, plain.
	others []string
}

// suggest answers what a person is still typing with the suggestions for it, as chat.Request.Completing has
// them. Commands that the person may not use have none.
func (t *Table) suggest(ctx context.Context, r chat.Request) chat.Answer {
	typed := r.Args[r.Completing]
	before, last := "", typed
	if takesLists(r) {
		if i := strings.LastIndexByte(typed, ','); i >= 0 {
			before, last = typed[:i+1]+" ", strings.TrimSpace(typed[i+1:])
		}
	}
	var a chat.Answer
	for _, h := range ranked(t.hints(ctx, r), last) {
		if len([]rune(before+h.value)) <= longestSuggestion && len(a.Fields) < mostSuggestions {
			a.Fields = append(a.Fields, chat.Field{Name: before + h.name, Value: before + h.value})
		}
	}
	return a
}

// takesLists reports whether the argument that is being typed takes several values with commas.
func takesLists(r chat.Request) bool {
	return r.Command == "subscribe" && slices.Contains([]string{"country", "law", "written", "rule"}, r.Completing)
}

// ranked returns the hints that fit what was typed: those that begin with it before those that hold it.
func ranked(hints []hint, typed string) []hint {
	typed = plain(typed)
	if typed == "" {
		return hints
	}
	var begin, hold []hint
	for _, h := range hints {
		names := append([]string{plain(h.value), plain(h.name)}, h.others...)
		switch {
		case slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, typed) }):
			begin = append(begin, h)
		case slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, typed) }):
			hold = append(hold, h)
		}
	}
	return append(begin, hold...)
}

// hints are all that can stand for the argument that is being typed.
func (t *Table) hints(ctx context.Context, r chat.Request) []hint {
	i := slices.IndexFunc(t.entries(), func(e entry) bool { return e.menu.Name == r.Command })
	if i < 0 || t.entries()[i].who == admins && !t.isAdmin(r) {
		return nil
	}
	w := t.words(ctx, r)
	switch r.Command + " " + r.Completing {
	case "help command":
		return t.commandHints(r)
	case "law name":
		return t.lawHints()
	case "subscribe country":
		return slices.Concat(t.countryHints(w), t.regionHints(w))
	case "subscribe law":
		return familyHints(w)
	case "subscribe written":
		return t.writtenHints(w)
	case "subscribe rule", "rule id":
		return t.ruleHints(r)
	case "mute what":
		return t.muteHints(r, w)
	case "unmute what", "unsubscribe id":
		return t.hintsOfPlace(ctx, r, w)
	case "feed id", "review what":
		return t.feedHints()
	case "language language":
		return languageHints()
	case "settings value":
		return settingHints(r.Args["setting"])
	case "digest when":
		return plainHints("daily 06:00", "daily 07:00", "daily 08:00", "daily 18:00", "daily 20:00", "weekdays 08:00", "weekdays 18:00")
	case "quiet hours":
		return plainHints("22:00-07:00", "23:00-07:00", "20:00-08:00", settingOff)
	}
	if r.Completing == "country" {
		return t.countryHints(w)
	}
	return nil
}

func plainHints(values ...string) []hint {
	var list []hint
	for _, v := range values {
		list = append(list, hint{value: v, name: v})
	}
	return list
}

// countryNames are the names of every country in every language, plain, by code: too many to be made plain at
// every letter that somebody types.
var countryNames = sync.OnceValue(func() map[string][]string {
	names := make(map[string][]string)
	for _, lang := range spoken.Languages() {
		w := spoken.For(lang)
		for i := range 26 * 26 {
			code := string([]byte{'A' + byte(i/26), 'A' + byte(i%26)})
			if name := w.Country(code); name != code {
				names[code] = append(names[code], plain(name))
			}
		}
	}
	return names
})

// countryHints are all countries, in the language of whoever asks: those first that feeds are about.
func (t *Table) countryHints(w spoken.Words) []hint {
	read := make(map[string]bool)
	for _, f := range t.Feeds.Get().On() {
		read[f.Country] = true
	}
	var list []hint
	for code, names := range countryNames() {
		list = append(list, hint{code, w.Country(code), names})
	}
	slices.SortFunc(list, func(a, b hint) int {
		if read[a.value] != read[b.value] {
			return map[bool]int{true: -1, false: 1}[read[a.value]]
		}
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value))
	})
	return list
}

func (t *Table) regionHints(w spoken.Words) []hint {
	var list []hint
	for _, id := range t.Rules.Get().Regions() {
		list = append(list, hint{"@" + id, w.Region(id), []string{plain(spoken.For("en").Region(id))}})
	}
	return list
}

func familyHints(w spoken.Words) []hint {
	var list []hint
	for _, family := range rules.Laws() {
		list = append(list, hint{string(family), w.Law(string(family)), []string{plain(spoken.For("en").Law(string(family)))}})
	}
	return list
}

// writtenHints are the languages of the feeds, and those that the bot speaks.
func (t *Table) writtenHints(w spoken.Words) []hint {
	codes := spoken.Languages()
	for _, f := range t.Feeds.Get().On() {
		for _, lang := range f.Languages {
			codes = joined(codes, baseLanguage(lang))
		}
	}
	var list []hint
	for _, code := range codes {
		if name := w.LanguageName(code); name != "" {
			list = append(list, hint{code, name, []string{plain(spoken.For("en").LanguageName(code))}})
		}
	}
	slices.SortFunc(list, func(a, b hint) int { return cmp.Compare(a.name, b.name) })
	return list
}

// languageHints are the languages that the bot speaks, each by its own name.
func languageHints() []hint {
	var list []hint
	for _, code := range spoken.Languages() {
		list = append(list, hint{code, spoken.For(code).LanguageName(code), []string{plain(spoken.For("en").LanguageName(code))}})
	}
	return list
}

func (t *Table) lawHints() []hint {
	var list []hint
	for _, l := range lawsOf(t.Rules.Get()) {
		h := hint{value: l.id, name: l.title}
		for _, title := range l.others {
			h.others = append(h.others, plain(title))
		}
		list = append(list, h)
	}
	return list
}

// ruleHints are the rules. Which there are is for the people who run the bot.
func (t *Table) ruleHints(r chat.Request) []hint {
	if !t.isAdmin(r) {
		return nil
	}
	var list []hint
	for _, rule := range t.Rules.Get().Rules() {
		list = append(list, hint{value: rule.ID, name: rule.ID + " – " + rule.Title})
	}
	return list
}

func (t *Table) feedHints() []hint {
	var list []hint
	for _, f := range t.Feeds.Get().On() {
		list = append(list, hint{value: f.ID, name: cmp.Or(f.Title, f.ID)})
	}
	return list
}

func (t *Table) commandHints(r chat.Request) []hint {
	var list []hint
	for _, e := range t.entries() {
		if e.who != admins || t.isAdmin(r) {
			list = append(list, hint{value: e.menu.Name, name: "/" + e.menu.Name})
		}
	}
	return list
}

func (t *Table) muteHints(r chat.Request, w spoken.Words) []hint {
	switch store.MuteKind(r.Args["kind"]) {
	case store.MuteRule:
		return t.ruleHints(r)
	case store.MuteCountry:
		return t.countryHints(w)
	}
	return nil
}

func settingHints(setting string) []hint {
	if setting == ceilingSetting {
		return plainHints(ceilings()...)
	}
	return plainHints(settingOn, settingOff)
}

// hintsOfPlace are the mutes or the subscriptions of the place where somebody types.
func (t *Table) hintsOfPlace(ctx context.Context, r chat.Request, w spoken.Words) []hint {
	var list []hint
	if r.Command == "unsubscribe" {
		subs, err := t.Store.SubscriptionsOf(ctx, r.From)
		if err != nil {
			t.Log.Warn("no suggestions", "err", err)
		}
		for _, s := range subs {
			if !s.FromConfig {
				list = append(list, hint{value: strconv.FormatInt(s.ID, 10), name: strconv.FormatInt(s.ID, 10) + ": " + strings.Join(t.selects(w, s), ", ")})
			}
		}
		return list
	}
	mutes, err := t.Store.Mutes(ctx, r.From, time.Now())
	if err != nil {
		t.Log.Warn("no suggestions", "err", err)
	}
	for _, m := range mutes {
		if kind := r.Args["kind"]; kind == "" || kind == string(m.Kind) {
			list = append(list, hint{value: m.What, name: t.muteName(m, w)})
		}
	}
	return list
}
