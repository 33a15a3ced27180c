// Package discord is the chat platform of Discord: it posts and edits embeds over the REST API and answers
// slash commands that come over the gateway. Nothing here waits or tries again on its own when a message
// is sent: each call is one request, and the caller decides what follows.
package discord

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

const (
	// nonceLength is the longest nonce that Discord takes (resources/message, Create Message).
	nonceLength = 25
	// requestTime bounds one call where the given client sets no time of its own.
	requestTime = 20 * time.Second
)

// Options say how to reach Discord.
type Options struct {
	// Token is the bot's token, without the word Bot before it.
	Token string
	// Endpoint is the address of the service, "" for https://discord.com. Tests set it.
	Endpoint string
	// Client supplies the transport and the time limit of REST calls, nil for the defaults.
	// It is not changed, and its redirects are not followed.
	Client *http.Client
	// Log hears what happens to the gateway and to answers, nil for nobody.
	Log *slog.Logger
}

// A Platform is one Discord bot. It is Discord's chat.Platform.
type Platform struct {
	token    string
	endpoint string
	base     http.RoundTripper
	timeout  time.Duration
	opening  time.Duration // bounds the opening of a gateway connection; tests shorten it
	log      *slog.Logger
	rest     *discordgo.Session
}

var _ chat.Platform = (*Platform)(nil)

// New returns a platform. It does not reach for the network.
func New(o Options) *Platform {
	client := cmp.Or(o.Client, &http.Client{})
	p := &Platform{
		token:    o.Token,
		endpoint: o.Endpoint,
		base:     client.Transport,
		timeout:  cmp.Or(client.Timeout, requestTime),
		opening:  openTime,
		log:      cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
	}
	if p.base == nil {
		p.base = http.DefaultTransport
	}
	p.rest = p.session()
	return p
}

// session returns a discordgo session that keeps quiet, keeps no state and never tries again by itself.
func (p *Platform) session() *discordgo.Session {
	// New cannot fail: it only fills in a struct.
	s, _ := discordgo.New("Bot " + p.token)
	s.LogLevel = silent
	s.StateEnabled = false
	s.Compress = false // what little comes needs no unpacking
	s.SyncEvents = true
	s.ShouldReconnectOnError = false
	s.ShouldReconnectVoiceOnSessionError = false
	s.ShouldRetryOnRateLimit = false
	s.MaxRestRetries = 0
	s.Identify.Intents = discordgo.IntentsNone // interactions come without any
	return s
}

// silent is below discordgo.LogError, so that discordgo prints nothing: it would print to the process's log.
const silent = discordgo.LogError - 1

// A post is the body of a message as we send it. It is not discordgo's own, which has no nonce.
type post struct {
	Embeds          []*discordgo.MessageEmbed         `json:"embeds"`
	AllowedMentions *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Nonce           string                            `json:"nonce,omitempty"`
	EnforceNonce    bool                              `json:"enforce_nonce,omitempty"`
}

// newPost renders m into a body that mentions nobody.
func newPost(m chat.Message) (post, error) {
	embed := render(m)
	if embed == nil {
		return post{}, fmt.Errorf("%w: it holds no text", chat.ErrRejected)
	}
	return post{
		Embeds: []*discordgo.MessageEmbed{embed},
		// Without the field, or with null in it, Discord would parse all mentions.
		AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
	}, nil
}

// Send posts m as one embed. Discord itself refuses to post the same key twice within a few minutes.
func (p *Platform) Send(ctx context.Context, to chat.Destination, key string, m chat.Message) (string, error) {
	body, err := newPost(m)
	if err != nil {
		return "", fmt.Errorf("post to %s: %w", to, err)
	}
	body.Nonce, body.EnforceNonce = nonce(to, key), true
	answer, err := p.paced(ctx, to, request{http.MethodPost, discordgo.EndpointChannelMessages(channel(to)), body})
	if err != nil {
		return "", fmt.Errorf("post to %s: %w", to, err)
	}
	var posted struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answer, &posted); err != nil || posted.ID == "" {
		return "", fmt.Errorf("post to %s: %w: the answer holds no message id", to, chat.ErrUnknown)
	}
	return posted.ID, nil
}

// Edit replaces the embed of a message that Send posted.
func (p *Platform) Edit(ctx context.Context, to chat.Destination, id string, m chat.Message) error {
	body, err := newPost(m)
	if err != nil {
		return fmt.Errorf("edit %s in %s: %w", id, to, err)
	}
	_, err = p.paced(ctx, to, request{http.MethodPatch, discordgo.EndpointChannelMessage(channel(to), id), body})
	if err != nil {
		return fmt.Errorf("edit %s in %s: %w", id, to, err)
	}
	return nil
}

// channel returns the id to post to: a thread is a channel of its own.
func channel(to chat.Destination) string { return cmp.Or(to.Topic, to.Channel) }

// nonce makes of a key what Discord takes as an idempotency key: 25 letters hold 150 bits of its hash. The
// destination goes in too, because Discord looks for a nonce in all channels at once.
func nonce(to chat.Destination, key string) string {
	sum := sha256.Sum256([]byte(to.String() + "\n" + key))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:nonceLength]
}
