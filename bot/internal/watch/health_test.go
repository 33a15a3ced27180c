package watch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// broke returns the state of a feed that failed so often, the first time so long ago.
func broke(class feeds.Class, failures int, since time.Duration, told string) store.FeedState {
	return store.FeedState{Feed: "courier", Checked: now, Failures: failures, Class: class, Error: string(class) + ": why",
		Failing: now.Add(-since), Told: told, NextCheck: now.Add(time.Hour)}
}

// well returns the state of a feed that was read, and had its last item so long ago.
func well(silence time.Duration, told string) store.FeedState {
	return store.FeedState{Feed: "courier", Checked: now, Succeeded: now, FirstRead: now, Newest: now.Add(-silence), Cadence: 24 * time.Hour, Told: told}
}

func TestNoticesOfHealth(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name  string
		after store.FeedState
		kind  NoticeKind // "" is no notice
		told  string
	}{
		{"well", well(day, ""), "", ""},
		{"failed once", broke(feeds.DNS, 1, 0, ""), "", ""},
		{"failed thrice within an hour", broke(feeds.DNS, 3, 59*time.Minute, ""), "", ""},
		{"failed twice over an hour", broke(feeds.DNS, 2, 2*time.Hour, ""), "", ""},
		{"failed thrice over an hour", broke(feeds.DNS, 3, time.Hour, ""), Broken, "dns"},
		{"failed on", broke(feeds.DNS, 9, day, "dns"), "", "dns"},
		{"failed on in another way", broke(feeds.Timeout, 9, day, "dns"), "", "dns"},
		{"failed for no clear reason", broke("", 3, time.Hour, ""), Broken, "unclear"},
		{"failed on for no clear reason", broke("", 4, time.Hour, "unclear"), "", "unclear"},
		{"withheld by law", broke(feeds.Legal, 1, 0, ""), Broken, "withheld-by-law"},
		{"withheld by law after it broke", broke(feeds.Legal, 9, day, "dns"), Broken, "withheld-by-law"},
		{"broken after it was withheld by law", broke(feeds.DNS, 9, day, "withheld-by-law"), "", "withheld-by-law"},
		{"gone", broke(feeds.Gone, 1, 0, ""), Broken, "gone"},
		{"certificate", broke(feeds.TLS, 1, 0, ""), Broken, "tls"},
		{"bot wall", broke(feeds.BotWall, 1, 0, ""), Broken, "bot-protection"},
		{"bot wall on", broke(feeds.BotWall, 2, 0, "bot-protection"), "", "bot-protection"},
		{"broken while quiet", broke(feeds.DNS, 3, time.Hour, "quiet"), Broken, "dns"},
		{"recovered", well(day, "dns"), Recovered, ""},
		{"recovered into silence", well(30*day, "dns"), Recovered, ""},
		{"quiet", well(8*day, ""), Quiet, "quiet"},
		{"quiet on", well(9*day, "quiet"), "", "quiet"},
		{"news again", well(0, "quiet"), Recovered, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			news, got := notices(store.FeedState{}, c.after)
			var kind NoticeKind
			if len(news) > 0 {
				kind = news[0].Kind
			}
			if kind != c.kind || got.Told != c.told || len(news) > 1 {
				t.Errorf("notices %v and told %q, want %q and %q", news, got.Told, c.kind, c.told)
			}
			if again, _ := notices(c.after, got); len(again) > 0 && c.name != "recovered into silence" {
				t.Errorf("told again: %v", again)
			}
		})
	}
}

func TestNoticesOfPlace(t *testing.T) {
	seen := store.FeedState{Host: "courier.example", Issuer: "CA", Known: []string{"CA", "courier.example"}}
	for _, c := range []struct {
		name   string
		before store.FeedState
		change func(*store.FeedState)
		kind   NoticeKind
		known  string
	}{
		{"first answer", store.FeedState{}, func(s *store.FeedState) { s.Host, s.Issuer = "courier.example", "CA" }, "", "CA courier.example"},
		{"as ever", seen, func(s *store.FeedState) {}, "", "CA courier.example"},
		{"with www", seen, func(s *store.FeedState) { s.Host = "www.courier.example" }, "", "CA courier.example"},
		{"another host", seen, func(s *store.FeedState) { s.Host = "parked.example" }, Changed, "parked.example CA courier.example"},
		{"another issuer", seen, func(s *store.FeedState) { s.Issuer = "CA 2" }, Changed, "CA 2 CA courier.example"},
		{"without TLS now", seen, func(s *store.FeedState) { s.Issuer = "" }, "", "CA courier.example"},
		{"through a fallback", seen, func(s *store.FeedState) { s.Via, s.Host = mirror, "x" }, "", "CA courier.example"},
		{"moved", seen, func(s *store.FeedState) { s.Moved, s.MovedTimes = newHome, 3 }, Moved, newHome + " CA courier.example"},
		{"moving", seen, func(s *store.FeedState) { s.Moved, s.MovedTimes = newHome, 2 }, "", "CA courier.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			after := c.before
			c.change(&after)
			after.Checked, after.Succeeded = now, now
			news, got := notices(c.before, after)
			var kind NoticeKind
			if len(news) > 0 {
				kind = news[0].Kind
			}
			if known := strings.Join(got.Known, " "); kind != c.kind || known != c.known || len(news) > 1 {
				t.Errorf("notices %v and known %q, want %q and %q", news, known, c.kind, c.known)
			}
			if again, _ := notices(got, got); len(again) > 0 {
				t.Errorf("told again: %v", again)
			}
		})
	}
}

func TestKnownIsBounded(t *testing.T) {
	var known []string
	for n := range 100 {
		known = remember(known, strings.Repeat("x", n))
	}
	if len(known) != maxKnown || len(known[0]) != 99 {
		t.Errorf("%d names are known, the last %q", len(known), known[0])
	}
}

func TestNoticeTexts(t *testing.T) {
	served := broke(feeds.Legal, 1, 0, "")
	served.Via, served.Succeeded = mirror, now
	for _, c := range []struct {
		name  string
		state store.FeedState
		want  string
	}{
		{"broken", broke(feeds.DNS, 3, time.Hour, ""), "It cannot be read since 3 Nov 2026 11:00 UTC (dns: why). Its name is not known any more: the domain may have lapsed, or have been taken or blocked. It is asked again, the next time 3 Nov 2026 13:00 UTC."},
		{"without a meaning", broke(feeds.Timeout, 3, time.Hour, ""), "It cannot be read since 3 Nov 2026 11:00 UTC (timeout: why). It is asked again, the next time 3 Nov 2026 13:00 UTC."},
		{"served by a fallback", served, "It cannot be read since 3 Nov 2026 12:00 UTC (withheld-by-law: why). Its server says that it is withheld for legal reasons, which is often censorship. It is read through https://mirror.example/rss meanwhile."},
		{"quiet", well(8*24*time.Hour, ""), "It has had nothing new since 26 Oct 2026 12:00 UTC, where something new is usual every 24 h. The outlet may rest, have a new feed, or have been silenced."},
	} {
		t.Run(c.name, func(t *testing.T) {
			news, _ := notices(store.FeedState{}, c.state)
			if !slices.ContainsFunc(news, func(n Notice) bool { return n.Text == c.want && n.Feed == "courier" }) {
				t.Errorf("notices = %v, want %q", news, c.want)
			}
		})
	}
}

func TestHeartbeatMessage(t *testing.T) {
	list := []feeds.Feed{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}}
	states := make(map[string]store.FeedState)
	for i, s := range []store.FeedState{well(0, ""), broke(feeds.DNS, 3, time.Hour, ""), well(30*24*time.Hour, ""), broke(feeds.Legal, 3, time.Hour, "")} {
		s.Ways = waysMark(list[i])
		states[list[i].ID] = s
	}
	d := states["d"]
	d.Succeeded, d.Via, d.Newest = now, mirror, now
	states["d"] = d
	m := heartbeat(list, states, store.Counts{Items: 5, Matched: 2, Sent: 1}, []store.ParkedFeed{{Feed: "a"}}, now)
	var got []string
	for _, f := range m.Fields {
		got = append(got, f.Name+": "+f.Value)
	}
	for _, p := range m.Body {
		line := ""
		for _, s := range p {
			line += s.Text
		}
		got = append(got, line)
	}
	want := []string{
		"Feeds: 2 ok, 1 broken, 1 quiet, 1 not read yet", "Items: 5 read, 2 matched, 1 posted",
		"Broken, dns: b", "Held back for /review: a", "Quiet: c", "Read through fallbacks: d",
	}
	if !slices.Equal(got, want) {
		t.Errorf("heartbeat:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNamedLine(t *testing.T) {
	line := namedLine("quiet", slices.Repeat([]string{"x"}, 12))
	got := ""
	for _, s := range line {
		got += s.Text
	}
	if want := "Quiet: x, x, x, x, x, x, x, x, x, x and 2 more"; got != want {
		t.Errorf("line = %q, want %q", got, want)
	}
}
