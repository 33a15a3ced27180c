package telegram

import (
	"errors"
	"slices"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name, channel, status string
		own, all              map[string]bool
		want                  []chat.Right
	}{
		{name: "direct chat", channel: "55"},
		{name: "member of a group where all may post", channel: "-1002", status: "member"},
		{
			name: "group that lets nobody post", channel: "-1002", status: "member",
			all:  map[string]bool{"can_send_messages": false, "can_send_photos": false, "can_pin_messages": false},
			want: []chat.Right{chat.RightPost, chat.RightFile, chat.RightPin},
		},
		{
			name: "group without pictures", channel: "-1002", status: "member",
			all:  map[string]bool{"can_send_messages": true, "can_send_photos": false, "can_send_documents": true},
			want: []chat.Right{chat.RightFile},
		},
		{
			name: "restricted in a group where all may post", channel: "-1002", status: "restricted",
			own: map[string]bool{"can_send_messages": false}, all: map[string]bool{"can_send_messages": true},
			want: []chat.Right{chat.RightPost},
		},
		{
			name: "administrator where nobody else may post", channel: "-1002", status: "administrator",
			own: map[string]bool{"can_pin_messages": true}, all: map[string]bool{"can_send_messages": false},
		},
		{name: "administrator who may not pin", channel: "-1002", status: "administrator", want: []chat.Right{chat.RightPin}},
		{name: "creator", channel: "-1002", status: "creator"},
		{name: "kicked", channel: "-1002", status: "kicked", want: []chat.Right{chat.RightSee}},
		{
			name: "administrator of a channel", channel: "@press", status: "administrator",
			own: map[string]bool{"can_post_messages": true, "can_edit_messages": true},
		},
		{
			name: "administrator of a channel who may not post", channel: "@press", status: "administrator",
			own: map[string]bool{"can_post_messages": false}, want: []chat.Right{chat.RightPost, chat.RightPin},
		},
		{name: "reader of a channel", channel: "@press", status: "member", want: []chat.Right{chat.RightPost}},
		{name: "not in the channel", channel: "@press", status: "left", want: []chat.Right{chat.RightSee}},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := chattest.NewTelegram(t)
			if c.status != "" {
				// The fake knows a channel by its number too.
				for _, channel := range []string{c.channel, chattest.TelegramChannel} {
					service.SetStanding(channel, c.status, c.own)
				}
				service.SetPermissions(c.channel, c.all)
			}
			p := New(Options{Token: chattest.TelegramToken, Endpoint: service.URL(), Limits: &Limits{}})
			got, err := p.Missing(t.Context(), chat.Destination{Platform: "telegram", Channel: c.channel})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("missing = %v, %v, want %v", got, err, c.want)
			}
			if broken := service.Violations(); len(broken) > 0 {
				t.Errorf("violations: %v", broken)
			}
		})
	}
}

func TestMissingWhereThereIsNoChat(t *testing.T) {
	service := chattest.NewTelegram(t)
	p := New(Options{Token: chattest.TelegramToken, Endpoint: service.URL(), Limits: &Limits{}})
	got, err := p.Missing(t.Context(), chat.Destination{Platform: "telegram", Channel: "nobody"})
	if err != nil || !slices.Equal(got, []chat.Right{chat.RightSee}) {
		t.Errorf("missing = %v, %v, want %s", got, err, chat.RightSee)
	}
}

func TestMissingWithAWrongToken(t *testing.T) {
	service := chattest.NewTelegram(t)
	p := New(Options{Token: "1:wrong", Endpoint: service.URL(), Limits: &Limits{}})
	if _, err := p.Missing(t.Context(), chat.Destination{Platform: "telegram", Channel: "-1002"}); !errors.Is(err, chat.ErrToken) {
		t.Errorf("err = %v, want %v", err, chat.ErrToken)
	}
}
