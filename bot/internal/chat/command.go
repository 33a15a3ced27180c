package chat

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// A Command is an entry of the menu that a platform publishes.
type Command struct {
	// Name is one lower-case word of at most 32 letters a-z, digits or underscores
	// (the stricter of Telegram's and Discord's rules).
	Name string
	// Description is one line of 1 to 100 characters (Discord's limit), in English.
	Description string
	// Descriptions are the same in further languages, by their BCP 47 codes without a country.
	Descriptions map[string]string
	// Args are the arguments, required ones first (Discord's rule).
	Args []Arg
	// Private tells a service beforehand that the answers are for the eyes of the person who asked alone:
	// one that promises an answer before it is made must choose then who will see it. What counts in the
	// end is Answer.Private.
	Private bool
}

// An Arg is an argument of a command.
type Arg struct {
	// Name is one lower-case word.
	Name string
	// Description and Descriptions are as those of a Command.
	Description  string
	Descriptions map[string]string
	Kind         ArgKind
	Required     bool
	// Choices are the accepted values of a Choice, at most 25 (Discord's limit).
	Choices []string
	// Min and Max bound a Number, both included.
	Min, Max int
	// Named is true of an argument that is only taken with its name before it where people type, as in
	// sources=2. Any other may be written so.
	Named bool
	// Complete asks for suggestions while the person types, where a service can do that: they are asked
	// for as Request.Completing. A Choice has none.
	Complete bool
}

// An ArgKind says which values an argument takes.
type ArgKind int

const (
	// FreeText takes any words.
	FreeText ArgKind = iota
	// Choice takes one of the argument's choices, in any case.
	Choice
	// Number takes a whole number from Min to Max.
	Number
)

// A Request is a person's call of a command, already parsed.
type Request struct {
	// Command is a name from the menu.
	Command string
	// Args holds the arguments given, by name; what was not given is missing.
	Args map[string]string
	// Rest holds words that no argument takes; the command answers them with its usage.
	Rest []string
	// From is the place where the command was called and where the answer goes.
	From Destination
	// User is the person who asks: "telegram:123" or "discord:456", an id and never a name; "" if the
	// service does not tell, as of an anonymous admin or a post of a channel.
	User string
	// Direct is true in a chat of the bot with one person.
	Direct bool
	// Locale is the BCP 47 code of the language that the person's app speaks, or "".
	Locale string
	// Completing is the name of the argument that the person is typing, or "". Then the command is not
	// called: the answer's Message.Fields, at most 25 (Discord's limit), are suggestions for the argument,
	// of which Name is shown and Value, at most 100 characters, is taken. They must come within a second or
	// two. Args holds what was typed so far, of this argument and of the others.
	Completing string
	// Press is the data of the button that was pressed; then Command is "".
	Press string
	// Message is the platform's id of the message whose button was pressed, or that a typed command
	// answers; "" if none.
	Message string
	// Manages asks the service whether the person may manage the place. It is true of direct chats. A
	// service that cannot tell says no.
	Manages func(context.Context) (bool, error)
}

// An Answer is what a request is answered with.
type Answer struct {
	Message
	// Replace puts the message in the place of the one whose button was pressed.
	Replace bool
	// Private is for the eyes of the person who asked alone, where a service can do that.
	Private bool
	// Toast is a short line shown to whoever pressed a button and gone at once, at most 200 characters
	// (Telegram's answerCallbackQuery); without a title the answer is nothing else.
	Toast string
}

// DescribedIn returns the description in a language, or else in English.
func (c Command) DescribedIn(lang string) string { return cmp.Or(c.Descriptions[lang], c.Description) }

// DescribedIn returns the description in a language, or else in English.
func (a Arg) DescribedIn(lang string) string { return cmp.Or(a.Descriptions[lang], a.Description) }

// Usage returns the command's form, such as /latest [country] [topic] [n], and [sources=] of a Named one.
func (c Command) Usage() string {
	var b strings.Builder
	b.WriteString("/" + c.Name)
	for _, a := range c.Args {
		name := a.Name
		if a.Named {
			name += "="
		}
		if a.Required {
			b.WriteString(" <" + name + ">")
		} else {
			b.WriteString(" [" + name + "]")
		}
	}
	return b.String()
}

// ParseWords fits the words after a command to its arguments, for platforms where people type them.
// Arguments are told apart by what they accept, so their order does not matter: numbers and choices
// take their word wherever it stands, and the first free text takes what is left, joined by spaces. A word
// such as topic=lawsuit goes to the argument that it names.
func (c Command) ParseWords(words []string) (args map[string]string, rest []string) {
	args = make(map[string]string)
	for _, w := range words {
		if a, value, ok := c.takes(w, args); ok {
			args[a] = value
		} else {
			rest = append(rest, w)
		}
	}
	text := slices.IndexFunc(c.Args, func(a Arg) bool { return a.Kind == FreeText && !a.Named })
	if text >= 0 && len(rest) > 0 {
		if given := args[c.Args[text].Name]; given != "" {
			rest = slices.Insert(rest, 0, given)
		}
		args[c.Args[text].Name] = strings.Join(rest, " ")
		rest = nil
	}
	return args, rest
}

// takes finds the first argument, not yet given, that w names, or that accepts w by its form.
func (c Command) takes(w string, given map[string]string) (name, value string, ok bool) {
	if before, after, found := strings.Cut(w, "="); found {
		i := slices.IndexFunc(c.Args, func(a Arg) bool { return strings.EqualFold(a.Name, before) })
		if i >= 0 && given[c.Args[i].Name] == "" && after != "" {
			if c.Args[i].Kind == FreeText {
				return c.Args[i].Name, after, true
			}
			value, ok = c.Args[i].accepts(after)
			return c.Args[i].Name, value, ok
		}
	}
	for _, a := range c.Args {
		if _, taken := given[a.Name]; taken || a.Named {
			continue
		}
		if value, ok = a.accepts(w); ok {
			return a.Name, value, true
		}
	}
	return "", "", false
}

// accepts returns w as a number or a choice takes it, and false for what neither does.
func (a Arg) accepts(w string) (value string, ok bool) {
	switch a.Kind {
	case Number:
		n, err := strconv.Atoi(w)
		return w, err == nil && n >= a.Min && n <= a.Max
	case Choice:
		if i := slices.IndexFunc(a.Choices, func(c string) bool { return strings.EqualFold(c, w) }); i >= 0 {
			return a.Choices[i], true
		}
	}
	return "", false
}
