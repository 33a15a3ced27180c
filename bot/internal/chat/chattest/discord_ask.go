package chattest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
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
	responseMessage  = 4
	responseDeferred = 5
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
	Options     []discordCommandOption `json:"options"`
}

type discordCommandOption struct {
	Type     int      `json:"type"`
	Name     string   `json:"name"`
	Required bool     `json:"required"`
	MinValue *float64 `json:"min_value"`
	MaxValue *float64 `json:"max_value"`
	Choices  []struct {
		Value string `json:"value"`
	} `json:"choices"`
}

// discordInteraction is one call of a command, from the call to its answer.
type discordInteraction struct {
	id       string
	response int
	answer   string
	answered bool
}

// Ask calls a command in a channel of a server and returns the visible text of the answer. It waits for
// the bot to connect and to register its commands first.
func (d *Discord) Ask(ctx context.Context, channel, line string) (string, error) {
	return d.ask(ctx, line, map[string]any{
		"channel_id": channel, "guild_id": "200000000000000001", "context": 0,
		"member": map[string]any{"user": discordPerson, "roles": []string{}, "permissions": "0"},
	})
}

// AskDirect calls a command in a direct chat with the bot.
func (d *Discord) AskDirect(ctx context.Context, channel, line string) (string, error) {
	return d.ask(ctx, line, map[string]any{"channel_id": channel, "context": 1, "user": discordPerson})
}

var discordPerson = map[string]any{"id": "300000000000000001", "username": "reader"}

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

func (d *Discord) ask(ctx context.Context, line string, place map[string]any) (string, error) {
	if err := d.wait(ctx, func() bool { return d.published && d.identified > 0 }); err != nil {
		return "", fmt.Errorf("waiting for the bot's commands: %w", err)
	}
	i, call, err := d.call(line, place)
	if err != nil {
		return "", err
	}
	if err := d.wait(ctx, func() bool { return d.dispatch("INTERACTION_CREATE", call) }); err != nil {
		return "", fmt.Errorf("waiting for the bot to connect: %w", err)
	}
	early, cancel := context.WithTimeout(ctx, firstResponse)
	defer cancel()
	if err := d.wait(early, func() bool { return i.response != 0 }); err != nil {
		d.violate(fmt.Sprintf("interaction %q: no first response within %s", line, firstResponse))
		return "", errors.New("the application did not respond")
	}
	if err := d.wait(ctx, func() bool { return i.answered }); err != nil {
		return "", fmt.Errorf("waiting for the promised answer: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return i.answer, nil
}

// call makes an interaction of a line, with options in the types of the registered command.
func (d *Discord) call(line string, place map[string]any) (i *discordInteraction, call map[string]any, err error) {
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
		id := d.newID()
		token := "interaction-token-" + id
		i = &discordInteraction{id: id}
		d.interactions[token] = i
		call = map[string]any{
			"id": id, "application_id": discordApp, "type": 2, "token": token, "version": 1,
			"app_permissions": "0", "locale": "en-US", "entitlements": []any{},
			"data": map[string]any{"id": d.newID(), "name": words[0], "type": 1, "options": options},
		}
		for k, v := range place {
			call[k] = v
		}
	})
	return i, call, err
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

// putCommands registers the menu.
func (d *Discord) putCommands(r *http.Request, body []byte) discordAnswer {
	var commands []discordCommand
	if err := json.Unmarshal(body, &commands); err != nil {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if r.PathValue("application_id") != discordApp {
		return discordError(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	for _, c := range commands {
		if broken := c.broken(); broken != "" {
			d.violate("command " + c.Name + ": " + broken)
			return discordError(http.StatusBadRequest, 50035, "Invalid Form Body: "+broken)
		}
	}
	d.change(func() { d.commands, d.published = commands, true })
	return discordAnswer{status: http.StatusOK, body: json.RawMessage(body)}
}

// discordName is what a command or an option may be called; also, it must be in lower case.
var discordName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// broken says what a command breaks of the documentation that the OpenAPI description does not hold
// (interactions/application-commands), "" for nothing.
func (c discordCommand) broken() string {
	names := []string{c.Name}
	optional := false
	for _, o := range c.Options {
		names = append(names, o.Name)
		if o.Required && optional {
			return "a required option after one that is not"
		}
		optional = optional || !o.Required
	}
	for _, name := range names {
		if !discordName.MatchString(name) || strings.ToLower(name) != name {
			return fmt.Sprintf("name %q has a wrong form", name)
		}
	}
	return ""
}

// callback takes the first response to an interaction.
func (d *Discord) callback(r *http.Request, body []byte) (a discordAnswer) {
	var response struct {
		Type int            `json:"type"`
		Data discordMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &response); err != nil {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	d.change(func() {
		i, ok := d.interactions[r.PathValue("interaction_token")]
		switch {
		case !ok || i.id != r.PathValue("interaction_id"):
			a = discordError(http.StatusNotFound, 10062, "Unknown interaction")
		case i.response != 0:
			a = discordError(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
		case response.Type == responseMessage:
			i.response, i.answer, i.answered = response.Type, response.Data.visible(), true
			a = discordAnswer{status: http.StatusNoContent}
		case response.Type == responseDeferred:
			i.response = response.Type
			a = discordAnswer{status: http.StatusNoContent}
		default:
			a = discordError(http.StatusBadRequest, 50035, "Invalid Form Body")
		}
	})
	return a
}

// editOriginal replaces the first response of an interaction, or fulfils its promise.
func (d *Discord) editOriginal(r *http.Request, body []byte) (a discordAnswer) {
	var m discordMessage
	if err := json.Unmarshal(body, &m); err != nil {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	d.change(func() {
		i, ok := d.interactions[r.PathValue("webhook_token")]
		if !ok || i.response == 0 || r.PathValue("webhook_id") != discordApp {
			a = discordError(http.StatusNotFound, 10015, "Unknown Webhook")
			return
		}
		i.answer, i.answered = m.visible(), true
		a = sentDiscordMessage(i.id, "400000000000000001", m)
	})
	return a
}
