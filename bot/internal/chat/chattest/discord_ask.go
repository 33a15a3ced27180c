package chattest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pressalert/bot/internal/chat"
)

// firstResponse is how long Discord waits for the first response to a command.
const firstResponse = 3 * time.Second

// The response types that a bot may give to a command (interactions/receiving-and-responding).
const (
	responseMessage        = 4
	responseDeferred       = 5
	responseDeferredUpdate = 6
	responseUpdate         = 7
	responseSuggestions    = 8
)

// The types of interactions.
const (
	interactionCommand  = 2
	interactionPress    = 3
	interactionComplete = 4
)

// The types of a command's options.
const (
	optionString  = 3
	optionInteger = 4
)

// discordCommand is a command as the bot registered it.
type discordCommand struct {
	Name        string                 `json:"name"`
	Description string                 `json:"description"`
	Localized   map[string]string      `json:"description_localizations"`
	Options     []discordCommandOption `json:"options"`
}

type discordCommandOption struct {
	Type        int               `json:"type"`
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Localized   map[string]string `json:"description_localizations"`
	Required    bool              `json:"required"`
	MinValue    *float64          `json:"min_value"`
	MaxValue    *float64          `json:"max_value"`
	Complete    bool              `json:"autocomplete"`
	Choices     []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"choices"`
}

// discordInteraction is one request of a person, from the request to its answer.
type discordInteraction struct {
	id       string
	kind     int
	channel  string
	message  string // whose button was pressed
	response int
	private  bool // of the first response, as long as it stands
	gone     bool // the first response was deleted
	answer   string
	answered bool
	// hidden are the lines that only the person sees beside the answer.
	hidden      string
	suggestions []chat.Field
}

// A DiscordPerson is who calls commands and presses buttons.
type DiscordPerson struct {
	ID string
	// Permissions are those in the channel, as Discord sends them: a number of bits.
	Permissions string
	Locale      string
}

// As makes this the person who asks from now on.
func (d *Discord) As(p DiscordPerson) { d.change(func() { d.person = p }) }

// Ask calls a command in a channel of a server and returns the visible text of the answer. It waits for
// the bot to connect and to register its commands first.
func (d *Discord) Ask(ctx context.Context, channel, line string) (string, error) {
	i, err := d.ask(ctx, line, d.inServer(channel))
	return d.answerOf(i), err
}

// AskDirect calls a command in a direct chat with the bot.
func (d *Discord) AskDirect(ctx context.Context, channel, line string) (string, error) {
	i, err := d.ask(ctx, line, d.inPerson(channel))
	return d.answerOf(i), err
}

// AskSeen calls a command in a channel of a server, and tells whether only the person who asked sees the
// answer.
func (d *Discord) AskSeen(ctx context.Context, channel, line string) (answer string, private bool, err error) {
	i, err := d.ask(ctx, line, d.inServer(channel))
	if err != nil {
		return "", false, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return i.answer, i.private, nil
}

func (d *Discord) answerOf(i *discordInteraction) string {
	if i == nil {
		return ""
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return i.answer
}

// inServer is the part of an interaction that tells where in a server it happened, and by whom.
func (d *Discord) inServer(channel string) map[string]any {
	d.mu.Lock()
	defer d.mu.Unlock()
	place := map[string]any{"id": channel, "type": 0}
	if parent, ok := d.threads[channel]; ok {
		place["type"], place["parent_id"] = 11, parent
	}
	return map[string]any{
		"channel_id": channel, "channel": place, "guild_id": "200000000000000001", "context": 0, "locale": d.person.Locale,
		"member": map[string]any{
			"user": map[string]any{"id": d.person.ID, "username": "reader"}, "roles": []string{}, "permissions": d.person.Permissions,
		},
	}
}

// inPerson is the same of a direct chat.
func (d *Discord) inPerson(channel string) map[string]any {
	d.mu.Lock()
	defer d.mu.Unlock()
	return map[string]any{
		"channel_id": channel, "channel": map[string]any{"id": channel, "type": 1}, "context": 1, "locale": d.person.Locale,
		"user": map[string]any{"id": d.person.ID, "username": "reader"},
	}
}

// Menu returns the names of the commands last registered.
func (d *Discord) Menu() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := make([]string, len(d.commands))
	for i, c := range d.commands {
		names[i] = c.Name
	}
	return names
}

// MenuIn returns the descriptions of the commands, by name, that a person sees whose Discord is in a locale.
func (d *Discord) MenuIn(locale string) map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	descriptions := make(map[string]string)
	for _, c := range d.commands {
		descriptions[c.Name] = cmp.Or(c.Localized[locale], c.Description)
	}
	return descriptions
}

// ask calls a command and waits for its answer. Its interaction is nil beside an error.
func (d *Discord) ask(ctx context.Context, line string, place map[string]any) (*discordInteraction, error) {
	if err := d.wait(ctx, func() bool { return d.published && d.identified > 0 }); err != nil {
		return nil, fmt.Errorf("waiting for the bot's commands: %w", err)
	}
	data, err := d.call(line)
	if err != nil {
		return nil, err
	}
	i, err := d.interact(ctx, interactionCommand, data, place)
	if err != nil {
		return nil, err
	}
	if err := d.wait(ctx, func() bool { return i.answered }); err != nil {
		return nil, fmt.Errorf("waiting for the promised answer: %w", err)
	}
	return i, nil
}

// Complete types a command up to an argument and returns what the bot suggests for it.
func (d *Discord) Complete(ctx context.Context, channel, line, arg string) ([]chat.Field, error) {
	if err := d.wait(ctx, func() bool { return d.published && d.identified > 0 }); err != nil {
		return nil, fmt.Errorf("waiting for the bot's commands: %w", err)
	}
	data, err := d.call(line)
	if err != nil {
		return nil, err
	}
	for _, o := range data["options"].([]map[string]any) {
		if o["name"] == arg {
			o["focused"] = true
		}
	}
	i, err := d.interact(ctx, interactionComplete, data, d.inServer(channel))
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return i.suggestions, nil
}

// interact sends an interaction to the bot and waits for its first response.
func (d *Discord) interact(ctx context.Context, kind int, data, place map[string]any) (*discordInteraction, error) {
	i := &discordInteraction{kind: kind}
	var event map[string]any
	d.change(func() {
		i.id = d.newID()
		token := "interaction-token-" + i.id
		d.interactions[token] = i
		event = map[string]any{
			"id": i.id, "application_id": discordApp, "type": kind, "token": token, "version": 1,
			"app_permissions": "0", "entitlements": []any{}, "data": data,
		}
	})
	maps.Copy(event, place)
	i.channel, _ = place["channel_id"].(string)
	if message, ok := place["message"].(map[string]any); ok {
		i.message, _ = message["id"].(string)
	}
	if err := d.wait(ctx, func() bool { return d.dispatch("INTERACTION_CREATE", event) }); err != nil {
		return nil, fmt.Errorf("waiting for the bot to connect: %w", err)
	}
	early, cancel := context.WithTimeout(ctx, firstResponse)
	defer cancel()
	if err := d.wait(early, func() bool { return i.response != 0 }); err != nil {
		d.violate(fmt.Sprintf("interaction %v: no first response within %s", data, firstResponse))
		return nil, errors.New("the application did not respond")
	}
	return i, nil
}

// call makes the data of an interaction of a line, with options in the types of the registered command.
func (d *Discord) call(line string) (data map[string]any, err error) {
	words := strings.Fields(strings.TrimPrefix(line, "/"))
	d.change(func() {
		at := slices.IndexFunc(d.commands, func(c discordCommand) bool { return len(words) > 0 && c.Name == words[0] })
		if at < 0 {
			err = fmt.Errorf("no command is registered for %q", line)
			return
		}
		var options []map[string]any
		if options, err = d.commands[at].fill(words[1:]); err != nil {
			return
		}
		data = map[string]any{"id": d.newID(), "name": words[0], "type": 1, "options": options}
	})
	return data, err
}

// fill fits words to the command's options, as a person does in Discord's own form.
func (c discordCommand) fill(words []string) ([]map[string]any, error) {
	menu := chat.Command{Name: c.Name}
	for _, o := range c.Options {
		arg := chat.Arg{Name: o.Name, Required: o.Required}
		switch {
		case o.Type == optionInteger:
			arg.Kind = chat.Number
			arg.Min, arg.Max = int(*o.MinValue), int(*o.MaxValue)
		case len(o.Choices) > 0:
			arg.Kind = chat.Choice
			for _, choice := range o.Choices {
				arg.Choices = append(arg.Choices, choice.Value)
			}
		}
		menu.Args = append(menu.Args, arg)
	}
	args, rest := menu.ParseWords(words)
	if len(rest) > 0 {
		return nil, fmt.Errorf("no option of /%s takes %q", c.Name, rest)
	}
	var options []map[string]any
	for _, o := range c.Options {
		value, given := args[o.Name]
		switch {
		case !given && o.Required:
			return nil, fmt.Errorf("/%s needs %s", c.Name, o.Name)
		case !given:
			continue
		}
		option := map[string]any{"name": o.Name, "type": o.Type, "value": value}
		if o.Type == optionInteger {
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, err
			}
			option["value"] = n
		}
		options = append(options, option)
	}
	return options, nil
}
