package telegram

import (
	"slices"
	"testing"

	"pressalert/bot/internal/chat"
)

func FuzzUpdate(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"date":1,"text":"/latest@our_bot KH","chat":{"id":-5,"type":"group"},"from":{"is_bot":true},"sender_chat":{}}}`))
	f.Add([]byte(`{"update_id":2,"message":{"text":7}}`))
	f.Add([]byte(`{"update_id":3,"callback_query":{"id":"q","from":{"id":7,"language_code":"fr"},"data":"x","message":{"message_id":5,"date":1,"chat":{"id":-5,"type":"channel"},"message_thread_id":4,"is_topic_message":true}}}`))
	f.Add([]byte(`{"update_id":4,"callback_query":{"message":null},"channel_post":{"text":"/help"}}`))
	f.Add([]byte(`{"update_id":"x"}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := parseUpdate(raw)
		if err != nil && (u.Message != nil || u.Press != nil) {
			t.Error("a message or press despite an error")
		}
		if q := u.Press; q != nil && q.Message != nil {
			r := q.request(&listener{})
			if _, err := chat.ParseDestination(r.From.String()); err != nil || r.Press != q.Data || r.Manages == nil {
				t.Errorf("request %+v of %+v: %v", r, q, err)
			}
		}
		if u.Message == nil {
			return
		}
		c, ok := u.Message.command()
		if !ok {
			return
		}
		r, ok := c.request(menu, *u.Message)
		if ok && !slices.ContainsFunc(menu, func(m chat.Command) bool { return m.Name == r.Command }) {
			t.Errorf("request for %q, which is not on the menu", r.Command)
		}
	})
}

func TestUnreadableUpdate(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		id        int64
	}{
		{"odd message", `{"update_id":7,"message":{"text":["x"]}}`, 7},
		{"odd id", `{"update_id":"7"}`, 0},
		{"no object", `7`, 0},
	} {
		if u, err := parseUpdate([]byte(c.raw)); err == nil || u.ID != c.id {
			t.Errorf("%s: id = %d, error %v, want %d and an error", c.name, u.ID, err, c.id)
		}
	}
}
