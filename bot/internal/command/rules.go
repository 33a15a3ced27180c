package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	spoken "pressalert/bot/internal/words"
	"pressalert/rules"
)

const (
	// listedRules is how many rules stand on a page.
	listedRules = 20
	// judgedAlerts is how many of the newest alerts a rule is judged by.
	judgedAlerts = 2000
)

func rulesMenu() chat.Command {
	return chat.Command{
		Name: "rules", Description: "For admins: the rules in force", Private: true,
		Args: []chat.Arg{
			{Name: "topic", Description: "Those of a topic", Kind: chat.Choice, Choices: topicIDs()},
			{Name: "status", Description: "Those that are stable, or on test", Kind: chat.Choice, Choices: []string{string(rules.Stable), string(rules.Test)}},
			{Name: "page", Description: "The page of the list", Kind: chat.Number, Min: 1, Max: numberMax},
		},
	}
}

func (t *Table) rules(_ context.Context, r chat.Request) (chat.Message, error) {
	set, topic, status := t.Rules.Get(), r.Args["topic"], r.Args["status"]
	list := slices.DeleteFunc(set.Rules(), func(rule rules.Rule) bool {
		return topic != "" && string(rule.Topic) != topic || status != "" && string(rule.Status) != status
	})
	part, page, pages := pageOf(list, r, listedRules)
	m := chat.Message{
		Title:  fmt.Sprintf("Rules: %d, version %s", len(list), set.Version()),
		Footer: "One in full: /rule and its id",
	}
	if pages > 1 {
		m.Footer = fmt.Sprintf("Page %d of %d. %s", page, pages, m.Footer)
	}
	for _, rule := range part {
		text := " " + rule.Title
		if rule.Status == rules.Test {
			text += " (on trial)"
		}
		m.Body = append(m.Body, chat.Paragraph{{Text: rule.ID, Style: chat.Code}, {Text: text}})
	}
	words := slices.DeleteFunc([]string{topic, status}, func(w string) bool { return w == "" })
	m.Buttons = t.pager(spoken.Words{}, page, pages, "rules", words...)
	return m, nil
}

func ruleMenu() chat.Command {
	return chat.Command{
		Name: "rule", Description: "For admins: one rule in full, and how readers judge it", Private: true,
		Args: []chat.Arg{{Name: "id", Description: "The rule's id, as /rules lists it", Required: true, Complete: true}},
	}
}

func (t *Table) rule(ctx context.Context, r chat.Request) (chat.Message, error) {
	id := strings.ToLower(r.Args["id"])
	rule, ok := t.Rules.Get().Rule(id)
	if !ok {
		return usage(ruleMenu(), t.noRule(spoken.Words{}, id)), nil
	}
	judged, err := t.judge(ctx, id)
	if err != nil {
		return chat.Message{}, err
	}
	m := chat.Message{Kicker: rule.ID, Title: rule.Title}
	for _, f := range []chat.Field{
		{Name: "Status", Value: string(rule.Status)},
		{Name: "Topic", Value: alert.TopicName(rule.Topic)},
		{Name: "Law", Value: string(rule.Law)},
		{Name: "Severity", Value: rule.Severity.String()},
		{Name: "Countries", Value: cmp.Or(named(rule.Countries, alert.CountryName), "those that the text names")},
		{Name: "Stage", Value: alert.StageName(rule.Stage)},
		{Name: "Dossier", Value: rule.Dossier},
		{Name: "Owner", Value: rule.Owner},
		{Name: "Note", Value: rule.Note},
		{Name: "So far", Value: judged.String()},
	} {
		if f.Value != "" {
			m.Fields = append(m.Fields, f)
		}
	}
	for _, link := range rule.References {
		m.Body = append(m.Body, chat.Paragraph{{Text: link, Link: link}})
	}
	return m, nil
}

// A judgement is what readers made of the alerts of a rule.
type judgement struct {
	// alerts counts them, and missed those that somebody called not relevant.
	alerts, missed int
}

// String says how many of the alerts stood.
func (j judgement) String() string {
	if j.alerts == 0 {
		return "no alerts yet"
	}
	return fmt.Sprintf("%s, of which readers called %d not relevant: %d %% stood",
		counted(j.alerts, "alert"), j.missed, 100*(j.alerts-j.missed)/j.alerts)
}

// judge counts the newest alerts that a rule made, alone or with others.
func (t *Table) judge(ctx context.Context, rule string) (judgement, error) {
	var j judgement
	alerts, err := t.Store.Latest(ctx, store.Filter{Limit: judgedAlerts})
	if err != nil {
		return j, err
	}
	votes, err := t.Store.Votes(ctx, time.Time{})
	if err != nil {
		return j, err
	}
	for _, a := range alerts {
		if slices.ContainsFunc(a.Reasons, func(r alert.Reason) bool { return r.Rule == rule }) {
			j.alerts++
			j.missed += min(votes[a.ID], 1)
		}
	}
	return j, nil
}
