package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// A NoticeKind says what sort of news about a feed a notice is.
type NoticeKind string

const (
	// Broken means that the feed's own address cannot be read.
	Broken NoticeKind = "broken"
	// Recovered means that the trouble that the admins were told of is over.
	Recovered NoticeKind = "recovered"
	// Quiet means that the feed has had nothing new for much longer than is usual.
	Quiet NoticeKind = "quiet"
	// Moved means that the feed has another address for good.
	Moved NoticeKind = "moved"
	// Changed means that another host answers, or that another authority vouches for it.
	Changed NoticeKind = "changed"
)

// A Notice is news about a feed for the admins.
type Notice struct {
	// Feed is the id of the feed.
	Feed string
	Kind NoticeKind
	// Text says in whole sentences what happened, and what it may mean.
	Text string
}

const (
	// toldAfter and toldFailures are how long, and how often, a feed must fail before it is news. Most
	// failures are over by then.
	toldAfter    = time.Hour
	toldFailures = 3
	// maxKnown bounds the hosts, issuers and new addresses that are remembered of a feed.
	maxKnown = 12
	// toldQuiet and toldUnclear stand in FeedState.Told where no class of error does.
	toldQuiet   = "quiet"
	toldUnclear = "unclear"
)

// gravity ranks classes of errors: what is more than a hiccup is told at once, and told again if the
// admins know of something less grave only.
func gravity(class string) int {
	switch feeds.Class(class) {
	case "", toldQuiet:
		return 0
	case feeds.Gone, feeds.Legal:
		return 3
	case feeds.TLS, feeds.BotWall:
		return 2
	}
	return 1
}

// notices compares the states of a feed before and after a poll. It returns what is news to the admins,
// and the state in which that is noted, so that each breakage and each recovery is told once, over
// restarts too.
func notices(before, after store.FeedState) ([]Notice, store.FeedState) {
	var news []Notice
	tell := func(kind NoticeKind, text string) {
		news = append(news, Notice{Feed: after.Feed, Kind: kind, Text: text})
	}
	trouble := cmp.Or(string(after.Class), toldUnclear)
	switch {
	case after.Failures > 0:
		if ripe(after) && gravity(trouble) > gravity(after.Told) {
			after.Told = trouble
			tell(Broken, brokenText(after))
		}
	case gravity(after.Told) > 0:
		tell(Recovered, "It is read again.")
		after.Told = ""
	case after.Told == toldQuiet:
		if after.Health(after.Checked) != store.Quiet {
			tell(Recovered, "It has news again.")
			after.Told = ""
		}
	case after.Health(after.Checked) == store.Quiet:
		tell(Quiet, quietText(after))
		after.Told = toldQuiet
	}
	if after.MovedTimes >= movedAfter && before.MovedTimes < movedAfter && !slices.Contains(after.Known, after.Moved) {
		tell(Moved, "Its address leads to "+after.Moved+" for good, so it is read there. Please correct the feed list.")
		after.Known = remember(after.Known, after.Moved)
	}
	if after.Failures == 0 && after.Via == "" {
		text := ""
		if text, after.Known = changes(before, after); text != "" {
			tell(Changed, text)
		}
	}
	return news, after
}

// ripe reports whether the trouble with a feed is worth telling.
func ripe(s store.FeedState) bool {
	return gravity(string(s.Class)) > 1 || s.Failures >= toldFailures && s.Checked.Sub(s.Failing) >= toldAfter
}

// changes says which of host and issuer the feed was never seen with before, and what is known then.
// The first ones are no news.
func changes(before, after store.FeedState) (text string, known []string) {
	host := strings.TrimPrefix(after.Host, "www.")
	known = after.Known
	var parts []string
	if host != "" && !slices.Contains(known, host) {
		known = remember(known, host)
		if before.Host != "" {
			parts = append(parts, fmt.Sprintf("It is answered by another host: %s, not %s. The outlet may have moved, or lost its name to somebody else.", after.Host, before.Host))
		}
	}
	if after.Issuer != "" && !slices.Contains(known, after.Issuer) {
		known = remember(known, after.Issuer)
		if before.Issuer != "" {
			parts = append(parts, fmt.Sprintf("Another authority vouches for its server: %s, not %s. Usually that is a new provider; it can also be somebody who listens in.", after.Issuer, before.Issuer))
		}
	}
	return strings.Join(parts, " "), known
}

// remember puts a name in front of the known ones.
func remember(known []string, name string) []string {
	known = slices.Insert(slices.Clone(known), 0, name)
	return known[:min(len(known), maxKnown)]
}

func brokenText(s store.FeedState) string {
	text := fmt.Sprintf("It cannot be read since %s (%s).", moment(s.Failing), s.Error)
	if meaning := meanings[s.Class]; meaning != "" {
		text += " " + meaning
	}
	if s.Via != "" && s.Succeeded.Equal(s.Checked) {
		return text + " It is read through " + s.Via + " meanwhile."
	}
	return text + " It is asked again, the next time " + moment(s.NextCheck) + "."
}

// meanings say what an error may mean for people who watch censorship.
var meanings = map[feeds.Class]string{
	feeds.DNS:      "Its name is not known any more: the domain may have lapsed, or have been taken or blocked.",
	feeds.TLS:      "Its server cannot prove who it is. Certificates lapse; but somebody may also stand in between, so nothing was read.",
	feeds.Legal:    "Its server says that it is withheld for legal reasons, which is often censorship.",
	feeds.Gone:     "Its server says that it is gone for good, so it is asked once a day only. Please look for its new address, or set it off.",
	feeds.BotWall:  "A page that keeps programs out stands before it. Ask the outlet to let the bot in, or give the feed a fallback.",
	feeds.Refused:  "Its server lets the bot in no more, or nobody from where it runs.",
	feeds.NotAFeed: "Something else is at its address: a page in its place can be a block page, or a new site.",
	feeds.Redirect: "Its address leads nowhere. The site may have been rebuilt, or be blocked.",
}

func quietText(s store.FeedState) string {
	text := "It has had nothing new since " + moment(s.Newest)
	if s.Cadence > 0 {
		text += ", where something new is usual every " + span(s.Cadence)
	}
	return text + ". The outlet may rest, have a new feed, or have been silenced."
}

// moment writes a time in full.
func moment(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

// span writes a time that passes, roughly, as people say it.
func span(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", max(1, int(d.Round(time.Minute).Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Round(time.Hour).Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24+0.5))
}
