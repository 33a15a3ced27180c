package alert

import (
	"slices"
	"time"

	"pressalert/rules"
)

const (
	// StoryDays is for how many days a story takes in further items: wire copies come within hours,
	// other outlets within days, and what comes later is news of its own.
	StoryDays = 14

	// DossierDays is the same for stories about a law that rules follow: a bill takes months from one
	// stage to the next.
	DossierDays = 365

	// tellingsMax is how many tellings of a story are kept to compare items with. Later ones add
	// little: they repeat the same words.
	tellingsMax = 8
)

// A Story is one event, however many items tell it.
type Story struct {
	// ID is the store's, 0 before it is recorded.
	ID int64
	// Title is the headline of the item that opened it.
	Title string
	// Opened is when that item was seen.
	Opened time.Time
	// Told is true if an alert of it is, or was, owed to a subscriber.
	Told bool
	// Updated is the date of the newest item that told it, as feeds.Item.When gives it.
	Updated time.Time
	// Topics, Countries, Laws and Dossiers are those of all its alerts, in the order of their coming.
	Topics    []rules.Topic
	Countries []string
	Laws      []rules.Law
	Dossiers  []string
	// Stage is how far it has come, or "". Severity is the highest so far.
	Stage     rules.Stage
	Severity  rules.Severity
	Direction rules.Direction
	// Tellings are the items that told it, the first ones if there are many.
	Tellings []Telling
}

// A Telling is what is kept of an item to know its story again.
type Telling struct {
	// Link is the item's canonical address, or "".
	Link string
	// Language is the BCP 47 code of the item's language, or "".
	Language string
	Sketch   Sketch
}

// NewStory opens a story with the alert that first tells it. Its ID is left to the store.
func NewStory(a Alert, now time.Time) Story {
	s := Story{Title: a.Item.Title, Opened: now}
	if s.Title == "" {
		s.Title = a.Item.Summary
	}
	return s.With(a)
}

// With returns the story after an alert that joined it: what the alert adds, and how far it has come.
func (s Story) With(a Alert) Story {
	if s.movedBy(a) {
		s.Stage = a.Stage
	}
	if a.Direction != "" && (s.Direction == "" || s.Stage == a.Stage) {
		s.Direction = a.Direction
	}
	if when := a.Item.When(); when.After(s.Updated) {
		s.Updated = when
	}
	s.Severity = max(s.Severity, a.Severity)
	s.Topics = union(s.Topics, a.Topics)
	s.Countries = union(s.Countries, a.Countries)
	s.Laws = union(s.Laws, a.Laws)
	s.Dossiers = union(s.Dossiers, a.Dossiers)
	if len(s.Tellings) < tellingsMax {
		t := Telling{Link: a.Item.Link, Language: a.Item.Language, Sketch: SketchOf(a)}
		s.Tellings = append(slices.Clip(s.Tellings), t)
	}
	return s
}

// union returns a list with what another adds to it, and leaves both as they are.
func union[T comparable](list, more []T) []T {
	list = slices.Clip(list)
	for _, v := range more {
		list = addNew(list, v)
	}
	return list
}
