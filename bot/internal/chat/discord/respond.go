package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

const (
	// firstTime is how long Discord waits for a first response (interactions/receiving-and-responding).
	firstTime = 3 * time.Second
	// answerTime bounds the making and posting of an answer. Discord would wait 15 minutes, people do not.
	answerTime = time.Minute
	// tries is how often a part of an answer is sent.
	tries = 3
	// maxSuggestions is how many suggestions Discord takes, of at most maxSuggestion characters each.
	maxSuggestions = 25
	maxSuggestion  = 100
)

// A desk answers interactions.
type desk struct {
	*Platform
	answer  answerer
	private map[string]bool // by the name of the command
}

// serve answers one interaction within Discord's time.
func (d *desk) serve(ctx context.Context, i *interaction) {
	defer func() {
		if v := recover(); v != nil {
			d.log.Error("discord: panic while answering", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	asked := i.request()
	var err error
	switch i.Type {
	case discordgo.InteractionApplicationCommand, discordgo.InteractionMessageComponent:
		err = d.respond(ctx, i, asked)
	case discordgo.InteractionApplicationCommandAutocomplete:
		err = d.suggest(ctx, i, asked)
	}
	if err != nil {
		d.log.Warn("discord: answer a request", "command", asked.Command, "err", err)
	}
}

// safely calls answer. A panic in it becomes a sentence for the person and a stack in the log.
func (d *desk) safely(ctx context.Context, r chat.Request) (a chat.Answer) {
	defer func() {
		if v := recover(); v != nil {
			d.log.Error("discord: panic in a command", "command", r.Command, "panic", v, "stack", string(debug.Stack()))
			a = chat.Answer{Private: true, Message: chat.Message{
				Title: "This command broke.", Body: []chat.Paragraph{chat.Text("The bot goes on. Its admins find the cause in its log.")},
			}}
		}
	}()
	return d.answer(ctx, r)
}

// respond answers a command or a press: at once if the answer is ready soon, else with a promise first.
func (d *desk) respond(ctx context.Context, i *interaction, asked chat.Request) error {
	made := make(chan chat.Answer, 1)
	go func() { made <- d.safely(ctx, asked) }()
	select {
	case a := <-made:
		return d.say(ctx, i, speech(i, a))
	case <-time.After(d.timing.ready):
	}
	private := i.Type == discordgo.InteractionApplicationCommand && d.private[asked.Command]
	err := d.promise(ctx, i, private)
	a := <-made // It is waited for in any case.
	if err != nil {
		return fmt.Errorf("promise an answer: %w", err)
	}
	return d.fulfil(ctx, i, speech(i, a), private)
}

// promise tells Discord that an answer will come, to the person alone if private is true. Not knowing
// whether it was heard is no reason to break it.
func (d *desk) promise(ctx context.Context, i *interaction, private bool) error {
	r := response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	if i.Type == discordgo.InteractionApplicationCommand {
		r.Type = discordgo.InteractionResponseDeferredChannelMessageWithSource
	}
	if private {
		r.Data = map[string]any{"flags": discordgo.MessageFlagsEphemeral}
	}
	err := d.first(ctx, i, r, nil)
	if errors.Is(err, chat.ErrUnknown) {
		return nil
	}
	return err
}

// A spoken answer is what is said to Discord of an answer.
type spoken struct {
	// kind is the type of the first response, which first goes with, nil for nothing.
	kind  discordgo.InteractionResponseType
	first *post
	// rest are the messages that follow.
	rest []post
}

// speech puts an answer into Discord's terms.
func speech(i *interaction, a chat.Answer) spoken {
	pressed := i.Type == discordgo.InteractionMessageComponent
	most := maxPosts
	if pressed && a.Replace {
		most = 1
	}
	a.Mention = "" // nobody can be called by asking the bot
	posts := compose(a.Message, most)
	s := spoken{kind: discordgo.InteractionResponseChannelMessageWithSource}
	replaces := pressed && a.Replace && len(posts) > 0
	for n := range posts {
		posts[n].Flags = 0
		if a.Private && !replaces {
			posts[n].Flags = discordgo.MessageFlagsEphemeral
		}
	}
	if toast := oneLine(a.Toast); toast != "" {
		posts = append(posts, line(toast))
	}
	switch {
	case replaces:
		s.kind = discordgo.InteractionResponseUpdateMessage
	case len(posts) == 0 && pressed:
		s.kind = discordgo.InteractionResponseDeferredMessageUpdate
		return s
	case len(posts) == 0:
		posts = append(posts, line("Nothing to show."))
	}
	s.first, s.rest = &posts[0], posts[1:]
	return s
}

// line returns a line that only the person who asked sees.
func line(text string) post {
	p := newPost(nil)
	p.Content = fitted(maxContent, safeguarded(text))
	p.Flags = discordgo.MessageFlagsEphemeral
	return p
}

// fulfil gives the answer that was promised, to the person alone if private is true.
func (d *desk) fulfil(ctx context.Context, i *interaction, s spoken, private bool) error {
	original := discordgo.EndpointInteractionResponseActions(i.AppID, i.Token)
	if s.first == nil {
		return nil
	}
	pressed := i.Type == discordgo.InteractionMessageComponent
	alone := s.first.Flags&discordgo.MessageFlagsEphemeral != 0
	switch {
	case pressed && s.kind != discordgo.InteractionResponseUpdateMessage:
		return d.follow(ctx, i, append([]post{*s.first}, s.rest...))
	case !pressed && alone && !private:
		// The promise stands where all can see it, and what follows first would take its place there.
		if err := d.persist(ctx, i, request{method: http.MethodDelete, url: original}); err != nil {
			return fmt.Errorf("take back the promise: %w", err)
		}
		return d.follow(ctx, i, append([]post{*s.first}, s.rest...))
	}
	s.first.Flags = 0
	if err := d.persist(ctx, i, request{http.MethodPatch, original, s.first, s.first.file}); err != nil {
		return fmt.Errorf("edit the promised answer: %w", err)
	}
	for n := range s.rest {
		if private {
			s.rest[n].Flags = discordgo.MessageFlagsEphemeral
		}
	}
	return d.follow(ctx, i, s.rest)
}

// follow posts what comes after the first response.
func (d *desk) follow(ctx context.Context, i *interaction, posts []post) error {
	for _, body := range posts {
		err := d.persist(ctx, i, request{http.MethodPost, discordgo.EndpointFollowupMessage(i.AppID, i.Token), body, body.file})
		if err != nil {
			return fmt.Errorf("post what follows: %w", err)
		}
	}
	return nil
}

// say gives an answer at once.
func (d *desk) say(ctx context.Context, i *interaction, s spoken) error {
	r := response{Type: s.kind}
	var file *chat.File
	if s.first != nil {
		r.Data, file = s.first, s.first.file
	}
	if err := d.first(ctx, i, r, file); err != nil {
		return fmt.Errorf("give an answer: %w", err)
	}
	return d.follow(ctx, i, s.rest)
}

// A response is the first response to an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// first gives the first response, within Discord's time.
func (d *desk) first(ctx context.Context, i *interaction, r response, file *chat.File) error {
	ctx, cancel := context.WithTimeout(ctx, firstTime)
	defer cancel()
	return d.persist(ctx, i, request{http.MethodPost, discordgo.EndpointInteractionResponse(i.ID, i.Token), r, file})
}

// persist makes a call until it is known to be done or refused. Only what does no harm twice is tried
// again when nobody knows whether it was done: a second first response is refused, which shows that the
// first one was heard.
func (d *desk) persist(ctx context.Context, i *interaction, r request) error {
	var pause backoff
	var err error
	for n := range tries {
		unknown := errors.Is(err, chat.ErrUnknown)
		_, err = d.call(ctx, r)
		switch {
		case err == nil, unknown && errors.Is(err, errAnswered):
			return nil
		case errors.Is(err, chat.ErrRejected), errors.Is(err, chat.ErrToken), errors.Is(err, chat.ErrGone):
			return err
		case errors.Is(err, chat.ErrUnknown) && r.url == discordgo.EndpointFollowupMessage(i.AppID, i.Token):
			return err
		}
		if n+1 == tries || pause.wait(ctx, asked(err)) != nil {
			return err
		}
	}
	return err
}

// suggest answers a person who is typing. Too late is as good as never.
func (d *desk) suggest(ctx context.Context, i *interaction, asked chat.Request) error {
	ctx, cancel := context.WithTimeout(ctx, firstTime)
	defer cancel()
	a := d.safely(ctx, asked)
	choices := []*discordgo.ApplicationCommandOptionChoice{}
	for _, f := range a.Fields {
		name, value := fitted(maxSuggestion, plainly(oneLine(f.Name))), any(f.Value)
		if name == "" || f.Value == "" || units(f.Value) > maxSuggestion || len(choices) == maxSuggestions {
			continue
		}
		if i.typeOf(asked.Completing) == discordgo.ApplicationCommandOptionInteger {
			n, err := strconv.Atoi(f.Value)
			if err != nil {
				continue
			}
			value = n
		}
		choices = append(choices, &discordgo.ApplicationCommandOptionChoice{Name: name, Value: value})
	}
	r := response{discordgo.InteractionApplicationCommandAutocompleteResult, map[string]any{"choices": choices}}
	_, err := d.call(ctx, request{method: http.MethodPost, url: discordgo.EndpointInteractionResponse(i.ID, i.Token), body: r})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("suggest: %w", err)
	}
	return nil
}

// typeOf returns the type of an argument that was given.
func (i *interaction) typeOf(name string) discordgo.ApplicationCommandOptionType {
	for _, o := range i.Data.Options {
		if o.Name == name {
			return o.Type
		}
	}
	return 0
}
