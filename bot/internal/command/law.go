package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/feeds/strict"
	"pressalert/rules"
)

// A law is one that rules follow in a dossier.
type law struct {
	id string
	// title is that of the rule which stands for it, and others those of its other rules.
	title      string
	others     []string
	countries  []string
	references []string
	// statute is true of a law or a provision, and false of a kind of case that has a dossier of its own.
	statute bool
}

// lawsOf returns the laws and cases that rules follow, in the order of the rules.
func lawsOf(set *rules.Set) []law {
	var all []law
	at := make(map[string]int)
	for _, rule := range set.Rules() {
		if rule.Dossier == "" || rule.Status == rules.Test {
			continue
		}
		i, known := at[rule.Dossier]
		if !known {
			i = len(all)
			at[rule.Dossier] = i
			all = append(all, law{id: rule.Dossier, title: rule.Title})
		}
		l := &all[i]
		// The rule that is named like its dossier stands for it, or else the first one about the law itself.
		if first := rule.Topic == rules.Legislation && !l.statute; rule.ID == rule.Dossier || first {
			l.others, l.title = append(l.others, l.title), rule.Title
		} else if known {
			l.others = append(l.others, rule.Title)
		}
		l.statute = l.statute || rule.Topic == rules.Legislation
		l.countries = union(l.countries, rule.Countries)
		l.references = union(l.references, rule.References)
	}
	return all
}

func union(list, more []string) []string {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// findLaw finds the law that a person means: by its id; by words of its id, of its rules' titles and of the
// names of its countries; or by a name in any language that its rules know. If several fit as well, or none
// does, it returns those that may be meant, the likeliest first.
func findLaw(set *rules.Set, text string) (found law, ok bool, maybe []law) {
	laws := lawsOf(set)
	for _, l := range laws {
		if plain(l.id) == plain(text) || plain(l.title) == plain(text) {
			return l, true, nil
		}
	}
	best := fitting(laws, text)
	if len(best) == 0 {
		best = matchedLaws(set, laws, text)
	}
	switch len(best) {
	case 0:
		return law{}, false, nearestLaws(laws, text)
	case 1:
		return best[0], true, nil
	}
	return law{}, false, best
}

// fitting are the laws with every word of the text, those that have least beside them; of those that fit alike
// the laws before the cases.
func fitting(laws []law, text string) []law {
	words := lawWords(text)
	if len(words) == 0 {
		return nil
	}
	var fit []law
	for _, l := range laws {
		if l.has(words) {
			fit = append(fit, l)
		}
	}
	if statutes := slices.DeleteFunc(slices.Clone(fit), func(l law) bool { return !l.statute }); len(statutes) > 0 {
		fit = statutes
	}
	// A word of the id is what the law is called; words of titles say more about it.
	if named := slices.DeleteFunc(slices.Clone(fit), func(l law) bool { return !hasAll(lawWords(l.id), words) }); len(named) > 0 {
		return named
	}
	return fit
}

// has reports whether a law has all words, each as the beginning of one of its own.
func (l law) has(words []string) bool {
	own := lawWords(l.id + " " + l.title + " " + strings.Join(l.others, " "))
	for _, code := range l.countries {
		own = append(own, lawWords(alert.CountryName(code))...)
	}
	return hasAll(own, words)
}

func hasAll(own, words []string) bool {
	for _, w := range words {
		if !slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(o, w) }) {
			return false
		}
	}
	return true
}

// lawWords are the words of a name, without those that say nothing.
func lawWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N)
	})
	for i := range words {
		words[i] = plain(words[i])
	}
	return slices.DeleteFunc(words, func(w string) bool {
		return slices.Contains([]string{"", "the", "of", "on", "a", "an", "s", "and", "in", "act", "law", "laws", "bill"}, w)
	})
}

// matchedLaws are the laws whose rules find themselves in the text, as a name in another language.
func matchedLaws(set *rules.Set, laws []law, text string) []law {
	var found []law
	for _, m := range set.Match(feeds.Item{Title: text}) {
		i := slices.IndexFunc(laws, func(l law) bool { return l.id == m.Rule.Dossier })
		if i >= 0 && !slices.ContainsFunc(found, func(l law) bool { return l.id == laws[i].id }) {
			found = append(found, laws[i])
		}
	}
	return found
}

// nearestLaws are the laws that a typing error may have been made in.
func nearestLaws(laws []law, text string) []law {
	var names []string
	byName := make(map[string][]law)
	for _, l := range laws {
		spaced := strings.ReplaceAll(l.id, "-", " ")
		_, short, _ := strings.Cut(spaced, " ")
		for _, name := range []string{l.id, l.title, spaced, short} {
			if name != "" {
				names, byName[name] = append(names, name), append(byName[name], l)
			}
		}
	}
	return byName[strict.Nearest(text, names)]
}

func lawMenu() chat.Command {
	return chat.Command{
		Name: "law", Description: "The history of a law, from its first draft to today, with sources",
		Args: []chat.Arg{{Name: "name", Description: "Its name or id, as /laws lists it, such as kh-cybercrime-law", Required: true}},
	}
}

// law tells the history of a law.
func (t *Table) law(ctx context.Context, r chat.Request) (chat.Message, error) {
	l, ok, maybe := findLaw(t.Rules.Get(), r.Args["name"])
	if !ok {
		return lawUnknown(r.Args["name"], maybe), nil
	}
	reports, err := t.Store.Dossier(ctx, l.id)
	if err != nil {
		return chat.Message{}, err
	}
	steps, others := history(l, reports)
	part, page, pages := pageOf(steps, r, pageSize)
	m := chat.Message{Kicker: lawPlace(l), Title: l.title, Footer: "The id for /law: " + l.id}
	if pages > 1 {
		m.Footer = fmt.Sprintf("Page %d of %d. %s", page, pages, m.Footer)
	}
	for _, s := range part {
		m.Body = append(m.Body, s.line())
	}
	if len(reports) == 0 {
		m.Body = []chat.Paragraph{chat.Text("Nothing about it has come in since I began to read.")}
	}
	m.Fields = lawFields(l, reports, steps, others, time.Now())
	m.Buttons = t.pager(page, pages, "law", l.id)
	return m, nil
}

// lawUnknown offers what may be meant.
func lawUnknown(name string, maybe []law) chat.Message {
	if len(maybe) == 0 {
		return usage(lawMenu(), fmt.Sprintf("I follow no law “%s”. /laws lists them.", name))
	}
	m := chat.Message{Title: fmt.Sprintf("Which one do you mean by “%s”?", name), Footer: "/law and the id"}
	if len(maybe) == 1 {
		m.Title = fmt.Sprintf("I follow no law “%s”. Did you mean this one?", name)
	}
	for _, l := range maybe[:min(len(maybe), pageSize)] {
		m.Body = append(m.Body, chat.Paragraph{{Text: l.id, Style: chat.Code}, {Text: " " + l.title}})
	}
	if more := len(maybe) - pageSize; more > 0 {
		m.Footer = fmt.Sprintf("%d more. %s", more, m.Footer)
	}
	return m
}

func lawPlace(l law) string {
	places := make([]string, 0, len(l.countries))
	for _, c := range l.countries {
		places = append(places, strings.TrimSpace(alert.Flag(c)+" "+alert.CountryName(c)))
	}
	return strings.Join(places, ", ")
}

// A step is a stage that a law came to, with who reported it.
type step struct {
	stage   rules.Stage
	reports []store.Report
}

// history makes steps of the reports about a law, in their order: reports of the same stage in a row are one.
// It counts those that tell of no stage, or of a case under the law.
func history(l law, reports []store.Report) (steps []step, others int) {
	for _, r := range reports {
		own := !l.statute || len(r.Topics) > 0 && r.Topics[0] == rules.Legislation
		if r.Stage == "" || !own {
			others++
			continue
		}
		if n := len(steps); n > 0 && steps[n-1].stage == r.Stage {
			steps[n-1].reports = append(steps[n-1].reports, r)
			continue
		}
		steps = append(steps, step{r.Stage, []store.Report{r}})
	}
	return steps, others
}

// sourcesOfStep is how many sources of a step are named.
const sourcesOfStep = 3

// line is a step: its date, its stage, the headline that told it first, and the sources.
func (s step) line() chat.Paragraph {
	first := s.reports[0]
	p := chat.Paragraph{
		{Text: first.Item.When().UTC().Format("2 Jan 2006") + "  "},
		{Text: alert.StageName(s.stage), Style: chat.Bold},
		{Text: " — "},
		{Text: headline(first.Item.Title, first.Item.Summary), Link: first.Item.Link},
		{Text: " (" + first.Publisher},
	}
	named := []string{first.Publisher}
	for _, r := range s.reports[1:] {
		if len(named) < sourcesOfStep && !slices.Contains(named, r.Publisher) {
			named = append(named, r.Publisher)
			p = append(p, chat.Span{Text: ", "}, chat.Span{Text: r.Publisher, Link: r.Item.Link})
		}
	}
	if more := len(s.reports) - len(named); more > 0 {
		p = append(p, chat.Span{Text: fmt.Sprintf(" and %d more", more)})
	}
	return append(p, chat.Span{Text: ")"})
}

// lawFields say where a law stands, what comes next if a source says so, and where to read more.
func lawFields(l law, reports []store.Report, steps []step, others int, now time.Time) []chat.Field {
	var fields []chat.Field
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, chat.Field{Name: name, Value: value})
		}
	}
	if n := len(steps); n > 0 {
		last := steps[n-1]
		add("Now", alert.StageName(last.stage)+", as of "+last.reports[len(last.reports)-1].Item.When().UTC().Format("2 Jan 2006"))
	}
	add("Next", nextStep(reports, now))
	if others > 0 {
		add("Also", counted(others, "report")+" without a step of the law, or of cases under it")
	}
	if n := len(reports); n > 0 {
		add("Last news", reports[n-1].Item.When().UTC().Format("2 Jan 2006"))
	}
	add("Background", strings.Join(l.references, " "))
	return fields
}

func lawsMenu() chat.Command {
	return chat.Command{
		Name: "laws", Description: "The laws that are followed, and how far they have come",
		Args: []chat.Arg{
			{Name: "country", Description: "Those of a country, by its code or name"},
			{Name: "page", Description: "The page of the list", Kind: chat.Number, Min: 1, Max: numberMax},
		},
	}
}

// laws lists laws, those with the newest news first.
func (t *Table) laws(ctx context.Context, r chat.Request) (chat.Message, error) {
	s, complaint := scopeOf(time.Now(), r.Args["country"])
	if complaint != "" {
		return usage(lawsMenu(), complaint), nil
	}
	standings, err := t.Store.Standings(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	list := slices.DeleteFunc(lawsOf(t.Rules.Get()), func(l law) bool {
		return !l.statute || s.country != "" && !slices.Contains(l.countries, s.country)
	})
	slices.SortStableFunc(list, func(a, b law) int {
		return standings[b.id].Updated.Compare(standings[a.id].Updated)
	})
	about := scope{country: s.country}.String()
	if len(list) == 0 {
		return chat.Message{Title: "I follow no law" + about + ".", Footer: "/country " + cmp.Or(s.country, "KH") + " lists laws in motion that alerts told of"}, nil
	}
	part, page, pages := pageOf(list, r, pageSize)
	m := chat.Message{Title: "Laws" + about + ": " + fmt.Sprint(len(list)), Footer: "One in full: /law and its id"}
	if pages > 1 {
		m.Footer = fmt.Sprintf("Page %d of %d. %s", page, pages, m.Footer)
	}
	for _, l := range part {
		m.Body = append(m.Body, lawLine(l, standings[l.id]))
	}
	m.Buttons = t.pager(page, pages, "laws", s.words()...)
	return m, nil
}

// lawLine is a law in a list: id, title, how far it has come and when it was last heard of.
func lawLine(l law, s store.Standing) chat.Paragraph {
	state := "no news yet"
	if s.Stories > 0 {
		state = facts(alert.StageName(s.Stage), "last news "+s.Updated.UTC().Format("2 Jan 2006"))
	}
	return chat.Paragraph{{Text: l.id, Style: chat.Code}, {Text: " " + l.title + " — " + state}}
}
