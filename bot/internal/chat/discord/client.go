// Package discord is the chat platform of Discord: it posts and edits embeds over the REST API, and answers
// slash commands and presses of buttons that come over the gateway. When a message is sent each call waits
// for its turn under Discord's limits and is made once: what follows after a failure is for the caller.
//
// The id of a message is that of its post, or those of its posts with commas between them. In a forum it
// comes after the id of the thread and a slash, as in 17/18,19.
package discord

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// requestTime bounds one call where the given client sets no time of its own.
const requestTime = 20 * time.Second

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
	// Limits bound how fast calls are made; nil means what Discord asks for, and a zero Limits none.
	Limits *Limits
	// Crosspost holds the ids of the announcement channels whose posts also go to the channels that follow
	// them.
	Crosspost map[string]bool
}

// A Platform is one Discord bot. It is Discord's chat.Platform.
type Platform struct {
	token     string
	endpoint  string
	base      http.RoundTripper
	timeout   time.Duration
	timing    timing
	log       *slog.Logger
	rest      *discordgo.Session
	pace      *pacer
	crosspost map[string]bool
	sent      memory
	forums    forums
}

var _ chat.Platform = (*Platform)(nil)

// New returns a platform. It does not reach for the network.
func New(o Options) *Platform {
	client := cmp.Or(o.Client, &http.Client{})
	p := &Platform{
		token:     o.Token,
		endpoint:  o.Endpoint,
		base:      client.Transport,
		timeout:   cmp.Or(client.Timeout, requestTime),
		timing:    discordTiming,
		log:       cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		pace:      newPacer(*cmp.Or(o.Limits, &discordLimits)),
		crosspost: o.Crosspost,
		sent:      memory{known: chat.NewRecent[sentKey, sending](maxRemembered)},
		forums:    forums{all: chat.NewRecent[string, forum](maxForums)},
	}
	if p.base == nil {
		p.base = http.DefaultTransport
	}
	p.rest = p.session()
	return p
}

// session returns a discordgo session for REST calls that keeps quiet and never tries again by itself. It
// is never opened: the gateway is ours (gateway.go).
func (p *Platform) session() *discordgo.Session {
	// New cannot fail: it only fills in a struct.
	s, _ := discordgo.New("Bot " + p.token)
	s.LogLevel = silent
	s.StateEnabled = false
	s.ShouldRetryOnRateLimit = false
	s.MaxRestRetries = 0
	return s
}

// silent is below discordgo.LogError, so that discordgo prints nothing: it would print to the process's log.
const silent = discordgo.LogError - 1
