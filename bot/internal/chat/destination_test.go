package chat_test

import (
	"strings"
	"testing"

	"pressalert/bot/internal/chat"
)

func TestParseDestination(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       chat.Destination // zero if it is an error
	}{
		{"Telegram channel", "telegram:-1001234567890", chat.Destination{Platform: "telegram", Channel: "-1001234567890"}},
		{"Telegram topic", "telegram:-1001234/17", chat.Destination{Platform: "telegram", Channel: "-1001234", Topic: "17"}},
		{"public name", "telegram:@press_alerts", chat.Destination{Platform: "telegram", Channel: "@press_alerts"}},
		{"Discord channel", "discord:998877", chat.Destination{Platform: "discord", Channel: "998877"}},
		{"webhook", "webhook:desk-2", chat.Destination{Platform: "webhook", Channel: "desk-2"}},
		{"nothing", "", chat.Destination{}},
		{"no platform", "-1001234", chat.Destination{}},
		{"no channel", "telegram:", chat.Destination{}},
		{"capitals", "Telegram:1", chat.Destination{}},
		{"space", "telegram: 1", chat.Destination{}},
		{"line end", "telegram:1\n", chat.Destination{}},
		{"two topics", "telegram:1/2/3", chat.Destination{}},
		{"topic that is no number", "telegram:1/a", chat.Destination{}},
		{"empty topic", "telegram:1/", chat.Destination{}},
		{"web address", "https://t.me/press", chat.Destination{}},
		{"a way out of the path", "webhook:../x", chat.Destination{}},
		{"other digits", "telegram:១២៣", chat.Destination{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := chat.ParseDestination(c.text)
			if got != c.want || (err == nil) != (c.want != chat.Destination{}) {
				t.Fatalf("ParseDestination(%q) = %+v, %v, want %+v", c.text, got, err, c.want)
			}
			if err == nil && got.String() != c.text {
				t.Errorf("String() = %q, want %q", got, c.text)
			}
			if err != nil && !strings.Contains(err.Error(), "such as telegram:") {
				t.Errorf("error = %v, want an example of the form", err)
			}
		})
	}
}

func FuzzParseDestination(f *testing.F) {
	for _, text := range []string{"telegram:-1001234/17", "telegram:@a_b", "discord:1", "webhook:x-y", "a:/", "a:--1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := chat.ParseDestination(text)
		if err != nil {
			if d != (chat.Destination{}) {
				t.Errorf("got %+v beside the error %v", d, err)
			}
			return
		}
		if d.String() != text || d.Platform == "" || d.Channel == "" {
			t.Errorf("got %+v of %q", d, text)
		}
		var again chat.Destination
		if err := again.UnmarshalText([]byte(text)); err != nil || again != d {
			t.Errorf("UnmarshalText(%q) = %+v, %v, want %+v", text, again, err, d)
		}
	})
}
