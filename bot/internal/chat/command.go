package chat

import (
	"slices"
	"strconv"
	"strings"
)

// A Command is an entry of the menu that a platform publishes.
type Command struct {
	// Name is one lower-case word of at most 32 letters a-z, digits or underscores
	// (the stricter of Telegram's and Discord's rules).
	Name string
	// Description is one line of 1 to 100 characters (Discord's limit).
	Description string
	// Args are the arguments, required ones first (Discord's rule).
	Args []Arg
}

// An Arg is an argument of a command.
type Arg struct {
	// Name is one lower-case word.
	Name        string
	Description string
	Kind        ArgKind
	Required    bool
	// Choices are the accepted values of a Choice, at most 25 (Discord's limit).
	Choices []string
	// Min and Max bound a Number, both included.
	Min, Max int
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
}

// Usage returns the command's form, such as /latest [country] [topic] [n].
func (c Command) Usage() string {
	var b strings.Builder
	b.WriteString("/" + c.Name)
	for _, a := range c.Args {
		if a.Required {
			b.WriteString(" <" + a.Name + ">")
		} else {
			b.WriteString(" [" + a.Name + "]")
		}
	}
	return b.String()
}

// ParseWords fits the words after a command to its arguments, for platforms where people type them.
// Arguments are told apart by what they accept, so their order does not matter: numbers and choices
// take their word wherever it stands, and the first free text takes what is left, joined by spaces.
func (c Command) ParseWords(words []string) (args map[string]string, rest []string) {
	args = make(map[string]string)
	for _, w := range words {
		if a, value, ok := c.takes(w, args); ok {
			args[a] = value
		} else {
			rest = append(rest, w)
		}
	}
	text := slices.IndexFunc(c.Args, func(a Arg) bool { return a.Kind == FreeText })
	if text >= 0 && len(rest) > 0 {
		args[c.Args[text].Name] = strings.Join(rest, " ")
		rest = nil
	}
	return args, rest
}

// takes finds the first argument, not yet given, that accepts w by its form.
func (c Command) takes(w string, given map[string]string) (name, value string, ok bool) {
	for _, a := range c.Args {
		if _, taken := given[a.Name]; taken {
			continue
		}
		switch a.Kind {
		case Number:
			if n, err := strconv.Atoi(w); err == nil && n >= a.Min && n <= a.Max {
				return a.Name, w, true
			}
		case Choice:
			if i := slices.IndexFunc(a.Choices, func(c string) bool { return strings.EqualFold(c, w) }); i >= 0 {
				return a.Name, a.Choices[i], true
			}
		}
	}
	return "", "", false
}
