package main

import (
	"encoding/xml"
	"io"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"pressalert/bot/internal/alert"
	"pressalert/bot/internal/store"
	"pressalert/feeds"
	"pressalert/rules"
)

// An expectation is a line of the expected block of demo/README.md.
type expectation struct {
	alert   bool
	topic   rules.Topic
	country string
	// duplicate is the guid of the item whose alert covers this one, or "".
	duplicate string
}

// TestDemoAlertsAsWritten holds the demo against demo/README.md: what is to alert does, under the right
// topic, and what is to stay silent does.
func TestDemoAlertsAsWritten(t *testing.T) {
	expected := readExpected(t)
	links := sampleLinks(t)
	alerts := demoAlerts(t)
	for guid, want := range expected {
		a, got := alerts[links[guid]]
		switch {
		case links[guid] == "":
			t.Errorf("%s: no sample has this guid", guid)
		case want.duplicate != "":
			if _, other := alerts[links[want.duplicate]]; got == other {
				t.Errorf("%s and %s tell one story: want one alert, got both %v", guid, want.duplicate, got)
			}
		case got != want.alert && !covered(expected, guid):
			t.Errorf("%s: alert %v, want %v (%v)", guid, got, want.alert, a.Reasons)
		case got && a.Topics[0] != want.topic:
			t.Errorf("%s: topic %s, want %s", guid, a.Topics[0], want.topic)
		case got && len(a.Countries) > 0 && !slices.Contains(a.Countries, want.country):
			t.Errorf("%s: countries %v, want %s", guid, a.Countries, want.country)
		}
	}
	if len(expected) != len(links) {
		t.Errorf("demo/README.md names %d items, the samples have %d", len(expected), len(links))
	}
}

// covered reports whether another item may alert in the place of guid.
func covered(expected map[string]expectation, guid string) bool {
	for _, e := range expected {
		if e.duplicate == guid {
			return true
		}
	}
	return false
}

func readExpected(t *testing.T) map[string]expectation {
	t.Helper()
	text, err := os.ReadFile("demo/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), "```expected\n")
	block, _, _ = strings.Cut(block, "```")
	if !found {
		t.Fatal("demo/README.md has no expected block")
	}
	all := make(map[string]expectation)
	for line := range strings.Lines(block) {
		words := strings.Fields(line)
		switch {
		case len(words) == 4 && words[0] == "alert":
			all[words[1]] = expectation{alert: true, topic: rules.Topic(words[2]), country: words[3]}
		case len(words) == 4 && words[0] == "silent" && words[2] == "duplicate":
			all[words[1]] = expectation{duplicate: words[3]}
		case len(words) > 2 && words[0] == "silent":
			all[words[1]] = expectation{}
		default:
			t.Errorf("line %q is not understood", line)
		}
	}
	return all
}

// sampleLinks returns the canonical link of each sample by its guid.
func sampleLinks(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(samples, "demo/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	links := make(map[string]string)
	for _, name := range names {
		f, err := samples.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for d := xml.NewDecoder(f); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			start, ok := token.(xml.StartElement)
			if !ok || (start.Name.Local != "item" && start.Name.Local != "entry") {
				continue
			}
			var entry struct {
				GUID string `xml:"guid"`
				ID   string `xml:"id"`
				Link struct {
					Text string `xml:",chardata"`
					Href string `xml:"href,attr"`
				} `xml:"link"`
			}
			if err := d.DecodeElement(&entry, &start); err != nil {
				t.Fatal(err)
			}
			links[entry.GUID+entry.ID] = feeds.CanonicalLink(entry.Link.Text + entry.Link.Href)
		}
	}
	return links
}

// demoAlerts runs the demo's bot and returns its alerts by link.
func demoAlerts(t *testing.T) map[string]alert.Alert {
	t.Helper()
	server := httptest.NewServer(sampleHandler())
	t.Cleanup(server.Close)
	cfg, err := demoConfig(t.TempDir(), server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBot(t.Context(), cfg, io.Discard, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := b.watch.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := b.store.Latest(t.Context(), store.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	alerts := make(map[string]alert.Alert)
	for _, a := range list {
		alerts[a.Item.Link] = a
	}
	return alerts
}
