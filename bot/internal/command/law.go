package command

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
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
	// families are those of its rules.
	families []rules.Law
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
		if rule.Law != "" {
			l.families = joined(l.families, rule.Law)
		}
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
// names of its countries; by a name in any language that its rules know; or by its country and its kind. If several fit as well, or none
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
		best = meant(set, laws, text)
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
		for _, lang := range spoken.Languages() {
			own = append(own, lawWords(spoken.For(lang).Country(code))...)
		}
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
		for _, name := range union([]string{l.id, l.title, spaced, short}, lawWords(short)) {
			if utf8.RuneCountInString(name) >= shortestGuess {
				names, byName[name] = append(names, name), append(byName[name], l)
			}
		}
	}
	return byName[strict.Nearest(text, names)]
}

func lawMenu() chat.Command {
	return chat.Command{
		Name: "law", Description: "The history of a law, from its first draft to today, with sources",
		Args: []chat.Arg{{Name: "name", Description: "Its name or id, as /laws lists it, such as kh-cybercrime-law", Required: true, Complete: true}},
	}
}

// law tells the history of a law.
func (t *Table) law(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	l, ok, maybe := findLaw(t.Rules.Get(), r.Args["name"])
	if !ok {
		return lawUnknown(w, r.Args["name"], maybe), nil
	}
	reports, err := t.Store.Dossier(ctx, l.id)
	if err != nil {
		return chat.Message{}, err
	}
	steps, others := history(l, reports)
	part, page, pages := pageOf(steps, r, pageSize)
	m := chat.Message{
		Kicker: lawPlace(w, l), Title: l.title, Footer: paged(w, page, pages, w.Text(spoken.ArchiveLawId, "id", l.id)),
		Fields: lawFields(w, l, reports, steps, others, time.Now()),
	}
	for _, s := range part {
		m.Body = append(m.Body, s.line(w))
	}
	if len(reports) == 0 {
		m.Body = []chat.Paragraph{chat.Text(w.Text(spoken.ArchiveLawSilent))}
	}
	m.Buttons = t.pager(w, page, pages, "law", l.id)
	return m, nil
}

// lawUnknown offers what may be meant.
func lawUnknown(w spoken.Words, name string, maybe []law) chat.Message {
	if len(maybe) == 0 {
		return usageIn(w, lawMenu(), w.Text(spoken.ArchiveLawUnknown, "name", name))
	}
	m := chat.Message{Title: w.Text(spoken.ArchiveLawWhich, "name", name), Footer: w.Text(spoken.ArchiveLawWhichNote)}
	if len(maybe) == 1 {
		m.Title = w.Text(spoken.ArchiveLawThis, "name", name)
	}
	for _, l := range maybe[:min(len(maybe), pageSize)] {
		m.Body = append(m.Body, chat.Paragraph{{Text: l.id, Style: chat.Code}, {Text: " " + l.title}})
	}
	if more := len(maybe) - pageSize; more > 0 {
		m.Footer = facts(w.Count(spoken.ListRest, more), m.Footer)
	}
	return m
}

func lawPlace(w spoken.Words, l law) string {
	places := make([]string, 0, len(l.countries))
	for _, c := range l.countries {
		places = append(places, strings.TrimSpace(alert.Flag(c)+" "+w.Country(c)))
	}
	return strings.Join(places, w.Text(spoken.ListSeparator))
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
func (s step) line(w spoken.Words) chat.Paragraph {
	first := s.reports[0]
	p := chat.Paragraph{
		{Text: dated(w, first.Item.When()) + "  "},
		{Text: w.Stage("", string(s.stage)), Style: chat.Bold},
		{Text: " — "},
		{Text: w.Isolate(headline(first.Item.Title, first.Item.Summary)), Link: first.Item.Link},
		{Text: " (" + w.Isolate(first.Publisher)},
	}
	named := []string{first.Publisher}
	for _, r := range s.reports[1:] {
		if len(named) < sourcesOfStep && !slices.Contains(named, r.Publisher) {
			named = append(named, r.Publisher)
			p = append(p, chat.Span{Text: w.Text(spoken.ListSeparator)}, chat.Span{Text: w.Isolate(r.Publisher), Link: r.Item.Link})
		}
	}
	if more := len(s.reports) - len(named); more > 0 {
		p = append(p, chat.Span{Text: " " + w.Count(spoken.ListRest, more)})
	}
	return append(p, chat.Span{Text: ")"})
}

// lawFields say where a law stands, what comes next if a source says so, and where to read more.
func lawFields(w spoken.Words, l law, reports []store.Report, steps []step, others int, now time.Time) []chat.Field {
	var fields []chat.Field
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, chat.Field{Name: name, Value: value})
		}
	}
	if n := len(steps); n > 0 {
		last := steps[n-1]
		date := dated(w, last.reports[len(last.reports)-1].Item.When())
		add(w.Text(spoken.ArchiveNow), w.Text(spoken.ArchiveAsOf, "stage", w.Stage("", string(last.stage)), "date", date))
	}
	add(w.Text(spoken.ArchiveNext), nextStep(w, reports, now))
	if others > 0 {
		add(w.Text(spoken.ArchiveAlso), w.Count(spoken.ArchiveReports, others))
	}
	if n := len(reports); n > 0 {
		add(w.Text(spoken.ArchiveLastNews), dated(w, reports[n-1].Item.When()))
	}
	add(w.Text(spoken.ArchiveBackground), strings.Join(l.references, " "))
	return fields
}

func lawsMenu() chat.Command {
	return chat.Command{
		Name: "laws", Description: "The laws that are followed, and how far they have come",
		Args: []chat.Arg{
			{Name: "country", Description: "Those of a country, by its code or name", Complete: true},
			{Name: "page", Description: "The page of the list", Kind: chat.Number, Min: 1, Max: numberMax},
		},
	}
}

// laws lists laws, those with the newest news first.
func (t *Table) laws(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := t.words(ctx, r)
	s, complaint := scopeOf(w, time.Now(), r.Args["country"])
	if complaint != "" {
		return usageIn(w, lawsMenu(), complaint), nil
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
	about := scope{country: s.country}.about(w)
	if len(list) == 0 {
		return chat.Message{
			Title:  narrowed(w, about, spoken.ArchiveLawsNone, spoken.ArchiveLawsNoneAbout),
			Footer: w.Text(spoken.ArchiveLawsNoneNote, "command", "/country "+cmp.Or(s.country, "KH")),
		}, nil
	}
	part, page, pages := pageOf(list, r, pageSize)
	m := chat.Message{
		Title:  narrowed(w, about, spoken.ArchiveLaws, spoken.ArchiveLawsAbout, "number", strconv.Itoa(len(list))),
		Footer: paged(w, page, pages, w.Text(spoken.ArchiveLawsNote)),
	}
	for _, l := range part {
		m.Body = append(m.Body, lawLine(w, l, standings[l.id]))
	}
	m.Buttons = t.pager(w, page, pages, "laws", s.words()...)
	return m, nil
}

// lawLine is a law in a list: id, title, how far it has come and when it was last heard of.
func lawLine(w spoken.Words, l law, s store.Standing) chat.Paragraph {
	state := w.Text(spoken.ArchiveNoNews)
	if s.Stories > 0 {
		state = facts(w.Stage("", string(s.Stage)), w.Text(spoken.ArchiveLastNewsOn, "date", dated(w, s.Updated)))
	}
	return chat.Paragraph{{Text: w.Isolate(l.id), Style: chat.Code}, {Text: " " + w.Isolate(l.title) + " — " + state}}
}
