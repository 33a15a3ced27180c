package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

const (
	// deferTime is how long Discord waits for a first response (interactions/receiving-and-responding).
	deferTime = 3 * time.Second
	// answerTime bounds the making and posting of an answer. Discord would wait 15 minutes, people do not.
	answerTime = time.Minute
	// grace is how long running answers may go on after Listen's ctx ended.
	grace = 5 * time.Second
	// maxAnswers is how many commands may be answered at the same time.
	maxAnswers = 32
	// editTries is how often the text of an answer is sent; the same edit twice does no harm.
	editTries = 3
)

// An answerer is what answers people's commands.
type answerer func(context.Context, chat.Request) chat.Message

// Listen publishes menu as the bot's slash commands, in servers and in direct messages, and answers them
// over the gateway. Running answers get a few seconds to finish after ctx ended.
func (p *Platform) Listen(ctx context.Context, menu []chat.Command, answer func(context.Context, chat.Request) chat.Message) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work, finish := context.WithCancel(context.WithoutCancel(ctx))
	defer finish()
	context.AfterFunc(ctx, func() { time.AfterFunc(grace, finish) })

	app := make(chan string, 1)
	var refused error // written before stop, read after Wait
	var publisher sync.WaitGroup
	publisher.Go(func() {
		if refused = p.publish(ctx, app, menu); refused != nil {
			stop()
		}
	})
	answers := make(slots, maxAnswers)
	err := p.stay(ctx, handlers{
		ready: func(r *discordgo.Ready) {
			select {
			case app <- r.Application.ID:
			default: // published already
			}
		},
		interaction: func(i *discordgo.Interaction) {
			if i.Type != discordgo.InteractionApplicationCommand {
				return
			}
			if !answers.run(func() { p.respond(work, i, answer) }) {
				p.log.Warn("discord: a command goes without answer, too many are running", "running", maxAnswers)
			}
		},
	})
	stop()
	publisher.Wait()
	answers.close()
	return errors.Join(err, refused)
}

// slots bound how many functions run at the same time: each running one holds a place in the channel.
type slots chan struct{}

// run starts f if a slot is free and tells whether it did.
func (s slots) run(f func()) bool {
	select {
	case s <- struct{}{}:
	default:
		return false
	}
	go func() {
		defer func() { <-s }()
		f()
	}()
	return true
}

// close waits for all that runs and lets nothing start any more.
func (s slots) close() {
	for range cap(s) {
		s <- struct{}{}
	}
}

// publish waits for the application's id, then sets its commands. It tries until that is done, ctx ends
// (nil), or Discord will never have them.
func (p *Platform) publish(ctx context.Context, app <-chan string, menu []chat.Command) error {
	var id string
	select {
	case <-ctx.Done():
		return nil
	case id = <-app:
	}
	var pause backoff
	for {
		_, err := p.call(ctx, request{http.MethodPut, discordgo.EndpointApplicationGlobalCommands(id), commands(menu)})
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case errors.Is(err, chat.ErrToken), errors.Is(err, chat.ErrRejected), errors.Is(err, chat.ErrGone):
			return fmt.Errorf("publish commands: %w", err)
		}
		p.log.Warn("discord: publish commands, trying again", "err", err)
		if pause.wait(ctx, asked(err)) != nil {
			return nil
		}
	}
}

// commands puts a menu into Discord's terms.
func commands(menu []chat.Command) []*discordgo.ApplicationCommand {
	places := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
	list := make([]*discordgo.ApplicationCommand, 0, len(menu)) // an empty menu is [], not null
	for _, c := range menu {
		command := &discordgo.ApplicationCommand{
			Type: discordgo.ChatApplicationCommand, Name: c.Name, Description: c.Description, Contexts: &places,
		}
		for _, a := range c.Args {
			command.Options = append(command.Options, option(a))
		}
		list = append(list, command)
	}
	return list
}

func option(a chat.Arg) *discordgo.ApplicationCommandOption {
	o := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionString, Name: a.Name, Description: a.Description, Required: a.Required,
	}
	switch a.Kind {
	case chat.Number:
		least := float64(a.Min)
		o.Type, o.MinValue, o.MaxValue = discordgo.ApplicationCommandOptionInteger, &least, float64(a.Max)
	case chat.Choice:
		for _, c := range a.Choices {
			o.Choices = append(o.Choices, &discordgo.ApplicationCommandOptionChoice{Name: c, Value: c})
		}
	}
	return o
}

// respond answers one command: first a promise within Discord's three seconds, then the text.
func (p *Platform) respond(ctx context.Context, i *discordgo.Interaction, answer answerer) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			p.log.Error("discord: panic while answering", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	asked := parse(i)
	if err := p.promise(ctx, i); err != nil {
		p.log.Warn("discord: answer a command", "command", asked.Command, "err", err)
		return
	}
	if err := p.fulfil(ctx, i, p.safely(ctx, answer, asked)); err != nil {
		p.log.Warn("discord: answer a command", "command", asked.Command, "err", err)
	}
}

// parse reads the command and its arguments, which Discord has checked against the menu.
func parse(i *discordgo.Interaction) chat.Request {
	data := i.ApplicationCommandData()
	r := chat.Request{
		Command: data.Name,
		Args:    make(map[string]string),
		From:    chat.Destination{Platform: "discord", Channel: i.ChannelID},
	}
	for _, o := range data.Options {
		switch v := o.Value.(type) {
		case string:
			r.Args[o.Name] = v
		case float64: // all numbers of JSON
			r.Args[o.Name] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return r
}

// safely calls answer. A panic in it becomes a sentence for the person and a stack in the log.
func (p *Platform) safely(ctx context.Context, answer answerer, r chat.Request) (m chat.Message) {
	defer func() {
		if v := recover(); v != nil {
			p.log.Error("discord: panic in a command", "command", r.Command, "panic", v, "stack", string(debug.Stack()))
			m = chat.Message{Title: "This command broke.", Body: []chat.Paragraph{chat.Text("The bot goes on. Its admins find the cause in its log.")}}
		}
	}()
	return answer(ctx, r)
}

// promise tells Discord that an answer will come. Not knowing whether it heard is no reason to give up.
func (p *Platform) promise(ctx context.Context, i *discordgo.Interaction) error {
	ctx, cancel := context.WithTimeout(ctx, deferTime)
	defer cancel()
	_, err := p.call(ctx, request{http.MethodPost, discordgo.EndpointInteractionResponse(i.ID, i.Token),
		discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}})
	if err != nil && !errors.Is(err, chat.ErrUnknown) {
		return fmt.Errorf("promise an answer: %w", err)
	}
	return nil
}

// fulfil puts the text into the promised answer.
func (p *Platform) fulfil(ctx context.Context, i *discordgo.Interaction, m chat.Message) error {
	body, err := newPost(m)
	if err != nil {
		body, err = newPost(chat.Message{Title: "Nothing to show."})
	}
	var pause backoff
	for range editTries {
		_, err = p.call(ctx, request{http.MethodPatch, discordgo.EndpointInteractionResponseActions(i.AppID, i.Token), body})
		if err == nil || errors.Is(err, chat.ErrRejected) || errors.Is(err, chat.ErrToken) || errors.Is(err, chat.ErrGone) {
			break
		}
		if pause.wait(ctx, asked(err)) != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("edit the promised answer: %w", err)
	}
	return nil
}
