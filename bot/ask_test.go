package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
	"pressalert/bot/internal/command"
)

// What the scripts ask-*.txtar have: an archive to ask about, people who ask, and the three places where they
// can ask. testdata/script/README.md lists the commands.

// TestEveryCommandHasAScript looks for a script of each command, and for scripts of commands that are gone.
func TestEveryCommandHasAScript(t *testing.T) {
	files, err := filepath.Glob("testdata/script/ask-*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	script := make(map[string]bool)
	for _, f := range files {
		script[f] = true
	}
	for _, c := range new(command.Table).Menu() {
		name := filepath.Join("testdata", "script", "ask-"+c.Name+".txtar")
		if !script[name] {
			t.Errorf("/%s has no script %s", c.Name, name)
		}
		delete(script, name)
	}
	for name := range script {
		t.Errorf("%s is the script of no command", name)
	}
}

// archiveFile is the world that the scripts ask about.
const archiveFile = "testdata/archive.txtar"

// databaseFile is where the database is by default.
const databaseFile = "data/pressalert.db"

// prepared is the database after the bot has read the archive's feeds. It is made once, since that takes
// longer than most scripts.
var prepared = sync.OnceValues(prepareArchive)

// prepareArchive runs the real main over the archive's feeds, with services of its own, and returns the
// database.
func prepareArchive() (database []byte, err error) {
	dir, err := os.MkdirTemp("", "pressalert-archive-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	telegram, err := chattest.StartTelegram(chattest.TelegramToken)
	if err != nil {
		return nil, err
	}
	defer telegram.Close()
	discord, err := chattest.StartDiscord(chattest.DiscordToken)
	if err != nil {
		return nil, err
	}
	defer discord.Close()
	p := newPublisher()
	defer p.server.Close()
	env := map[string]string{
		"PUBLISHER": p.server.URL, "PUBLISHER_HOST": strings.TrimPrefix(p.server.URL, "http://"),
		"TELEGRAM": telegram.URL(), "TELEGRAM_TOKEN": chattest.TelegramToken,
		"DISCORD": discord.URL(), "DISCORD_TOKEN": chattest.DiscordToken,
		"SCHEDULE": "@every 1s",
	}
	files, err := archiveFiles(func(name string) string { return env[name] })
	if err != nil {
		return nil, err
	}
	if err := writeFiles(dir, files); err != nil {
		return nil, err
	}
	p.publishAll(files)
	p.answers["rebuilt"] = answer{status: 200, body: files["rebuilt-before.xml"]}
	for p.times("rebuilt") < 2 { // each run reads what is due
		serve := exec.Command("pressalert", "serve", "--once")
		serve.Dir = dir
		if out, err := serve.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("read the archive: %w\n%s", err, out)
		}
		p.publishAll(files)
	}
	return os.ReadFile(filepath.Join(dir, databaseFile))
}

// archiveFiles are the files of the archive, with variables put in.
func archiveFiles(getenv func(string) string) (map[string][]byte, error) {
	a, err := txtar.ParseFile(archiveFile)
	if err != nil {
		return nil, err
	}
	noon := time.Now().UTC().Truncate(24 * time.Hour).Add(-12 * time.Hour)
	value := func(name string) string {
		if days, err := strconv.Atoi(strings.TrimPrefix(name, "DAY")); err == nil {
			return noon.AddDate(0, 0, 1-days).Format(time.RFC1123Z)
		}
		return getenv(name)
	}
	files := make(map[string][]byte)
	for _, f := range a.Files {
		files[f.Name] = []byte(os.Expand(string(f.Data), value))
	}
	return files, nil
}

// publishAll serves all feeds of the archive.
func (p *publisher) publishAll(files map[string][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, data := range files {
		if feed, ok := strings.CutSuffix(name, ".xml"); ok {
			p.answers[feed] = answer{status: 200, body: data}
		}
	}
}

// times counts how often a feed was asked for.
func (p *publisher) times(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[name]
}

func writeFiles(dir string, files map[string][]byte) error {
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// archive puts the archive's files and its database into the script's directory, and serves its feeds.
func cmdArchive(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: archive")
	}
	database, err := prepared()
	ts.Check(err)
	ts.Setenv("SCHEDULE", "0 0 1 1 *") // the feeds are not read again
	files, err := archiveFiles(ts.Getenv)
	ts.Check(err)
	files[databaseFile] = database
	ts.Check(writeFiles(ts.MkAbs("."), files))
	worldOf(ts).publisher.publishAll(files)
}

// fronts are the places where people ask, by the words for all of them. Where a number of a chat is missing
// each call is that of another person, since a chat on Telegram gets only a message a second.
var fronts = map[string][]string{
	"readers": {"telegram/5", "discord/55", "terminal"},
	"admins":  {"telegram/9", "discord/99", "terminal"},
	"people":  {"telegram/5", "discord/55"}, // all but the terminal, where only admins are
}

// answer WHERE LINE [[!]REGEXP]... calls a command once.
func cmdAnswer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: answer service/channel|direct/channel|terminal|readers|people|admins line [[!]regexp]...")
	}
	places := fronts[args[0]]
	if places == nil {
		places = args[:1]
	}
	w := worldOf(ts)
	w.answers++
	for _, place := range places {
		if place == "telegram/5" || place == "telegram/9" {
			place += fmt.Sprintf("%02d", w.answers)
		}
		got := answerAt(ts, place, args[1])
		if place != "terminal" { // which logs by itself
			ts.Logf("[%s answers]\n%s", place, got)
		}
		if problem := unlike(got, args[2:]); problem != "" {
			ts.Fatalf("the answer at %s %s", place, problem)
		}
	}
}

// answerAt asks at one place and returns what can be read there, with the name of a file that came along.
func answerAt(ts *testscript.TestScript, place, line string) string {
	if place == "terminal" {
		ts.Check(ts.Exec("pressalert", append([]string{"ask"}, strings.Fields(strings.TrimPrefix(line, "/"))...)...))
		return unbroken(ts.ReadFile("stdout"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	name, channel, _ := strings.Cut(place, "/")
	if name == "direct" {
		got, err := worldOf(ts).services["discord"].(*chattest.Discord).AskDirect(ctx, channel, line)
		ts.Check(err)
		return got
	}
	asker, ok := worldOf(ts).services[name].(asker)
	if !ok {
		ts.Fatalf("nobody can ask at %s", place)
	}
	before := len(asker.Files())
	got, err := asker.Ask(ctx, channel, line)
	ts.Check(err)
	for _, f := range asker.Files()[before:] {
		got += "\nfile " + f.Name
	}
	return got
}

// lineBreak is one inside a paragraph.
var lineBreak = regexp.MustCompile(`([^\n])\n([^\n])`)

// unbroken is what a terminal shows, as one line for each paragraph. A script without spaces is broken
// anywhere, so the text stands there with spaces for line breaks, and once more without.
func unbroken(text string) string {
	return lineBreak.ReplaceAllString(text, "$1 $2") + "\n" + lineBreak.ReplaceAllString(text, "$1$2")
}

// An asker is a service in which people ask, and are also answered with files.
type asker interface {
	chattest.Asker
	Files() []chat.File
}

// unlike says which pattern a text does not have, or has although it stands after a "!"; "" if none.
func unlike(text string, patterns []string) string {
	for _, pattern := range patterns {
		unwanted, not := strings.CutPrefix(pattern, "!")
		if found := regexp.MustCompile(unwanted).MatchString(text); found == not {
			return fmt.Sprintf("does not match %q", pattern)
		}
	}
	return ""
}

// ignored telegram/CHANNEL LINE says a line that gets no answer.
func cmdIgnored(ts *testscript.TestScript, neg bool, args []string) {
	name, channel, _ := strings.Cut(args[0], "/")
	telegram, ok := worldOf(ts).services[name].(*chattest.Telegram)
	if neg || len(args) != 2 || !ok {
		ts.Fatalf("usage: ignored telegram/channel line")
	}
	before := len(telegram.Posts())
	telegram.Say(chattest.TelegramMessage{Channel: channel, Text: args[1]})
	answerAt(ts, args[0], "/mutes") // lines are read in their order
	if n := len(telegram.Posts()) - before; n != 1 {
		ts.Fatalf("%d answers, want 1: only to /mutes", n)
	}
}

// reply telegram/CHANNEL LINE [[!]REGEXP]... answers the newest message of a channel with a command.
func cmdReply(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: reply telegram/channel line [[!]regexp]...")
	}
	name, channel, _ := strings.Cut(args[0], "/")
	telegram, ok := worldOf(ts).services[name].(*chattest.Telegram)
	if !ok {
		ts.Fatalf("commands do not answer messages at %s", args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	to := newestOf(telegram.Posts(), channel)
	for { // a post can be answered as soon as the bot knows its number
		before := len(telegram.Posts())
		telegram.Say(chattest.TelegramMessage{Channel: channel, Text: args[1], ReplyTo: to})
		all, err := telegram.WaitPosts(ctx, before+1)
		ts.Check(err)
		got := all[before].Text
		if problem := unlike(got, args[2:]); problem == "" {
			ts.Logf("[%s answers]\n%s", args[0], got)
			return
		}
	}
}

// newestOf is the id of the newest message of a channel, "" for none.
func newestOf(posts []chattest.Post, channel string) (id string) {
	for _, p := range posts {
		if p.Channel == channel {
			id = p.ID
		}
	}
	return id
}

// role SERVICE/CHANNEL ROLE says what the person is there who asks: on Telegram a status such as
// administrator, on Discord manager or member.
func cmdRole(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: role service/channel role")
	}
	name, channel, _ := strings.Cut(args[0], "/")
	switch s := worldOf(ts).services[name].(type) {
	case *chattest.Telegram:
		s.SetMember(channel, telegramReader, args[1])
	case *chattest.Discord:
		person := chattest.DiscordPerson{ID: "300000000000000001", Permissions: "0", Locale: "en-US"}
		if args[1] == "manager" {
			person.Permissions = manageChannels
		}
		s.As(person)
	default:
		ts.Fatalf("there are no roles at %s", args[0])
	}
}

// telegramReader is who asks on the fake Telegram.
const telegramReader = 4242

// manageChannels is MANAGE_CHANNELS of Discord's permissions.
const manageChannels = "16"

// press telegram/CHANNEL BUTTON [REGEXP]... presses the newest button of that text until what is then read
// in the channel matches every pattern.
func cmdPress(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: press telegram/channel button [regexp]...")
	}
	name, channel, _ := strings.Cut(args[0], "/")
	presser, ok := worldOf(ts).services[name].(chattest.Presser)
	if !ok {
		ts.Fatalf("there are no buttons at %s", args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	id := newestWith(presser, channel, args[1])
	if id == "" {
		ts.Fatalf("no message of %s has a button %q", args[0], args[1])
	}
	toast, err := presser.Press(ctx, channel, id, args[1])
	ts.Check(err)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		text := toast + "\n" + textFrom(presser, channel, id)
		problem := unlike(text, args[2:])
		if problem == "" {
			ts.Logf("[%s after the press]\n%s", args[0], text)
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("what is read %s:\n%s", problem, text)
		case <-tick.C:
		}
	}
}

// newestWith finds the newest message of a channel with a button of that text, "" for none.
func newestWith(s chattest.Presser, channel, button string) (id string) {
	for _, p := range s.Posts() {
		for _, row := range s.Buttons(p.ID) {
			for _, b := range row {
				if p.Channel == channel && b.Text == button {
					id = p.ID
				}
			}
		}
	}
	return id
}

// textFrom is what can be read in a channel from a message on.
func textFrom(s chattest.Presser, channel, id string) string {
	var text strings.Builder
	from := false
	for _, p := range s.Posts() {
		from = from || p.ID == id
		if from && p.Channel == channel {
			fmt.Fprintln(&text, p.Text)
		}
	}
	return text.String()
}
