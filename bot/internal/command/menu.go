package command

import (
	"cmp"
	"slices"
	"strings"

	"pressalert/bot/internal/chat"
	spoken "pressalert/bot/internal/words"
)

// Menu returns the commands for the platforms to publish, described in every language of the bot.
func (t *Table) Menu() []chat.Command {
	var menu []chat.Command
	for _, e := range t.entries() {
		c := e.menu
		c.Descriptions = inLanguages(func(w spoken.Words) string { return w.Command(c.Name) })
		c.Args = slices.Clone(c.Args)
		for i, a := range c.Args {
			c.Args[i].Descriptions = inLanguages(func(w spoken.Words) string { return w.Argument(c.Name, a.Name) })
		}
		menu = append(menu, c)
	}
	return menu
}

// inLanguages returns a text in all languages that have it, but English.
func inLanguages(text func(spoken.Words) string) map[string]string {
	texts := make(map[string]string)
	for _, lang := range spoken.Languages()[1:] {
		if s := text(spoken.For(lang)); s != "" {
			texts[lang] = s
		}
	}
	return texts
}

// described says in a line what a command does.
func described(w spoken.Words, c chat.Command) string {
	return cmp.Or(w.Command(c.Name), c.Description)
}

// sentences puts sentences behind one another, without those that are empty.
func sentences(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

// misuse says what is wrong with the arguments of a request, or "".
func misuse(w spoken.Words, c chat.Command, r chat.Request) string {
	if len(r.Rest) > 0 {
		return w.Text(spoken.UsageRest, "words", strings.Join(r.Rest, " "))
	}
	for _, a := range c.Args {
		if a.Required && r.Args[a.Name] == "" {
			return w.Text(spoken.UsageMissing, "name", a.Name)
		}
	}
	return ""
}

// usage answers an admin's request that was not understood, in English, with the command's form.
func usage(c chat.Command, complaint string) chat.Message {
	return usageIn(spoken.Words{}, c, complaint)
}

// usageIn answers a request that was not understood with the command's form.
func usageIn(w spoken.Words, c chat.Command, complaint string) chat.Message {
	m := chat.Message{Title: complaint, Language: w.Language(), Body: []chat.Paragraph{{{Text: c.Usage(), Style: chat.Code}}}}
	for _, a := range c.Args {
		value := cmp.Or(w.Argument(c.Name, a.Name), a.Description)
		if len(a.Choices) > 0 && !strings.Contains(value, a.Choices[0]) {
			value += " (" + strings.Join(a.Choices, ", ") + ")"
		}
		m.Fields = append(m.Fields, chat.Field{Name: a.Name, Value: value})
	}
	if example := examples[c.Name]; example != "" {
		m.Footer = w.Text(spoken.UsageExample, "example", example)
	}
	return m
}
