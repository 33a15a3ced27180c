package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/outbox"
	"pressalert/bot/internal/store"
	"pressalert/rules"
)

// A pinning platform is a scripted one that also pins.
type pinning struct {
	*scripted
	pins []string // "pin 1", "unpin 1"
	errs []error  // of the next calls
}

func (p *pinning) Pin(_ context.Context, _ chat.Destination, id string) error {
	return p.did("pin " + id)
}

func (p *pinning) Unpin(_ context.Context, _ chat.Destination, id string) error {
	return p.did("unpin " + id)
}

func (p *pinning) did(what string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.errs) > 0 {
		err := p.errs[0]
		p.errs = p.errs[1:]
		if err != nil {
			what += " refused"
			p.pins = append(p.pins, what)
			return err
		}
	}
	p.pins = append(p.pins, what)
	return nil
}

// pinBench is bench with a platform that pins, and one subscription.
func pinBench(t *testing.T, s alert.Subscription) (*outbox.Outbox, *store.Store, *pinning) {
	_, db, plain := bench(t, nil)
	p := &pinning{scripted: plain}
	o := outbox.New(db, map[string]chat.Platform{"telegram": p}, []chat.Destination{to("admin")}, slog.New(slog.DiscardHandler))
	t.Cleanup(o.Wait)
	s.Ceiling = -1
	wish(t, db, s)
	return o, db, p
}

func TestPin(t *testing.T) {
	missing := fmt.Errorf("%w: not enough rights", chat.ErrGone)
	inBurst := func(v *store.Verdict) { v.Alert.Countries = []string{"UG"} }
	for _, c := range []struct {
		name string
		wish alert.Subscription
		owe  func(*store.Verdict)
		each int // how many alerts are owed at a time
		errs []error
		want []string
		told int // how often the admins are
	}{
		{"digests", alert.Subscription{Pin: true}, inDigest, 2, nil, []string{"pin 1", "pin 2", "unpin 1", "pin 3", "unpin 2"}, 0},
		{"not asked for", alert.Subscription{}, inDigest, 2, nil, nil, 0},
		{"posts", alert.Subscription{Pin: true}, nil, 2, nil, nil, 0},
		{"a bulletin, and not its edits", alert.Subscription{Pin: true}, inBurst, 9, nil, []string{"pin 8"}, 0},
		{"without the right", alert.Subscription{Pin: true}, inDigest, 2, []error{missing, missing, missing},
			[]string{"pin 1 refused", "pin 3 refused", "pin 4 refused"}, 1},
		{"the right comes back and goes", alert.Subscription{Pin: true}, inDigest, 2, []error{missing, nil, missing},
			[]string{"pin 1 refused", "pin 3", "pin 4 refused"}, 2},
		{"a failure that says nothing", alert.Subscription{Pin: true}, inDigest, 2, []error{errors.New("timeout"), nil, nil, nil},
			[]string{"pin 1 refused", "pin 2", "pin 3", "unpin 2"}, 0},
		{"the former cannot be let go", alert.Subscription{Pin: true}, inDigest, 2, []error{nil, nil, missing},
			[]string{"pin 1", "pin 2", "unpin 1 refused", "pin 3", "unpin 2"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, s, p := pinBench(t, c.wish)
				p.errs = c.errs
				for round := range 3 {
					for n := range c.each {
						owes(t, s, fmt.Sprintf("item%d-%d", round, n), c.owe)
					}
					run(t, o, 5*time.Second)
					time.Sleep(time.Hour) // a bulletin may be edited again
				}
				o.Wait()
				if !slices.Equal(p.pins, c.want) {
					t.Errorf("pins = %q, want %q", p.pins, c.want)
				}
				if got := strings.Count(p.on("admin"), "Cannot pin"); got != c.told {
					t.Errorf("the admins were told %d times, want %d: %s", got, c.told, p.on("admin"))
				}
				if queues, err := s.Queues(t.Context()); len(queues) > 0 || err != nil {
					t.Errorf("queues = %+v, %v, want nothing waiting or suspended", queues, err)
				}
			})
		})
	}
}

// TestMention: a role is called by the post of an alert of its rule, and by nothing else.
func TestMention(t *testing.T) {
	desk := []alert.Mention{{Rules: "r*", Role: "77"}}
	onTrial := func(v *store.Verdict) { v.Alert.Trial = true }
	ofOther := func(v *store.Verdict) { v.Alert.Reasons[0].Rule = "other" }
	for _, c := range []struct {
		name   string
		wishes []alert.Subscription
		shape  func(*store.Verdict)
		want   string
	}{
		{"its rule", []alert.Subscription{{Mentions: desk}}, nil, "77"},
		{"another rule", []alert.Subscription{{Mentions: desk}}, ofOther, ""},
		{"a rule on trial", []alert.Subscription{{Mentions: desk}}, onTrial, ""},
		{"in a digest", []alert.Subscription{{Mentions: desk}}, inDigest, ""},
		{"nothing asked for", []alert.Subscription{{}}, nil, ""},
		{"asked for by another subscription of the place", []alert.Subscription{{}, {Mentions: desk}}, nil, "77"},
		{"by one that does not take the alert", []alert.Subscription{{}, {Mentions: desk, Floor: rules.Critical}}, nil, ""},
		{"discreet by the one that took it", []alert.Subscription{{Discreet: true}, {Mentions: desk}}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, s, p := bench(t, nil)
				wish(t, s, c.wishes...)
				owes(t, s, "one", c.shape)
				run(t, o, 5*time.Second)
				o.Wait()
				if len(p.messages) != 1 || p.messages[0].Mention != c.want {
					t.Fatalf("messages = %+v, want one that mentions %q", p.messages, c.want)
				}
			})
		})
	}
}
