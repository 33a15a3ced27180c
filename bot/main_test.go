package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pressalert/bot/internal/chat/chattest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pressalert": main})
}

// TestScripts runs testdata/script/*.txtar through the real main, against a publisher and fakes of the
// chat services on loopback. testdata/script/README.md lists the commands that scripts have.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setupWorld,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"expand":  cmdExpand,
			"publish": cmdPublish,
			"asked":   cmdAsked,
			"fail":    cmdFail,
			"posts":   cmdPosts,
			"refused": cmdRefused,
			"ask":     cmdAsk,
			"secret":  cmdSecret,
			"archive": cmdArchive,
			"answer":  cmdAnswer,
			"ignored": cmdIgnored,
			"reply":   cmdReply,
			"role":    cmdRole,
			"press":   cmdPress,
			"rights":  cmdRights,
			"suggest": cmdSuggest,
		},
	})
}

// patience bounds every wait for the bot. It is never slept through: a wait ends when its condition
// holds.
const patience = 30 * time.Second

// A service is a fake chat service that scripts can wait for.
type service interface {
	chattest.Service
	WaitPosts(ctx context.Context, n int) ([]chattest.Post, error)
}

// A world is what surrounds the bot in one script.
type world struct {
	publisher *publisher
	services  map[string]service
	// failChannel makes the next sends to one channel of a service fail.
	failChannel map[string]func(channel string, faults ...chattest.Fault)
	// answers counts the calls of answer.
	answers int
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

// setupWorld starts the services of a script. What the bot sent them must be valid against the
// platforms' published specs, in every script.
func setupWorld(env *testscript.Env) error {
	telegram, err := chattest.StartTelegram(chattest.TelegramToken)
	if err != nil {
		return err
	}
	env.Defer(telegram.Close)
	discord, err := chattest.StartDiscord(chattest.DiscordToken)
	if err != nil {
		return err
	}
	env.Defer(discord.Close)
	hook, err := chattest.StartWebhook(chattest.WebhookSecret)
	if err != nil {
		return err
	}
	env.Defer(hook.Close)
	w := &world{
		publisher: newPublisher(),
		services:  map[string]service{"telegram": telegram, "discord": discord, "webhook": hook},
		failChannel: map[string]func(string, ...chattest.Fault){
			"telegram": telegram.FailChat, "discord": discord.FailChannel,
		},
	}
	env.Defer(w.publisher.server.Close)
	env.Values[worldKey{}] = w
	t := env.T().(interface{ Errorf(string, ...any) })
	env.Defer(func() {
		for name, s := range w.services {
			for _, v := range s.Violations() {
				t.Errorf("%s: %s", name, v)
			}
		}
	})
	address := strings.TrimPrefix(w.publisher.server.URL, "http://")
	env.Setenv("PUBLISHER", w.publisher.server.URL)
	env.Setenv("PUBLISHER_HOST", address)
	env.Setenv("TELEGRAM", telegram.URL())
	env.Setenv("TELEGRAM_TOKEN", chattest.TelegramToken)
	env.Setenv("DISCORD", discord.URL())
	env.Setenv("DISCORD_TOKEN", chattest.DiscordToken)
	env.Setenv("WEBHOOK", hook.Hook("desk"))
	env.Setenv("WEBHOOK_SECRET", chattest.WebhookSecret)
	return nil
}

// A publisher is a web server with feeds that scripts change.
type publisher struct {
	server *httptest.Server

	mu      sync.Mutex
	changed chan struct{} // closed and replaced with every request
	answers map[string]answer
	asked   map[string]int
	last    map[string]time.Time // when each was asked for
}

type answer struct {
	status int
	header map[string]string
	body   []byte
}

func newPublisher() *publisher {
	p := &publisher{changed: make(chan struct{}), answers: make(map[string]answer), asked: make(map[string]int), last: make(map[string]time.Time)}
	p.server = httptest.NewServer(p)
	return p
}

// ServeHTTP serves what a script published, 404 for the rest.
func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	p.mu.Lock()
	a, ok := p.answers[name]
	p.asked[name]++
	p.last[name] = time.Now()
	close(p.changed)
	p.changed = make(chan struct{})
	p.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// rest returns when name may be asked for again: feeds of scripts are read once a second at most, and the next
// run of the program would find it not due yet.
func (p *publisher) rest(name string) {
	p.mu.Lock()
	last := p.last[name]
	p.mu.Unlock()
	<-time.After(time.Until(last.Add(1500 * time.Millisecond)))
}

// wait returns once name was asked for n more times.
func (p *publisher) wait(ctx context.Context, name string, n int) error {
	p.mu.Lock()
	want := p.asked[name] + n
	for p.asked[name] < want {
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s was not asked for", name)
		case <-changed:
		}
		p.mu.Lock()
	}
	p.mu.Unlock()
	return nil
}

// expand FILE... puts the environment into files.
func cmdExpand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// publish NAME FILE [STATUS] [HEADER:VALUE]... puts a file on the publisher's server.
func cmdPublish(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: publish name file [status] [header:value]...")
	}
	a := answer{status: http.StatusOK, header: make(map[string]string), body: []byte(ts.ReadFile(args[1]))}
	for _, arg := range args[2:] {
		if name, value, ok := strings.Cut(arg, ":"); ok {
			a.header[name] = os.Expand(value, ts.Getenv)
			continue
		}
		status, err := strconv.Atoi(arg)
		ts.Check(err)
		a.status = status
	}
	p := worldOf(ts).publisher
	p.rest(args[0])
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[args[0]] = a
}

// asked NAME N waits until the bot has asked for a feed N more times.
func cmdAsked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: asked name times")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ts.Check(worldOf(ts).publisher.wait(ctx, args[0], n))
}

// faults are the words of the fail command.
var faults = map[string]chattest.FaultKind{
	"429": chattest.TooMany, "429-everywhere": chattest.TooManyEverywhere, "gone": chattest.Gone,
	"rejected": chattest.Rejected, "token": chattest.BadToken, "502": chattest.Broken,
	"lost": chattest.LostAnswer, "cut": chattest.CutAnswer,
}

// fail SERVICE[/CHANNEL] FAULT[=SECONDS]... makes the next sends fail, one for each fault.
func cmdFail(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fail service[/channel] fault[=seconds]...")
	}
	var list []chattest.Fault
	for _, arg := range args[1:] {
		name, seconds, _ := strings.Cut(arg, "=")
		kind, ok := faults[name]
		if !ok {
			ts.Fatalf("unknown fault %s", name)
		}
		n, _ := strconv.Atoi(seconds)
		list = append(list, chattest.Fault{Kind: kind, Wait: time.Duration(n) * time.Second})
	}
	w := worldOf(ts)
	name, channel, one := strings.Cut(args[0], "/")
	if one {
		w.failChannel[name](channel, list...)
		return
	}
	w.services[name].Fail(list...)
}

// posts SERVICE[/CHANNEL] N [[!]REGEXP]... waits for N messages in a service, or in one channel of it, and
// checks that there are no more, and that each pattern is found in them, or with ! is not.
func cmdPosts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: posts service[/channel] n [regexp]...")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	name, channel, _ := strings.Cut(args[0], "/")
	posts, err := waitPosts(ctx, worldOf(ts).services[name], channel, n)
	var text strings.Builder
	for _, p := range posts {
		fmt.Fprintf(&text, "--- %s/%s\n%s\n", p.Channel, p.Topic, p.Text)
	}
	ts.Logf("[%s]\n%s", args[0], text.String())
	if err != nil || len(posts) != n {
		ts.Fatalf("%s has %d posts, want %d: %v", args[0], len(posts), n, err)
	}
	for _, pattern := range args[2:] {
		pattern, absent := strings.CutPrefix(pattern, "!")
		if regexp.MustCompile(pattern).MatchString(text.String()) == absent {
			ts.Fatalf("a post matches %q: %t", pattern, absent)
		}
	}
}

// waitPosts waits until there are n posts in a channel, or in all if it is "".
func waitPosts(ctx context.Context, s service, channel string, n int) ([]chattest.Post, error) {
	for {
		all := s.Posts()
		found := slices.DeleteFunc(slices.Clone(all), func(p chattest.Post) bool { return channel != "" && p.Channel != channel })
		if len(found) >= n {
			return found, nil
		}
		if _, err := s.WaitPosts(ctx, len(all)+1); err != nil {
			return found, err
		}
	}
}

// refused SERVICE N waits until a service has received N sends, those that failed included.
func cmdRefused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: refused service n")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	s := worldOf(ts).services[args[0]]
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for s.Requests() < n {
		if time.Now().After(deadline) {
			ts.Fatalf("%s received %d sends, want %d", args[0], s.Requests(), n)
		}
		<-tick.C
	}
}

// ask SERVICE CHANNEL LINE [REGEXP]... calls a command in chat, again and again until the answer
// matches every pattern: what the bot does meanwhile shows in a later answer.
func cmdAsk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: ask service channel line [regexp]...")
	}
	asker, ok := worldOf(ts).services[args[0]].(chattest.Asker)
	if !ok {
		ts.Fatalf("nobody can ask on %s", args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for last := ""; ; {
		answer, err := asker.Ask(ctx, args[1], args[2])
		if err != nil {
			ts.Fatalf("%v; the last answer was:\n%s", err, last)
		}
		missing := slices.IndexFunc(args[3:], func(pattern string) bool { return !regexp.MustCompile(pattern).MatchString(answer) })
		if missing < 0 {
			ts.Logf("[%s answers]\n%s", args[0], answer)
			return
		}
		last = fmt.Sprintf("%s\nwhich does not match %q", answer, args[3+missing])
	}
}

// secret FILE... checks that no token or key stands in any of the files.
func cmdSecret(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := ts.ReadFile(name)
		for _, secret := range []string{chattest.TelegramToken, chattest.DiscordToken, chattest.WebhookSecret, chattest.WebhookPath} {
			if strings.Contains(text, secret) {
				ts.Fatalf("%s shows a secret", name)
			}
		}
	}
}
