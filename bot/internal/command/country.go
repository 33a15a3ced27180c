package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// countryDays is the time that /country sums up, and openDays how far back a case or a bill is still
	// looked for that nobody has reported the end of.
	countryDays = 90
	openDays    = 365
	// listedStories is how many open cases, and how many laws, stand on the page.
	listedStories = 5
)

func overviewMenu() chat.Command {
	return chat.Command{
		Name: "country", Description: fmt.Sprintf("A country at a glance: the last %d days, open cases, laws in motion", countryDays),
		Args: []chat.Arg{{Name: "country", Description: "Its two-letter code or its name, such as KH or Cambodia", Required: true, Complete: true}},
	}
}

// country sums up what was told of a country.
func (t *Table) country(ctx context.Context, r chat.Request) (chat.Message, error) {
	w, now := t.words(ctx, r), time.Now()
	s, complaint := scopeOf(w, now, r.Args["country"])
	if complaint == "" && s.country == "" {
		complaint = w.Text(spoken.ArchiveNameCountry)
	}
	if complaint != "" {
		return usageIn(w, overviewMenu(), complaint), nil
	}
	stories, err := t.Store.StoriesOf(ctx, s.country, now.AddDate(0, 0, -openDays))
	if err != nil {
		return chat.Message{}, err
	}
	name := w.Country(s.country)
	if len(stories) == 0 {
		return chat.Message{Title: w.Text(spoken.ArchiveCountryNone, "country", name)}, nil
	}
	counts := ofLastDays(stories, now)
	m := chat.Message{
		Title:  alert.Flag(s.country) + " " + w.Count(spoken.ArchiveCountry, len(counts), "country", name, "days", strconv.Itoa(countryDays)),
		Fields: topicCounts(w, counts),
		Footer: w.Text(spoken.ArchiveCountryNote, "latest", "/latest "+s.country, "laws", "/laws "+s.country, "stats", "/stats "+s.country),
	}
	for _, part := range []struct {
		title   string
		stories []alert.Story
	}{{w.Text(spoken.ArchiveOpenCases), matching(stories, openCase)}, {w.Text(spoken.ArchiveLawsMoving), lawsInMotion(stories)}} {
		lines, err := t.storyLines(ctx, w, part.title, part.stories)
		if err != nil {
			return chat.Message{}, err
		}
		m.Body = append(m.Body, lines...)
	}
	return m, nil
}

func ofLastDays(stories []alert.Story, now time.Time) []alert.Story {
	since := now.AddDate(0, 0, -countryDays)
	return matching(stories, func(s alert.Story) bool { return !s.Updated.Before(since) })
}

func matching(stories []alert.Story, is func(alert.Story) bool) []alert.Story {
	var found []alert.Story
	for _, s := range stories {
		if is(s) {
			found = append(found, s)
		}
	}
	return found
}

// mainTopic is the topic that a story is counted under.
func mainTopic(s alert.Story) rules.Topic {
	if len(s.Topics) == 0 {
		return ""
	}
	return s.Topics[0]
}

// topicCounts says for each topic how many stories there are and how many have come to which stage.
func topicCounts(w spoken.Words, stories []alert.Story) []chat.Field {
	var fields []chat.Field
	for _, topic := range rules.Topics() {
		all := matching(stories, func(s alert.Story) bool { return mainTopic(s) == topic })
		if len(all) == 0 {
			continue
		}
		var stages []string
		for _, stage := range rules.StagesOf(topic) {
			if n := len(matching(all, func(s alert.Story) bool { return s.Stage == stage })); n > 0 {
				stages = append(stages, fmt.Sprintf("%s %d", strings.ToLower(w.Stage(string(topic), string(stage))), n))
			}
		}
		value := fmt.Sprint(len(all))
		if len(stages) > 0 {
			value += " (" + strings.Join(stages, w.Text(spoken.ListSeparator)) + ")"
		}
		fields = append(fields, chat.Field{Name: w.Topic(string(topic)), Value: value})
	}
	return fields
}

// openCase reports a case against a person that has not come to a judgement, as far as was told.
func openCase(s alert.Story) bool {
	open := []rules.Stage{"summoned", "detained", "charged", "tried"}
	return (mainTopic(s) == rules.Prosecution || mainTopic(s) == rules.Lawsuit) && slices.Contains(open, s.Stage)
}

// lawsInMotion are the laws on their way, neither in force nor given up, each by its newest story. The stories
// come newest first.
func lawsInMotion(stories []alert.Story) []alert.Story {
	moving := []rules.Stage{"drafted", "consultation", "introduced", "approved", "passed", "promulgated"}
	told := make(map[string]bool)
	return matching(stories, func(s alert.Story) bool {
		if mainTopic(s) != rules.Legislation || s.Stage == "" || slices.ContainsFunc(s.Dossiers, func(d string) bool { return told[d] }) {
			return false
		}
		for _, d := range s.Dossiers {
			told[d] = true
		}
		return slices.Contains(moving, s.Stage)
	})
}

// storyLines lists the newest of some stories under a title; nothing if there are none.
func (t *Table) storyLines(ctx context.Context, w spoken.Words, title string, stories []alert.Story) ([]chat.Paragraph, error) {
	if len(stories) == 0 {
		return nil, nil
	}
	heading := title
	if len(stories) > listedStories {
		heading = w.Count(spoken.ArchiveNewest, len(stories), "title", title)
		stories = stories[:listedStories]
	}
	last, err := t.Store.LastAlerts(ctx, stories)
	if err != nil {
		return nil, err
	}
	lines := []chat.Paragraph{{{Text: heading, Style: chat.Bold}}}
	for _, s := range stories {
		if a, ok := last[s.ID]; ok {
			lines = append(lines, storyLine(w, s, a))
		}
	}
	return lines, nil
}

// storyLine is a story in a list: number, date, stage, and the headline of its last alert.
func storyLine(w spoken.Words, s alert.Story, last alert.Alert) chat.Paragraph {
	return chat.Paragraph{
		{Text: fmt.Sprintf("%d  ", last.ID), Style: chat.Bold},
		{Text: facts(dated(w, s.Updated), w.Stage(string(mainTopic(s)), string(s.Stage))) + " — "},
		{Text: w.Isolate(headline(last.Item.Title, last.Item.Summary)), Link: last.Item.Link},
		{Text: " (" + w.Isolate(last.Source) + ")"},
	}
}

// headline is the title of an item, or what stands for it.
func headline(title, summary string) string {
	if title != "" {
		return title
	}
	text, _ := excerpt(summary, nil)
	return text
}
