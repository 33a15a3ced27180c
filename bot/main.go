// Pressalert polls news feeds on a schedule, matches their items against rules about cybercrime laws
// and crackdowns on online speech, and posts what matches to Telegram and Discord channels.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // readers have time zones, small machines often no list of them

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"pressalert/feeds/strict"
)

// cli is the command line: the common flags and one field for each verb.
type cli struct {
	Config string `placeholder:"FILE" help:"Config file. Without it config.toml in this directory, or else the defaults."`
	Rules  string `placeholder:"DIR" help:"Directory of rule files, instead of those that ship with the bot."`
	Feeds  string `placeholder:"DIR" help:"Directory of feed lists, instead of those that ship with the bot."`
	Data   string `placeholder:"DIR" help:"Directory of the database. Default: data."`

	Serve    serveCmd    `cmd:"" default:"withargs" help:"Read feeds and post alerts until stopped (what runs when no verb is given)."`
	Demo     demoCmd     `cmd:"" help:"Show what the bot does, on sample feeds, without network or tokens."`
	Check    checkCmd    `cmd:"" help:"Check config, feeds and rules, and run the rules' examples."`
	Match    matchCmd    `cmd:"" help:"Try the rules on items from a feed, a file or the command line."`
	Eval     evalCmd     `cmd:"" help:"Measure the rules on labelled items: precision and recall."`
	Backtest backtestCmd `cmd:"" help:"Try rules on the bot's own archive, against those in force."`
	Feedback feedbackCmd `cmd:"" help:"Make of what readers call not relevant examples for the rules."`
	Preview  previewCmd  `cmd:"" help:"Show alerts as Telegram, Discord and a terminal will show them."`
	Ask      askCmd      `cmd:"" help:"Ask what people ask in chat, such as latest KH."`
	Sources  feedsCmd    `cmd:"" name:"feeds" help:"List, test and add feeds; bring them from a feed reader, take them there."`
	Load     loadCmd     `cmd:"" help:"Measure how many feeds this machine can read."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// An environment is all that a verb touches outside its arguments.
type environment struct {
	ctx    context.Context
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	log    *slog.Logger
	hangup <-chan os.Signal // SIGHUP: reload rules and feeds
}

func main() { os.Exit(run()) }

// run returns the exit code: 0 if all is well, 1 if the verb failed, 2 if the command line is wrong.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	env := &environment{
		ctx: ctx, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, hangup: hangup,
		log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	var c cli
	parser, err := kong.New(&c,
		kong.Name("pressalert"),
		kong.Description("Alerts about cybercrime laws and crackdowns on online speech, from news feeds to Telegram and Discord."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: helpWidth}),
		kong.Bind(env, &c),
	)
	if err != nil {
		fmt.Fprintf(os.Stderr, "pressalert: %v\n", err)
		return 2
	}
	parsed, err := parser.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "pressalert: %v; pressalert -h lists the verbs and flags\n", err)
		return 2
	}
	if err := parsed.Run(); err != nil {
		report(os.Stderr, err)
		return 1
	}
	return 0
}

// helpWidth keeps help readable on wide terminals, in columns.
const helpWidth = 100

// report prints an error. Problems in files come one a line, with the place and a caret.
func report(w io.Writer, err error) {
	var problems strict.Problems
	if !errors.As(err, &problems) {
		fmt.Fprintf(w, "pressalert: %v\n", err)
		return
	}
	fmt.Fprintln(w, strict.Detail(problems))
	if len(problems) == 1 {
		fmt.Fprintln(w, "pressalert: 1 error")
	} else {
		fmt.Fprintf(w, "pressalert: %d errors\n", len(problems))
	}
}

// terminal reports whether w is a terminal, and its width in columns.
func terminal(w io.Writer) (width int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return width, err == nil
}

type versionCmd struct{}

// Help is shown by -h.
func (versionCmd) Help() string {
	return "Prints the bot's version and the Go release it was built with.\n\nExample: pressalert version"
}

// Run prints the version.
func (versionCmd) Run(env *environment) error {
	_, err := fmt.Fprintf(env.stdout, "pressalert %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version is what the build says: a tag, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
