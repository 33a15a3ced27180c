package store_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

func TestSubscriptionComesBackWhole(t *testing.T) {
	s := fresh(t)
	zone, err := time.LoadLocation("Asia/Phnom_Penh")
	if err != nil {
		t.Fatal(err)
	}
	digest, err := feeds.ParseSchedule("30 7 * * 1-5")
	if err != nil {
		t.Fatal(err)
	}
	want := alert.Subscription{
		To: tg, Topics: []rules.Topic{rules.Attack}, Countries: []string{"KH"}, Laws: []rules.Law{"cybercrime"}, Floor: rules.Medium,
		Languages: []string{"km"}, Rules: []string{"r"}, Directions: []rules.Direction{rules.Better}, Confirmation: 2,
		Instant: rules.Critical, Digest: digest, Zone: zone, Quiet: alert.Hours{From: 1320, To: 420}, Ceiling: 7,
		Language: "km", Discreet: true, Preview: true, Pin: true, Mentions: []alert.Mention{{Rules: "r*", Role: "1"}},
	}
	if v := reflect.ValueOf(want); v.NumField() != 21 {
		t.Errorf("alert.Subscription has %d fields; is the new one stored?", v.NumField())
	}
	want.ID = subscribe(t, s, want)
	list, err := s.SubscriptionsOf(t.Context(), tg)
	if err != nil || len(list) != 1 {
		t.Fatalf("subscriptions = %v, %v, want one", list, err)
	}
	got := list[0]
	if got.Digest.String() != want.Digest.String() || got.Zone.String() != want.Zone.String() {
		t.Errorf("digest %s in %s, want %s in %s", got.Digest, got.Zone, want.Digest, want.Zone)
	}
	got.Digest, got.Zone = want.Digest, want.Zone
	if !reflect.DeepEqual(got, want) {
		t.Errorf("subscription = %+v\nwant           %+v", got, want)
	}
}

func TestReplaceConfig(t *testing.T) {
	s := fresh(t)
	replace := func(list ...alert.Subscription) {
		t.Helper()
		if err := s.ReplaceConfig(t.Context(), list, []chat.Destination{{Platform: "telegram", Channel: "9"}}); err != nil {
			t.Fatal(err)
		}
	}
	own := subscribe(t, s, alert.Subscription{To: tg, Floor: rules.High})
	replace(alert.Subscription{To: tg}, alert.Subscription{To: dc})
	record(t, s, owed(tg, dc), item(1))
	ids := func() (list []int64) {
		all, err := s.Subscriptions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, sub := range all {
			list = append(list, sub.ID)
		}
		return list
	}
	before := ids()
	replace(alert.Subscription{To: tg}, alert.Subscription{To: dc})
	if got := ids(); !reflect.DeepEqual(got, before) {
		t.Errorf("numbers after the same config = %v, want %v", got, before)
	}
	replace(alert.Subscription{To: tg})
	if got := titles(due(t, s, now)); got != "1→telegram" {
		t.Errorf("due without discord in the config = %s", got)
	}
	if parked, err := s.Parked(t.Context()); err != nil || len(parked) != 0 {
		t.Errorf("for review = %v, %v, want nothing", parked, err)
	}
	queues, err := s.Queues(t.Context())
	if err != nil || len(queues) != 2 || queues[0].Parked != 1 {
		t.Errorf("queues = %+v, %v, want one parked on discord", queues, err)
	}
	replace(alert.Subscription{To: tg}, alert.Subscription{To: dc})
	if got := titles(due(t, s, now)); got != "1→telegram 1→discord" {
		t.Errorf("due with discord back = %s", got)
	}
	// What was asked for in a chat stays, until it is ended there.
	replace()
	if got := ids(); !reflect.DeepEqual(got, []int64{own}) {
		t.Errorf("subscriptions = %v, want %v", got, own)
	}
	if err := s.RemoveSubscription(t.Context(), dc, own); !errors.Is(err, store.ErrNoSubscription) {
		t.Errorf("another chat removed it: %v", err)
	}
	if err := s.RemoveSubscription(t.Context(), tg, own); err != nil {
		t.Fatal(err)
	}
	if got := titles(due(t, s, now)); got != "" {
		t.Errorf("due to nobody's subscription = %s", got)
	}
}

func TestMoved(t *testing.T) {
	s := fresh(t)
	old, place := chat.Destination{Platform: "telegram", Channel: "-5"}, chat.Destination{Platform: "telegram", Channel: "-1005"}
	config := []alert.Subscription{{To: old}}
	if err := s.ReplaceConfig(t.Context(), config, nil); err != nil {
		t.Fatal(err)
	}
	record(t, s, owed(old), item(1), item(2))
	if err := s.Sent(t.Context(), due(t, s, now)[:1], "5", now); err != nil {
		t.Fatal(err)
	}
	if err := s.Moved(t.Context(), old, place); err != nil {
		t.Fatal(err)
	}
	list := due(t, s, now)
	if len(list) != 1 || list[0].To != place {
		t.Errorf("due = %+v, want the second in the new place", list)
	}
	if _, found, err := s.FindPost(t.Context(), place, "5"); found || err != nil {
		t.Errorf("a message of the old place is looked for in the new one: %v", err)
	}
	if err := s.ReplaceConfig(t.Context(), config, nil); err != nil {
		t.Fatal(err)
	}
	subs, err := s.Subscriptions(t.Context())
	if err != nil || len(subs) != 1 || subs[0].To != place {
		t.Errorf("subscriptions after a restart with the old config = %+v, %v, want the new place", subs, err)
	}
}

func TestMutes(t *testing.T) {
	for _, c := range []struct {
		name  string
		mute  store.Mute
		level rules.Severity
		muted bool
	}{
		{"another rule", store.Mute{To: tg, Kind: store.MuteRule, What: "x"}, rules.High, false},
		{"its rule", store.Mute{To: tg, Kind: store.MuteRule, What: "r"}, rules.High, true},
		{"its rule, but critical", store.Mute{To: tg, Kind: store.MuteRule, What: "r"}, rules.Critical, false},
		{"its rule elsewhere", store.Mute{To: dc, Kind: store.MuteRule, What: "r"}, rules.High, false},
		{"one of its countries", store.Mute{To: tg, Kind: store.MuteCountry, What: "KH"}, rules.High, false},
		{"its story, critical", store.Mute{To: tg, Kind: store.MuteStory, What: "1"}, rules.Critical, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			record(t, s, func(i feeds.Item) store.Verdict {
				v := owed(tg)(i)
				v.Alert.Severity = c.level
				return v
			}, item(1))
			c.mute.Until = now.Add(time.Hour)
			if err := s.PutMute(t.Context(), c.mute); err != nil {
				t.Fatal(err)
			}
			if got := due(t, s, now)[0].Muted != ""; got != c.muted {
				t.Errorf("muted = %v, want %v", got, c.muted)
			}
			if got := due(t, s, now.Add(time.Hour))[0].Muted; got != "" {
				t.Errorf("muted when it is over: %s", got)
			}
		})
	}
}

func TestVotesAreOneAPerson(t *testing.T) {
	s := fresh(t)
	record(t, s, owed(tg), item(1), item(2))
	for _, c := range []struct {
		alert int64
		user  string
		want  bool
	}{{1, "telegram:5", true}, {1, "telegram:5", false}, {2, "telegram:5", true}, {1, "telegram:6", true}} {
		if got, err := s.Vote(t.Context(), c.alert, tg, c.user, now); err != nil || got != c.want {
			t.Errorf("vote of %s on %d = %v, %v, want %v", c.user, c.alert, got, err, c.want)
		}
	}
	votes, err := s.Votes(t.Context(), now)
	if err != nil || !reflect.DeepEqual(votes, map[int64]int{1: 2, 2: 1}) {
		t.Errorf("votes = %v, %v", votes, err)
	}
}

func TestButtonKeyStays(t *testing.T) {
	s := fresh(t)
	first, err := s.ButtonKey(t.Context())
	if err != nil || len(first) != 32 {
		t.Fatalf("key of %d bytes, %v", len(first), err)
	}
	if second, err := s.ButtonKey(t.Context()); err != nil || !reflect.DeepEqual(first, second) {
		t.Errorf("the key changed, %v", err)
	}
}
