package alert

import (
	"math"
	"slices"
	"time"
)

// Stories are the stories that an item may tell again: those of the last StoryDays, and of the last
// DossierDays those that a rule follows. It is an index in memory, which finds stories by links,
// dossiers, words and places, and it is for one goroutine at a time.
type Stories struct {
	known map[int64]*entry
	// contents are those of all tellings, by number, and owners the stories that they tell, nil for one
	// that was split off.
	contents []content
	owners   []*entry
	chains   chains
	// hits count the keys that a telling shares with the item, while Join runs.
	hits []uint8

	links     map[string]*entry
	dossiers  map[string][]*entry
	places    map[group][]*entry
	frequency *frequency
}

// An entry is a story in the index, with the numbers of its tellings.
type entry struct {
	Story
	numbers []int32
}

// roomMin is for how many tellings an index begins with room.
const roomMin = 256

// NewStories returns an index without stories.
func NewStories() *Stories { return newStories(roomMin) }

// newStories has room for a number of tellings.
func newStories(room int) *Stories {
	return &Stories{
		known: make(map[int64]*entry), contents: make([]content, 0, room), chains: newChains(room),
		links: make(map[string]*entry), dossiers: make(map[string][]*entry), places: make(map[group][]*entry),
		frequency: newFrequency(room),
	}
}

// Len returns how many stories there are.
func (s *Stories) Len() int { return len(s.known) }

// Add takes in a story that the index does not have. Its ID must be the store's.
func (s *Stories) Add(story Story) { s.Update(story) }

// Update replaces what is known of a story, such as after an alert joined it or was split off. A story
// that the index does not have is taken in.
func (s *Stories) Update(story Story) {
	if len(s.contents)+len(story.Tellings) > cap(s.contents) {
		s.rebuild(2*cap(s.contents)+len(story.Tellings), func(Story) bool { return true })
	}
	e, ok := s.known[story.ID]
	if !ok {
		e = &entry{}
		s.known[story.ID] = e
	}
	old := *e
	e.Story, e.numbers = story, nil
	s.tellAll(e, old)
	for _, d := range story.Dossiers {
		if !slices.Contains(old.Dossiers, d) {
			s.dossiers[d] = append(s.dossiers[d], e)
		}
	}
	for _, c := range story.Countries {
		if !slices.Contains(old.Countries, c) {
			s.places[countryGroup(c)] = append(s.places[countryGroup(c)], e)
		}
	}
}

// tellAll numbers the tellings of a story. Those that the old entry had, one by one from the first,
// keep their numbers; its others are forgotten.
func (s *Stories) tellAll(e *entry, old entry) {
	for i, t := range e.Tellings {
		if i < len(old.numbers) && t.Sketch.mins == old.Tellings[i].Sketch.mins {
			e.numbers = append(e.numbers, old.numbers[i])
			continue
		}
		e.numbers = append(e.numbers, s.tell(e, i))
	}
	for i, n := range old.numbers {
		if slices.Contains(e.numbers, n) {
			continue
		}
		s.owners[n] = nil
		if s.links[old.Tellings[i].Link] == e {
			delete(s.links, old.Tellings[i].Link)
		}
	}
}

// tell indexes a telling and returns its number. The words of a story are counted once, by its first.
func (s *Stories) tell(e *entry, i int) int32 {
	t := &e.Tellings[i]
	c := content{sketch: &t.Sketch, language: languageGroup(t.Language)}
	groups := groupsOf(c.language, e.Countries)
	c.weigh(s.frequency, groups)
	if i == 0 {
		for _, g := range groups {
			s.frequency.add(c.sketch.terms, g)
		}
	}
	n := int32(len(s.contents))
	s.contents, s.owners, s.hits = append(s.contents, c), append(s.owners, e), append(s.hits, 0)
	s.chains.add(c.sketch)
	if t.Link != "" {
		s.links[t.Link] = e
	}
	return n
}

func groupsOf(language group, countries []string) []group {
	groups := make([]group, 1, 1+len(countries))
	groups[0] = language
	for _, c := range countries {
		groups = append(groups, countryGroup(c))
	}
	return groups
}

// Forget drops the stories that are too old at now to take in an item. It builds the index anew, so
// call it about once a day.
func (s *Stories) Forget(now time.Time) {
	s.rebuild(roomMin, func(story Story) bool { return days(story.latest(), now) <= story.window() })
}

// rebuild takes in the stories to keep, the oldest first, in a new index with the room it needs at least.
func (s *Stories) rebuild(room int, keep func(Story) bool) {
	var kept []Story
	tellings := 0
	for _, e := range s.known {
		if keep(e.Story) {
			kept = append(kept, e.Story)
			tellings += len(e.Tellings)
		}
	}
	slices.SortFunc(kept, func(a, b Story) int { return a.latest().Compare(b.latest()) })
	*s = *newStories(max(room, tellings+tellings/2))
	for _, story := range kept {
		s.Update(story)
	}
}

// latest is when the story was last heard of.
func (s Story) latest() time.Time {
	if s.Updated.After(s.Opened) {
		return s.Updated
	}
	return s.Opened
}

// window is for how many days the story takes in items.
func (s Story) window() float64 {
	if len(s.Dossiers) > 0 {
		return DossierDays
	}
	return StoryDays
}

// days is how many days lie between two times, whichever is first.
func days(a, b time.Time) float64 { return math.Abs(b.Sub(a).Hours()) / 24 }
