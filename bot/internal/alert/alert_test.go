package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/feeds"
	"pressalert/rules"
)

var now = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

// match is what the rules package makes of a rule that matched.
func match(r rules.Rule, spans ...rules.Span) rules.Match {
	return rules.Match{
		Rule: r, Countries: r.Countries, Stage: r.Stage, Severity: r.Severity, Topic: r.Topic, Law: r.Law, Spans: spans,
	}
}

func TestJudge(t *testing.T) {
	item := feeds.Item{Title: "Draft cybercrime law returns", Summary: "The draft was shelved in 2014."}
	law := rules.Rule{
		ID: "kh-law", Title: "The law", Topic: rules.Legislation, Law: "cybercrime",
		Countries: []string{"KH"}, Severity: rules.Medium, Stage: "drafted",
	}
	arrest := rules.Rule{ID: "arrest", Title: "Arrests", Topic: rules.Prosecution, Severity: rules.High, Countries: []string{"KH", "TH"}}
	a, ok := alert.Judge(item, feeds.Feed{Publisher: "Courier", Country: "VN"}, []rules.Match{
		match(law,
			rules.Span{Field: rules.Title, Start: 0, End: 5, Term: "draft"},
			rules.Span{Field: rules.Title, Start: 6, End: 20, Term: `"cybercrime law"`},
			rules.Span{Field: rules.Summary, Start: 4, End: 9, Term: "draft"}),
		match(arrest),
	}, now)
	if !ok {
		t.Fatal("two matches gave no alert")
	}
	if want := []rules.Topic{rules.Legislation, rules.Prosecution}; !slices.Equal(a.Topics, want) {
		t.Errorf("topics = %v, want %v: the headline speaks of the law", a.Topics, want)
	}
	if want := []string{"KH", "TH"}; !slices.Equal(a.Countries, want) {
		t.Errorf("countries = %v, want %v: never the publisher's", a.Countries, want)
	}
	for name, c := range map[string]struct {
		item feeds.Item
		feed feeds.Feed
		want string
	}{
		"national outlet":            {feeds.Item{Language: "en"}, feeds.Feed{Country: "KH", Kind: feeds.Newspaper}, "[KH]"},
		"organisation":               {feeds.Item{Language: "en"}, feeds.Feed{Country: "US", Kind: feeds.PressFreedomOrg}, "[]"},
		"language of one country":    {feeds.Item{Language: "km"}, feeds.Feed{Kind: feeds.Broadcaster}, "[KH]"},
		"language of many countries": {feeds.Item{Language: "ar"}, feeds.Feed{Kind: feeds.Broadcaster}, "[]"},
	} {
		got, _ := alert.Judge(c.item, c.feed, []rules.Match{match(rules.Rule{Topic: rules.Attack})}, now)
		if fmt.Sprint(got.Countries) != c.want {
			t.Errorf("%s: countries = %v, want %s", name, got.Countries, c.want)
		}
	}
	if a.Severity != rules.High {
		t.Errorf("severity = %v, want the highest, high", a.Severity)
	}
	if a.Stage != "drafted" {
		t.Errorf("stage = %q, want that of the main topic", a.Stage)
	}
	if len(a.Reasons) != 2 || a.Reasons[0].Rule != "arrest" {
		t.Fatalf("reasons = %+v, want two, the severest first", a.Reasons)
	}
	if want := []string{"Draft", "cybercrime law", "draft"}; !slices.Equal(a.Reasons[1].Words, want) {
		t.Errorf("words = %q, want %q as they stand in the item", a.Reasons[1].Words, want)
	}
	if _, ok := alert.Judge(item, feeds.Feed{}, nil, now); ok {
		t.Error("no match gave an alert")
	}
}

func TestJudgeStage(t *testing.T) {
	drafted := rules.Rule{Topic: rules.Legislation, Stage: "drafted"}
	passed := rules.Rule{Topic: rules.Legislation, Stage: "passed"}
	unknown := rules.Rule{Topic: rules.Legislation}
	for _, c := range []struct {
		name    string
		matches []rules.Match
		want    rules.Stage
	}{
		{"one rule knows", []rules.Match{match(unknown), match(drafted)}, "drafted"},
		{"two agree", []rules.Match{match(drafted), match(drafted)}, "drafted"},
		{"two differ", []rules.Match{match(drafted), match(passed)}, ""},
		{"none knows", []rules.Match{match(unknown)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, _ := alert.Judge(feeds.Item{}, feeds.Feed{}, c.matches, now)
			if a.Stage != c.want {
				t.Errorf("stage = %q, want %q", a.Stage, c.want)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	story := alert.Story{ID: 7, Title: "Cambodia revives its draft cybercrime law", Opened: now}
	for _, c := range []struct {
		name  string
		title string
		story string
		after time.Duration
		want  bool
	}{
		{"same words", story.Title, story.Title, time.Hour, true},
		{"case and signs differ", "CAMBODIA revives its “draft” cybercrime-law!", story.Title, time.Hour, true},
		{"one word differs", "Cambodia revives its draft cybersecurity law", story.Title, time.Hour, false},
		{"too late", story.Title, story.Title, alert.JoinWindow + time.Minute, false},
		{"at the edge", story.Title, story.Title, alert.JoinWindow, true},
		{"too short to mean one event", "Journalist arrested", "Journalist arrested", time.Hour, false},
		{"no title", "", "", time.Hour, false},
		{"Khmer marks count", "ក្រសួងថាសេចក្តីព្រាងច្បាប់ត្រឡប់មកវិញ", "ក្រសួងថាសេចក្តីព្រាងច្បាប់ត្រឡប់មកវញ", time.Hour, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := story
			s.Title = c.story
			_, got := alert.Join(feeds.Item{Title: c.title}, []alert.Story{s}, now.Add(c.after))
			if got != c.want {
				t.Errorf("Join = %v, want %v", got, c.want)
			}
		})
	}
}

func TestWants(t *testing.T) {
	a := alert.Alert{
		Topics: []rules.Topic{rules.Prosecution, rules.Legislation}, Countries: []string{"KH"}, Severity: rules.Medium,
	}
	nowhere := a
	nowhere.Countries = nil
	for _, c := range []struct {
		name  string
		sub   alert.Subscription
		alert alert.Alert
		want  bool
	}{
		{"everything", alert.Subscription{}, a, true},
		{"second topic", alert.Subscription{Topics: []rules.Topic{rules.Legislation}}, a, true},
		{"other topic", alert.Subscription{Topics: []rules.Topic{rules.Shutdown}}, a, false},
		{"country", alert.Subscription{Countries: []string{"TH", "KH"}}, a, true},
		{"other country", alert.Subscription{Countries: []string{"TH"}}, a, false},
		{"country not known passes", alert.Subscription{Countries: []string{"TH"}}, nowhere, true},
		{"floor reached", alert.Subscription{Floor: rules.Medium}, a, true},
		{"below the floor", alert.Subscription{Floor: rules.High}, a, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.sub.Wants(c.alert); got != c.want {
				t.Errorf("Wants = %v, want %v", got, c.want)
			}
		})
	}
}

func TestRouteOncePerDestination(t *testing.T) {
	tg := chat.Destination{Platform: "telegram", Channel: "1"}
	topic := chat.Destination{Platform: "telegram", Channel: "1", Topic: "2"}
	got := alert.Route(alert.Alert{Severity: rules.Low}, []alert.Subscription{
		{To: tg}, {To: tg}, {To: topic}, {To: chat.Destination{Platform: "discord", Channel: "3"}, Floor: rules.High},
	}, nil, now)
	want := []alert.Delivery{{To: tg, Due: now}, {To: topic, Due: now}}
	if !slices.Equal(got, want) {
		t.Errorf("Route = %v, want %v", got, want)
	}
}

func TestTrial(t *testing.T) {
	stable := rules.Rule{ID: "stable", Topic: rules.Attack, Severity: rules.Low, Status: rules.Stable}
	trial := rules.Rule{ID: "trial", Topic: rules.Shutdown, Severity: rules.Critical, Status: rules.Test}
	admin := chat.Destination{Platform: "telegram", Channel: "9"}
	everyone := []alert.Subscription{{To: chat.Destination{Platform: "telegram", Channel: "1"}}}
	both, _ := alert.Judge(feeds.Item{}, feeds.Feed{}, []rules.Match{match(trial), match(stable)}, now)
	if both.Trial || len(both.Reasons) != 1 || both.Severity != rules.Low {
		t.Errorf("alert of both = %+v, want the stable rule's alone", both)
	}
	if got := alert.Route(both, everyone, []chat.Destination{admin}, now); len(got) != 1 || got[0].To != everyone[0].To {
		t.Errorf("route of both = %v, want the subscriber", got)
	}
	alone, ok := alert.Judge(feeds.Item{}, feeds.Feed{}, []rules.Match{match(trial)}, now)
	if !ok || !alone.Trial {
		t.Errorf("alert of a rule on trial = %+v, want one marked so", alone)
	}
	if got := alert.Route(alone, everyone, []chat.Destination{admin}, now); len(got) != 1 || got[0].To != admin {
		t.Errorf("route of a rule on trial = %v, want the admin alone", got)
	}
}

func TestCountry(t *testing.T) {
	for _, c := range []struct{ word, code string }{
		{"KH", "KH"}, {"kh", "KH"}, {"Cambodia", "KH"}, {"sri lanka", "LK"}, {"Türkiye", "TR"},
		{"Eswatini", "SZ"}, {"Myanmar", "MM"}, {" Hong Kong ", "HK"}, {"XX", ""}, {"Atlantis", ""}, {"", ""},
	} {
		code, ok := alert.Country(c.word)
		if code != c.code || ok != (c.code != "") {
			t.Errorf("Country(%q) = %q, %v, want %q", c.word, code, ok, c.code)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		sentences  int
		runes      int
		want       string
	}{
		{"whole", "One. Two.", 3, 100, "One. Two."},
		{"three of four", "One. Two. Three. Four.", 3, 100, "One. Two. Three."},
		{"a sentence that does not fit is left out", "One is short. Two is far too long for this.", 3, 20, "One is short."},
		{"a first sentence that does not fit is cut at a word", "The ministry said that it will help.", 3, 22, "The ministry said…"},
		{"Khmer sentences", "ក្រសួង\u200bថ្លែង។ ច្បាប់\u200bថ្មី។", 1, 100, "ក្រសួង\u200bថ្លែង។"},
		{"Thai has no spaces: cut between clusters", "สำนักงานตำรวจแห่งชาติ", 3, 9, "สำนักงาน…"},
		{"marks stay with their letters", "กำกำกำ", 1, 4, "กำ…"},
		{"flags stay whole", "🇰🇭🇰🇭🇰🇭", 1, 4, "🇰🇭…"},
		{"empty", "  ", 3, 10, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := alert.Excerpt(c.text, c.sentences, c.runes); got != c.want {
				t.Errorf("Excerpt = %q, want %q", got, c.want)
			}
		})
	}
}

func TestNamesAreComplete(t *testing.T) {
	for _, topic := range rules.Topics() {
		if alert.TopicName(topic) == "" {
			t.Errorf("topic %q has no name", topic)
		}
		for _, stage := range rules.StagesOf(topic) {
			if alert.StageName(stage) == "" {
				t.Errorf("stage %q has no name", stage)
			}
		}
	}
	for _, law := range rules.Laws() {
		if alert.LawName(law) == "" {
			t.Errorf("law %q has no name", law)
		}
	}
}
