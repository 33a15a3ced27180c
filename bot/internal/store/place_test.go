package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

func manner(t *testing.T, s *store.Store, to chat.Destination) (alert.Manner, bool) {
	t.Helper()
	m, said, err := s.Manner(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	return m, said
}

func changeManner(t *testing.T, s *store.Store, to chat.Destination, change func(*alert.Manner)) alert.Manner {
	t.Helper()
	m, err := s.ChangeManner(t.Context(), to, change)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMannerIsBeforeAndWithoutSubscriptions(t *testing.T) {
	s := fresh(t)
	if m, said := manner(t, s, tg); said || m != (alert.Manner{}) {
		t.Errorf("of a place that said nothing = %+v, %v", m, said)
	}
	zone := time.FixedZone("UTC", 0)
	changeManner(t, s, tg, func(m *alert.Manner) { m.Language = "km" })
	changeManner(t, s, tg, func(m *alert.Manner) { m.Zone, m.Ceiling = zone, -1 })
	got, said := manner(t, s, tg)
	if !said || got.Language != "km" || got.Zone.String() != "UTC" || got.Ceiling != -1 {
		t.Errorf("got %+v, %v, want both changes", got, said)
	}
	if _, said := manner(t, s, dc); said {
		t.Error("another place has said it too")
	}
	id := subscribe(t, s, alert.Subscription{To: tg}.In(got))
	if err := s.RemoveSubscription(t.Context(), tg, id); err != nil {
		t.Fatal(err)
	}
	if got, said := manner(t, s, tg); !said || got.Language != "km" {
		t.Errorf("after the last subscription = %+v, %v, want what was said", got, said)
	}
}

func TestChangeMannerReachesWhatWasAskedForInTheChat(t *testing.T) {
	s := fresh(t)
	if err := s.ReplaceConfig(t.Context(), []alert.Subscription{{To: tg, Language: "fr"}}, nil); err != nil {
		t.Fatal(err)
	}
	if m, said := manner(t, s, tg); !said || m.Language != "fr" {
		t.Errorf("of a place that the config names = %+v, %v", m, said)
	}
	subscribe(t, s, alert.Subscription{To: tg, Countries: []string{"KH"}, Language: "km", Ceiling: 5})
	subscribe(t, s, alert.Subscription{To: dc, Language: "es"})
	changeManner(t, s, tg, func(m *alert.Manner) { m.Discreet = true })
	list, err := s.Subscriptions(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatalf("subscriptions = %v, %v", list, err)
	}
	for i, want := range []alert.Manner{{Language: "fr"}, {Language: "km", Ceiling: 5, Discreet: true}, {Language: "es"}} {
		if got := list[i].Manner(); got != want {
			t.Errorf("subscription %d is sent as %+v, want %+v", list[i].ID, got, want)
		}
	}
	if len(list[1].Countries) != 1 {
		t.Errorf("countries = %v", list[1].Countries)
	}
}

func TestMannerMovesAlong(t *testing.T) {
	for _, c := range []struct {
		name       string
		here, want string
	}{{"to a new place", "", "km"}, {"to one that has its own", "fr", "fr"}} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			changeManner(t, s, tg, func(m *alert.Manner) { m.Language = "km" })
			if c.here != "" {
				changeManner(t, s, dc, func(m *alert.Manner) { m.Language = c.here })
			}
			if err := s.Moved(t.Context(), tg, dc); err != nil {
				t.Fatal(err)
			}
			if got, _ := manner(t, s, dc); got.Language != c.want {
				t.Errorf("language = %q, want %q", got.Language, c.want)
			}
			if m, said := manner(t, s, tg); said {
				t.Errorf("left behind: %+v", m)
			}
		})
	}
}

func TestForgetDeletesSettingsOfAPlaceWithoutSubscriptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	s := open(t, path)
	leaves := chat.Destination{Platform: "telegram", Channel: "-100777888999"}
	topic := chat.Destination{Platform: "telegram", Channel: "-100777888999", Topic: "5"}
	for _, to := range []chat.Destination{leaves, topic} {
		changeManner(t, s, to, func(m *alert.Manner) { m.Language = "km" })
	}
	if !stands(t, path, leaves.Channel) {
		t.Fatal("the id does not stand in the files before, so the test says nothing")
	}
	if err := s.Forget(t.Context(), leaves); err != nil {
		t.Fatal(err)
	}
	if stands(t, path, leaves.Channel) {
		t.Error("the id still stands in the files")
	}
}

// TestSettingsOfAnOlderVersion opens a database in which subscriptions alone have settings.
func TestSettingsOfAnOlderVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	s := open(t, path)
	subscribe(t, s, alert.Subscription{To: tg, Countries: []string{"KH"}, Language: "km"})
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), `DROP TABLE places; DELETE FROM schema_files WHERE name = '0006_places.sql'`)
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, said := manner(t, open(t, path), tg); !said || got.Language != "km" {
		t.Errorf("got %+v, %v, want what the subscription has", got, said)
	}
}
