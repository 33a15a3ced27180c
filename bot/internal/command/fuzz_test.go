package command_test

import (
	"fmt"
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
)

// FuzzWords puts any words behind every command that reads free text, as whoever may use it.
func FuzzWords(f *testing.F) {
	for _, words := range []string{
		"", "KH", "at once", "KH, , TH", "Viet Nam,Lao PDR digest", "08:00", "daily 25:61", "* * * * *", "0 0 31 2 *", "22:00-07:00",
		"-", "UTC+7", "UTC-99999999999999999999", "../../etc/passwd", "Etc/GMT-14", "\x00", "ខ្មែร", "rule shutdown 30", "story 1 1",
		"country \u202e", "story -1", "9223372036854775808", "https://courier.example/1", "🇰🇭", strings.Repeat("a ", 300),
	} {
		f.Add(words)
	}
	table, n := newTable(f), 0
	f.Fuzz(func(t *testing.T, words string) {
		for _, name := range strings.Fields("start subscribe digest quiet timezone language mute unmute why try rule help subscriptions") {
			for _, c := range table.Menu() {
				if c.Name != name {
					continue
				}
				n++ // nobody asks too much
				r := chat.Request{Command: name, From: admin, User: fmt.Sprint("telegram:", n), Direct: true}
				r.Args, r.Rest = c.ParseWords(strings.Fields(words))
				a := table.Answer(t.Context(), r)
				if a.Title == "" && a.Kicker == "" || strings.HasPrefix(a.Title, "That did not work") {
					t.Errorf("/%s %q: answer = %q", name, words, a.PlainText())
				}
				checkButtons(t, a)
			}
		}
	})
}

// FuzzPress sends any data with our own signature: what older and newer versions of the bot may have signed.
func FuzzPress(f *testing.F) {
	for _, p := range presses {
		f.Add(p.data)
	}
	for _, data := range []string{"", " ", "more", "more -1", "more 99999999999999999999", "hush 1 r-1", "hush 1 r", "page 0 latest", "page x help", "pick digest * * * * *", "menu country -3"} {
		f.Add(data)
	}
	table, n := newTable(f), 0
	f.Fuzz(func(t *testing.T, data string) {
		if len(data) > 49 {
			t.Skip("no button is so long")
		}
		n++ // nobody asks too much
		r := askers["admin"].press(table.Signer.Sign(data))
		r.User = fmt.Sprint("telegram:", n)
		a := table.Answer(t.Context(), r)
		if a.Title == "" && a.Kicker == "" && a.Toast == "" || strings.HasPrefix(a.Toast, "That did not work") {
			t.Errorf("press of %q: answer = %+v", data, a)
		}
		checkButtons(t, a)
	})
}
