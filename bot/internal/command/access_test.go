package command_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/command"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
)

// The kinds of people, by what they may do.
const (
	reads   = 1 << iota // what anyone may
	manages             // what changes a place
	runs                // what admins may
)

// matrix is who may do what. Commands that were forwarded, edited or sent by other bots never become
// requests: the platforms' own tests hold that.
var matrix = map[string]struct {
	asker
	may int
}{
	"owner of a direct chat":         {asker{from: stranger, user: "telegram:55", direct: true, manages: always(true)}, reads | manages},
	"owner of a group":               {asker{from: group, user: "telegram:6", manages: always(true)}, reads | manages},
	"admin of a group":               {asker{from: group, user: "telegram:7", manages: always(true)}, reads | manages},
	"anonymous admin of a group":     {asker{from: group, manages: always(true)}, reads | manages},
	"member of a group":              {asker{from: group, user: "telegram:8", manages: always(false)}, reads},
	"stranger to a group":            {asker{from: group, user: "telegram:55", manages: always(false)}, reads},
	"in the name of another channel": {asker{from: group, manages: always(false)}, reads},
	"nobody says who manages":        {asker{from: group, user: "telegram:8"}, reads},
	"the service is down": {asker{from: group, user: "telegram:7", manages: func(context.Context) (bool, error) {
		return true, errors.New("getChatMember: bad gateway")
	}}, reads},
	"post of a channel":                    {asker{from: channel, manages: always(true)}, reads | manages},
	"manager of a server":                  {asker{from: other, user: "discord:7", manages: always(true)}, reads | manages},
	"member of a server":                   {asker{from: other, user: "discord:8", manages: always(false)}, reads},
	"manager in a thread of a server":      {asker{from: chat.Destination{Platform: "discord", Channel: "42", Topic: "43"}, user: "discord:7", manages: always(true)}, reads | manages},
	"chat of others on Discord":            {asker{from: chat.Destination{Platform: "discord", Channel: "88"}, user: "discord:8", manages: always(false)}, reads},
	"direct chat on Discord":               {asker{from: chat.Destination{Platform: "discord", Channel: "77"}, user: "discord:8", direct: true}, reads | manages},
	"admin of the bot":                     {asker{from: admin, user: "telegram:99", direct: true, manages: always(true)}, reads | manages | runs},
	"admin of the bot, member of a group":  {asker{from: group, user: "telegram:99", manages: always(false)}, reads | runs},
	"same number on another service":       {asker{from: other, user: "discord:99", manages: always(false)}, reads},
	"member of the group of admins":        {asker{from: team, user: "telegram:8", manages: always(false)}, reads | runs},
	"topic of the group of admins":         {asker{from: chat.Destination{Platform: "telegram", Channel: "-1009", Topic: "4"}, user: "telegram:8", manages: always(false)}, reads},
	"user with the id of the admins group": {asker{from: stranger, user: "telegram:1009", direct: true}, reads | manages},
	"user without a number":                {asker{from: group, user: "telegram:", manages: always(false)}, reads},
}

// team is a group of admins.
var team = chat.Destination{Platform: "telegram", Channel: "-1009"}

// The commands that not everybody may use; all others anyone may.
var (
	forManagers = strings.Fields("subscribe unsubscribe digest quiet timezone language settings mute unmute test stop")
	forAdmins   = strings.Fields("rules rule try backtest review split merge correct retract reload audit")
)

// arguments make each command that changes something do it.
var arguments = map[string]string{
	"subscribe": "KH", "unsubscribe": "2", "digest": "09:00", "quiet": "22:00-07:00", "timezone": "UTC", "language": "fr", "settings": "ceiling 10",
	"mute": "country TH", "unmute": "country TH", "stop": "yes", "rule": "shutdown", "try": "Football", "split": "3", "merge": "1 2",
	"correct": "1 It was a fine.", "retract": "1", "review": "drop 2",
}

func TestCommandsByWho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		table.Admins = append(table.Admins, team)
		for name, who := range matrix {
			for _, c := range table.Menu() {
				needs := reads
				switch {
				case slices.Contains(forManagers, c.Name):
					needs = manages
				case slices.Contains(forAdmins, c.Name):
					needs = runs
				}
				if got, want := !refused(table.Answer(t.Context(), who.command(c))), who.may&needs != 0; got != want {
					t.Errorf("%s: /%s answered = %t, want %t", name, c.Name, got, want)
				}
				time.Sleep(10 * time.Second) // nobody asks too much
			}
		}
	})
}

func (a asker) command(c chat.Command) chat.Request {
	r := chat.Request{Command: c.Name, From: a.from, User: a.user, Direct: a.direct, Manages: a.manages}
	r.Args, r.Rest = c.ParseWords(strings.Fields(arguments[c.Name]))
	return r
}

// refused reports whether an answer refuses for who asks.
func refused(a chat.Answer) bool {
	text := a.Title + a.Toast
	return strings.Contains(text, "for the people who run this bot") || text == "Only people who manage this chat can do that." ||
		text == "That did not work. Please try again later."
}

func TestAdminCommandsSaySo(t *testing.T) {
	menu := new(command.Table).Menu()
	for _, c := range menu {
		if got, want := strings.HasPrefix(c.Description, "For admins:"), slices.Contains(forAdmins, c.Name); got != want {
			t.Errorf("description of /%s says that it is for admins: %t, want %t", c.Name, got, want)
		}
	}
	for _, name := range slices.Concat(forManagers, forAdmins) {
		if !slices.ContainsFunc(menu, func(c chat.Command) bool { return c.Name == name }) {
			t.Errorf("there is no command /%s", name)
		}
	}
}

// presses are buttons by what their pressing needs, each with the same effect in every place.
var presses = []struct {
	data  string
	needs int
}{
	{"more 1", reads},
	{"page 1 latest KH", reads},
	{"page 1 rules", runs},
	{"mute 1", manages},
	{"hush 1 s", manages},
	{"loud 1 s", manages},
	{"menu country", manages},
	{"pick country KH", manages},
	{"set discreet on", manages},
	{"keep", manages},
	{"stop NOW", manages},
	{"judge drop 999 1", runs},
}

// TestEveryActionIsInTheMatrix looks for buttons that nobody was tried at.
func TestEveryActionIsInTheMatrix(t *testing.T) {
	tried := map[string]bool{"miss": true} // by TestOneVoteAPerson: it counts only where the alert was posted
	for _, p := range presses {
		action, _, _ := strings.Cut(p.data, " ")
		tried[action] = true
	}
	for _, action := range new(command.Table).Actions() {
		if !tried[action] {
			t.Errorf("nobody presses %q", action)
		}
	}
}

func TestPressesByWho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		table.Admins = append(table.Admins, team)
		for name, who := range matrix {
			for _, p := range presses {
				data := strings.Replace(p.data, "NOW", fmt.Sprint(time.Now().Unix()), 1)
				got := table.Answer(t.Context(), who.press(table.Signer.Sign(data)))
				if answered, want := !refused(got), who.may&p.needs != 0; answered != want {
					t.Errorf("%s: press of %q answered = %t, want %t", name, p.data, answered, want)
				}
				if stale := got.Toast == "This button no longer works."; stale {
					t.Errorf("%s: press of %q is stale", name, p.data)
				}
				time.Sleep(10 * time.Second) // nobody asks too much
			}
		}
	})
}

func (a asker) press(data string) chat.Request {
	return chat.Request{Press: data, Message: "m1", From: a.from, User: a.user, Direct: a.direct, Manages: a.manages}
}

// TestSuggestionsByWho has everybody type arguments: what only admins may use, and the rules, are suggested to
// nobody else.
func TestSuggestionsByWho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		table.Admins = append(table.Admins, team)
		for name, who := range matrix {
			for _, c := range table.Menu() {
				for _, a := range c.Args {
					r := who.command(c)
					r.Completing, r.Rest, r.Args = a.Name, nil, map[string]string{"kind": "rule"}
					got, admin := table.Answer(t.Context(), r), who.may&runs != 0
					if slices.Contains(forAdmins, c.Name) && !admin && len(got.Fields) > 0 {
						t.Errorf("%s: %s of /%s suggests %v", name, a.Name, c.Name, got.Fields)
					}
					rule := slices.ContainsFunc(got.Fields, func(f chat.Field) bool { return f.Value == "journalist-jailed" })
					if rule && !admin {
						t.Errorf("%s: %s of /%s suggests a rule", name, a.Name, c.Name)
					}
				}
			}
		}
	})
}

// TestForgedPresses sends what no button of this bot sends. All of it gets a calm line and does nothing.
func TestForgedPresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		good := table.Signer.Sign("pick country KH")
		for name, data := range map[string]string{
			"no signature":         "pick country KH",
			"empty":                ".",
			"another bot's":        chat.NewSigner([]byte("a key of another bot")).Sign("pick country KH"),
			"other data":           strings.Replace(good, "KH", "TH", 1),
			"longer data":          good + " TH",
			"another signature":    table.Signer.Sign("pick country TH")[:14] + good[14:],
			"of another database":  chat.NewSigner(nil).Sign("pick country KH"),
			"signed twice":         table.Signer.Sign(good),
			"not text":             "\xff\xfe.\x00",
			"no longer an action":  table.Signer.Sign("gone 1"),
			"in capitals":          strings.ToUpper(good),
			"beyond what is known": table.Signer.Sign("pick country Atlantis"),
		} {
			asks := matrix["owner of a direct chat"]
			got := table.Answer(t.Context(), asks.press(data))
			if got.Toast != "This button no longer works." || got.Title != "" {
				t.Errorf("%s: answer = %+v, want a calm line", name, got)
			}
		}
		list, err := table.Store.SubscriptionsOf(t.Context(), stranger)
		if err != nil || len(list) != 0 {
			t.Errorf("subscriptions = %v, %v, want none", list, err)
		}
	})
}

// TestReplayedPress presses a button that the bot made for one place in another: it acts where it is
// pressed, for whoever may manage that.
func TestReplayedPress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		asks := matrix["owner of a direct chat"]
		menu := table.Answer(t.Context(), asks.press(table.Signer.Sign("menu country")))
		data := menu.Buttons[0][0].Data
		for _, who := range []asker{askers["manager"], askers["member"], askers["server"]} {
			table.Answer(t.Context(), who.press(data))
		}
		var got []string
		list, err := table.Store.Subscriptions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			got = append(got, fmt.Sprint(s.To, " ", s.Countries))
		}
		want := []string{desk.String() + " []", group.String() + " [KH]", other.String() + " [KH]"}
		if !slices.Equal(got, want) {
			t.Errorf("subscriptions = %q, want %q", got, want)
		}
	})
}

func TestOneVoteAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		miss := table.Signer.Sign("miss 1")
		anonymous := asker{from: channel, manages: always(true)}
		for _, who := range []asker{askers["reader"], askers["author"], askers["reader"], anonymous, askers["manager"]} {
			table.Answer(t.Context(), who.press(miss))
		}
		votes, err := table.Store.Votes(t.Context(), time.Time{})
		if err != nil || votes[1] != 2 {
			t.Errorf("votes = %v, %v, want 2 on alert 1: of a reader and of an author, where it was posted", votes, err)
		}
	})
}

// TestTrialAlertsAreForAdmins asks for an alert that only a rule on trial made.
func TestTrialAlertsAreForAdmins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newTable(t)
		record(t, table.Store, "unread", time.Now(), func(i feeds.Item) store.Verdict {
			v := decideTold(i)
			v.Alert.Trial, v.Deliveries = true, []alert.Delivery{{To: admin, Due: time.Now()}}
			return v
		}, "Reporter jailed over a film")
		ask := func(who asker, link string) string {
			r := chat.Request{Command: "why", Args: map[string]string{"item": link}, From: who.from, User: who.user}
			return table.Answer(t.Context(), r).PlainText()
		}
		for name, link := range map[string]string{"link": "https://unread.example/1", "number": "5"} {
			if got := ask(askers["stranger"], link); strings.Contains(got, "journalist-jailed") || !strings.Contains(got, "on trial") {
				t.Errorf("by %s a stranger learns %q, want no more than that a rule is on trial", name, got)
			}
			if got := ask(askers["admin"], link); !strings.Contains(got, "journalist-jailed") {
				t.Errorf("by %s an admin learns %q, want the rule", name, got)
			}
		}
		more := table.Signer.Sign("more 5")
		if got := table.Answer(t.Context(), askers["stranger"].press(more)); got.Toast != "This button no longer works." {
			t.Errorf("press of a stranger: answer = %+v", got)
		}
		if got := table.Answer(t.Context(), askers["admin"].press(more)); got.Title != "Reporter jailed over a film" {
			t.Errorf("press of an admin: answer = %+v", got)
		}
	})
}
