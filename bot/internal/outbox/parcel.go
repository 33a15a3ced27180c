package outbox

import (
	"slices"
	"strconv"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/bot/internal/words"
)

// A parcel is one call of a platform: what is to be said, and which deliveries it settles.
type parcel struct {
	to   chat.Destination
	list []store.Pending // at least one
	// key names a message that is posted; messageID is the id of one that is edited, or "".
	key, messageID string
	// bulletin is the running one that is edited, nil otherwise.
	bulletin *store.Batch
	// notice is true of an answer to a post, by what the desk said of it. It owes nothing.
	notice bool
	// pin holds the message at the head of the chat once it is posted.
	pin bool
	// render makes the message. It may panic.
	render func() chat.Message
}

// edits reports whether the parcel only brings a post up to date, and owes nothing.
func (p parcel) edits() bool { return p.messageID != "" && p.bulletin == nil }

// post is a parcel with one alert.
func (o *Outbox) post(p store.Pending, wishes []alert.Subscription) parcel {
	return parcel{to: p.To, list: []store.Pending{p}, key: p.Key, render: func() chat.Message {
		m := alert.Message(p.Alert, o.view(p, wishes))
		m.ReplyTo, m.Quiet, m.Mention = p.ReplyTo, p.Quiet, roleOf(p, wishes)
		return m
	}}
}

// edit is a parcel that brings a post up to date.
func (o *Outbox) edit(p store.Pending, wishes []alert.Subscription) parcel {
	return parcel{to: p.To, list: []store.Pending{p}, messageID: p.MessageID, render: func() chat.Message {
		v := o.view(p, wishes)
		v.Updated = p.Changed
		m := alert.Message(p.Alert, v)
		m.Mention = roleOf(p, wishes) // it stays in the text, and an edit calls nobody
		return m
	}}
}

// roleOf is the role that is called for an alert: that of the first subscription of its destination that asks
// for both. A message that is discreet by another one calls nobody.
func roleOf(p store.Pending, wishes []alert.Subscription) string {
	if wishOf(p, wishes).Discreet {
		return ""
	}
	for _, s := range wishes {
		if role := s.Role(p.Alert); role != "" && s.Matches(p.Alert) {
			return role
		}
	}
	return ""
}

// together is a parcel with a digest or a bulletin.
func (o *Outbox) together(b store.Batch, wishes []alert.Subscription) parcel {
	first := b.List[0]
	p := parcel{to: first.To, list: b.List, key: b.Key, messageID: b.MessageID}
	if b.MessageID != "" {
		p.bulletin = &b
	}
	// What was too much for a day is no overview of anything.
	p.pin = b.MessageID == "" && b.Ceiling == 0 && slices.ContainsFunc(wishes, func(s alert.Subscription) bool { return s.Pin })
	p.render = func() chat.Message {
		v := o.view(first, wishes)
		alerts, quiet := b.Told, true
		for _, d := range b.List {
			alerts, quiet = append(alerts, d.Alert), quiet && d.Quiet
		}
		var m chat.Message
		if b.Beat == (alert.Beat{}) {
			v.Ceiling = b.Ceiling
			m = alert.Digest(alerts, v)
		} else {
			if b.MessageID != "" {
				v.Updated = latest(alerts)
			}
			m = alert.Bulletin(b.Beat, alerts, v)
		}
		m.Quiet = quiet
		return m
	}
	return p
}

// latest is when the newest of the alerts was made.
func latest(alerts []alert.Alert) time.Time {
	var t time.Time
	for _, a := range alerts {
		if a.Created.After(t) {
			t = a.Created
		}
	}
	return t
}

// view is how a destination wants to read an alert.
func (o *Outbox) view(p store.Pending, wishes []alert.Subscription) alert.View {
	wish := wishOf(p, wishes)
	return alert.View{
		Words: words.For(wish.Language), Zone: wish.Zone, Discreet: wish.Discreet, Preview: wish.Preview,
		Sources: p.Sources, Previous: p.Previous,
		Buttons: func(a alert.Action) string { return o.signer.Sign(ButtonData(a, p.Alert.ID)) },
	}
}

// ButtonData is what a button under an alert sends, before it is signed: the action, a space, and the
// alert's number.
func ButtonData(a alert.Action, alertID int64) string {
	return string(a) + " " + strconv.FormatInt(alertID, 10)
}
