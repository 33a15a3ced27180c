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

func TestJudgeDirectionAndDossiers(t *testing.T) {
	worse := rules.Match{Rule: rules.Rule{Dossier: "kh-law"}, Topic: rules.Prosecution, Direction: rules.Worse}
	better := rules.Match{Rule: rules.Rule{Dossier: "kh-case"}, Topic: rules.Prosecution, Direction: rules.Better}
	unknown := rules.Match{Rule: rules.Rule{Dossier: "kh-law"}, Topic: rules.Prosecution}
	other := rules.Match{Topic: rules.Legislation, Direction: rules.Better}
	for _, c := range []struct {
		name     string
		matches  []rules.Match
		want     rules.Direction
		dossiers string
	}{
		{"one rule knows", []rules.Match{unknown, worse}, rules.Worse, "[kh-law]"},
		{"two differ", []rules.Match{worse, better}, rules.Neutral, "[kh-law kh-case]"},
		{"none knows", []rules.Match{unknown}, "", "[kh-law]"},
		{"another topic differs", []rules.Match{worse, other}, rules.Worse, "[kh-law]"},
	} {
		a, _ := alert.Judge(feeds.Item{}, feeds.Feed{}, c.matches, now)
		if a.Direction != c.want || fmt.Sprint(a.Dossiers) != c.dossiers {
			t.Errorf("%s: direction %q, dossiers %v, want %q, %s", c.name, a.Direction, a.Dossiers, c.want, c.dossiers)
		}
	}
}
