package chattest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"pressalert/bot/internal/chat"
)

// putCommands registers the menu.
func (d *Discord) putCommands(r *http.Request, body discordBody) discordAnswer {
	var commands []discordCommand
	if err := json.Unmarshal(body.json, &commands); err != nil {
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
	return discordAnswer{status: http.StatusOK, body: json.RawMessage(body.json)}
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
	size := utf16Length(c.Name) + longest(c.Description, c.Localized)
	for locale := range c.Localized {
		if !slices.Contains(discordLocales(), locale) {
			return fmt.Sprintf("locale %q is none", locale)
		}
	}
	for _, o := range c.Options {
		size += utf16Length(o.Name) + longest(o.Description, o.Localized)
		for locale := range o.Localized {
			if !slices.Contains(discordLocales(), locale) {
				return fmt.Sprintf("locale %q of option %s is none", locale, o.Name)
			}
		}
		for _, choice := range o.Choices {
			size += utf16Length(choice.Name) + utf16Length(choice.Value)
		}
		if o.Complete && len(o.Choices) > 0 {
			return "an option with both choices and suggestions"
		}
	}
	if size > 8000 {
		return fmt.Sprintf("%d characters in all, more than 8000", size)
	}
	for _, name := range names {
		if !discordName.MatchString(name) || strings.ToLower(name) != name {
			return fmt.Sprintf("name %q has a wrong form", name)
		}
	}
	return ""
}

// longest is the length of a text in its longest language: "only the longest localization for each field
// (including the default value) is included in the size calculation".
func longest(text string, localized map[string]string) int {
	n := utf16Length(text)
	for _, other := range localized {
		n = max(n, utf16Length(other))
	}
	return n
}

// callback takes the first response to an interaction.
func (d *Discord) callback(r *http.Request, body discordBody) (a discordAnswer) {
	var response struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body.json, &response); err != nil {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	d.change(func() {
		i, ok := d.interactions[r.PathValue("interaction_token")]
		switch {
		case !ok || i.id != r.PathValue("interaction_id"):
			a = discordError(http.StatusNotFound, 10062, "Unknown interaction")
		case i.response != 0:
			a = discordError(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
		case !i.allows(response.Type):
			a = discordError(http.StatusBadRequest, 50035, "Invalid Form Body")
		case response.Type == responseSuggestions:
			a = i.suggest(response.Data)
		default:
			a = d.respond(i, response.Type, response.Data, body.files)
		}
	})
	return a
}

// allows tells whether a type of response fits the kind of interaction.
func (i *discordInteraction) allows(response int) bool {
	switch response {
	case responseMessage:
		return i.kind != interactionComplete
	case responseDeferred:
		return i.kind == interactionCommand
	case responseDeferredUpdate, responseUpdate:
		return i.kind == interactionPress
	case responseSuggestions:
		return i.kind == interactionComplete
	}
	return false
}

// suggest takes the suggestions for an argument. It is called under the lock.
func (i *discordInteraction) suggest(data []byte) discordAnswer {
	var list struct {
		Choices []struct {
			Name  string `json:"name"`
			Value any    `json:"value"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(data, &list); err != nil || len(list.Choices) > 25 {
		return discordError(http.StatusBadRequest, 50035, "Invalid Form Body: choices")
	}
	for _, c := range list.Choices {
		value := fmt.Sprint(c.Value)
		if c.Name == "" || utf16Length(c.Name) > 100 || utf16Length(value) > 100 {
			return discordError(http.StatusBadRequest, 50035, "Invalid Form Body: choices")
		}
		i.suggestions = append(i.suggestions, chat.Field{Name: c.Name, Value: value})
	}
	i.response = responseSuggestions
	return discordAnswer{status: http.StatusNoContent}
}

// respond does what the first response to a command or a press says. It is called under the lock.
func (d *Discord) respond(i *discordInteraction, kind int, data []byte, files []chat.File) discordAnswer {
	var m discordMessage
	if data != nil {
		if err := json.Unmarshal(data, &m); err != nil {
			return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
		}
	}
	i.response, i.private = kind, m.Flags&flagEphemeral != 0
	switch kind {
	case responseMessage:
		d.show(i, m, files)
	case responseUpdate:
		d.editPressed(i, m)
	}
	return discordAnswer{status: http.StatusNoContent}
}

// show shows a message to whom it is for: the answer of a command, or what follows a press. It is called
// under the lock.
func (d *Discord) show(i *discordInteraction, m discordMessage, files []chat.File) {
	switch {
	case i.kind == interactionCommand:
		i.answer = strings.TrimPrefix(i.answer+"\n"+m.visible(), "\n")
		i.answered = true
	case m.Flags&flagEphemeral != 0:
		i.hidden = strings.TrimPrefix(i.hidden+"\n"+m.visible(), "\n")
	default:
		d.store(d.newID(), i.channel, m, files)
	}
}

// editPressed replaces the message whose button was pressed. It is called under the lock.
func (d *Discord) editPressed(i *discordInteraction, m discordMessage) {
	if at := slices.IndexFunc(d.posts, func(p Post) bool { return p.ID == i.message }); at >= 0 {
		d.update(at, m)
	}
}

// editOriginal replaces the first response of an interaction, or fulfils its promise.
func (d *Discord) editOriginal(r *http.Request, body discordBody) (a discordAnswer) {
	return d.later(r, func(i *discordInteraction) discordAnswer {
		m := body.message()
		if i.kind == interactionPress {
			d.editPressed(i, m)
		} else {
			i.answer, i.answered = m.visible(), true
		}
		return sentDiscordMessage(i.id, "400000000000000001", m)
	})
}

// deleteOriginal takes the first response of an interaction away.
func (d *Discord) deleteOriginal(r *http.Request, _ discordBody) discordAnswer {
	return d.later(r, func(i *discordInteraction) discordAnswer {
		i.gone = true
		return discordAnswer{status: http.StatusNoContent}
	})
}

// followUp shows one message more. The first after a promise takes the place of that, where it stands.
func (d *Discord) followUp(r *http.Request, body discordBody) discordAnswer {
	return d.later(r, func(i *discordInteraction) discordAnswer {
		m := body.message()
		if i.gone && !i.answered {
			i.private = m.Flags&flagEphemeral != 0
		}
		d.show(i, m, body.files)
		return sentDiscordMessage(d.newID(), i.channel, m)
	})
}

// later does what comes after the first response to an interaction.
func (d *Discord) later(r *http.Request, do func(*discordInteraction) discordAnswer) (a discordAnswer) {
	d.change(func() {
		i, ok := d.interactions[r.PathValue("webhook_token")]
		if !ok || i.response == 0 || r.PathValue("webhook_id") != discordApp {
			a = discordError(http.StatusNotFound, 10015, "Unknown Webhook")
			return
		}
		a = do(i)
	})
	return a
}

// Press presses a button of a message and returns the line that only the person was shown, "" if none. It
// returns when the press is acknowledged.
func (d *Discord) Press(ctx context.Context, channel, id, button string) (toast string, err error) {
	i, err := d.press(ctx, d.inServer(channel), id, button)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return i.hidden, nil
}

// PressHidden presses a button and waits for a line that only the person is shown.
func (d *Discord) PressHidden(ctx context.Context, channel, id, button string) (hidden string, err error) {
	i, err := d.press(ctx, d.inServer(channel), id, button)
	if err != nil {
		return "", err
	}
	err = d.wait(ctx, func() bool { hidden = i.hidden; return hidden != "" })
	return hidden, err
}

func (d *Discord) press(ctx context.Context, place map[string]any, id, button string) (*discordInteraction, error) {
	id = id[strings.LastIndexAny(id, ",/")+1:]
	for _, row := range d.lookup(id).buttons {
		for _, b := range row {
			if b.Label == button && b.CustomID != "" {
				place["message"] = map[string]any{"id": id, "channel_id": place["channel_id"]}
				return d.interact(ctx, interactionPress, map[string]any{"custom_id": b.CustomID, "component_type": 2}, place)
			}
		}
	}
	return nil, fmt.Errorf("message %s has no button %q to press", id, button)
}
