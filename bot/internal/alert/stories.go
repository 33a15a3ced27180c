package alert

import (
	"hash/maphash"
	"math"
	"slices"
	"time"
)

// Stories are the stories that an item may tell again: those of the last StoryDays, and of the last
// DossierDays those that a rule follows. It is an index in memory, which finds stories by links,
// dossiers, words and places, and it is for one goroutine at a time. It keeps no texts: of each story
// about 600 bytes of hashes and numbers.
type Stories struct {
	entries  map[int64]*entry
	tellings []telling
	// terms and sounds are those of all tellings, one after the other.
	terms  []term
	sounds []sound
	chains chains
	// hits count the keys that a telling shares with the item, while Join runs.
	hits []uint8

	links     map[uint64]*entry
	dossiers  map[string][]*entry
	places    map[string][]*entry
	frequency *frequency
	lists     pool
	seed      maphash.Seed
}

// A telling is what the index keeps of an item that told a story.
type telling struct {
	// owner is the story that it tells, nil once it was split off.
	owner *entry
	// link and outlet are the hashes of its address and of its server, 0 if it has none.
	link, outlet uint64
	// older is the number of the story's telling before, or none.
	older int32
	// terms and sounds are where its own begin, and the counts how many there are.
	terms, sounds         uint32
	termCount, soundCount uint8
	language              group
	weights               weights
}

// none is the number of no telling.
const none = -1

// roomMin is for how many tellings an index begins with room.
const roomMin = 256

// NewStories returns an index without stories.
func NewStories() *Stories {
	return &Stories{
		entries: make(map[int64]*entry), tellings: make([]telling, 0, roomMin), chains: newChains(roomMin),
		links: make(map[uint64]*entry), dossiers: make(map[string][]*entry), places: make(map[string][]*entry),
		frequency: newFrequency(roomMin), lists: newPool(), seed: maphash.MakeSeed(),
	}
}

// Len returns how many stories there are.
func (s *Stories) Len() int { return len(s.entries) }

// Add takes in a story that the index does not have. Its ID must be the store's.
func (s *Stories) Add(story Story) { s.Update(story) }

// Update replaces what is known of a story, such as after an alert joined it or was split off. A story
// that the index does not have is taken in.
func (s *Stories) Update(story Story) {
	if len(s.tellings)+len(story.Tellings) > cap(s.tellings) {
		s.grow(len(story.Tellings))
	}
	e, ok := s.entries[story.ID]
	if !ok {
		e = &entry{last: none}
		s.entries[story.ID] = e
	}
	old := *e
	e.set(&s.lists, story)
	s.tellAll(e, story.Tellings)
	for _, d := range story.Dossiers {
		if !slices.Contains(s.lists.get(old.dossiers), d) {
			s.dossiers[d] = append(s.dossiers[d], e)
		}
	}
	for _, c := range story.Countries {
		if !slices.Contains(s.lists.get(old.countries), c) {
			s.places[c] = append(s.places[c], e)
		}
	}
}

// tellAll numbers the tellings of a story. Those that it had, one by one from the first, keep their
// numbers; its others are forgotten.
func (s *Stories) tellAll(e *entry, list []Telling) {
	old := s.numbersOf(e)
	kept := 0
	for kept < len(old) && kept < len(list) && slices.Equal(s.termsOf(old[kept]), list[kept].Sketch.terms) {
		kept++
	}
	for _, n := range old[kept:] {
		if t := &s.tellings[n]; s.links[t.link] == e {
			delete(s.links, t.link)
		}
		s.tellings[n].owner = nil
	}
	e.last = none
	if kept > 0 {
		e.last = old[kept-1]
	}
	for _, t := range list[kept:] {
		s.tell(e, t)
	}
}

// tell indexes a telling. The words of a story are counted once, by its first.
func (s *Stories) tell(e *entry, told Telling) {
	t := telling{
		owner: e, older: e.last, language: languageGroup(told.Language),
		terms: uint32(len(s.terms)), termCount: uint8(len(told.Sketch.terms)),
		sounds: uint32(len(s.sounds)), soundCount: uint8(len(told.Sketch.sounds)),
	}
	if told.Link != "" {
		t.link = maphash.String(s.seed, told.Link)
		s.links[t.link] = e
	}
	if outlet := host(told.Link); outlet != "" {
		t.outlet = maphash.String(s.seed, outlet)
	}
	s.terms = appendTight(s.terms, told.Sketch.terms)
	s.sounds = appendTight(s.sounds, told.Sketch.sounds)
	e.last = int32(len(s.tellings))
	s.tellings, s.hits = append(s.tellings, t), append(s.hits, 0)
	s.enter(e.last)
}

// enter makes a telling known to the frequencies and to the chains.
func (s *Stories) enter(n int32) {
	t := &s.tellings[n]
	terms := s.termsOf(n)
	groups := groupsOf(t.language, s.lists.get(t.owner.countries))
	var chances [termsMax]float64
	t.weights = s.frequency.weigh(terms, s.frequency.scales(groups), chances[:])
	if t.older == none {
		s.frequency.add(terms, s.soundsOf(n), groups)
	}
	s.chains.add(rarest(terms, chances[:], keysMax))
}

// grow makes room for half as many tellings again and for more, and weighs all of them anew.
func (s *Stories) grow(more int) {
	room := len(s.tellings) + len(s.tellings)/2 + more
	s.tellings = append(make([]telling, 0, room), s.tellings...)
	s.hits = append(make([]uint8, 0, room), s.hits...)
	s.chains, s.frequency = newChains(room), newFrequency(room)
	for n := range s.tellings {
		if s.tellings[n].owner == nil {
			s.chains.add(nil)
			continue
		}
		s.enter(int32(n))
	}
}

// appendTight appends with less room to spare than append has: a sixteenth.
func appendTight[T any](list, more []T) []T {
	if need := len(list) + len(more); need > cap(list) {
		list = append(make([]T, 0, need+need/16+roomMin), list...)
	}
	return append(list, more...)
}

// numbersOf are the numbers of a story's tellings, from the first on.
func (s *Stories) numbersOf(e *entry) []int32 {
	var numbers []int32
	for n := e.last; n != none; n = s.tellings[n].older {
		numbers = append(numbers, n)
	}
	slices.Reverse(numbers)
	return numbers
}

func (s *Stories) termsOf(n int32) []term {
	t := &s.tellings[n]
	return s.terms[t.terms:][:t.termCount]
}

func (s *Stories) soundsOf(n int32) []sound {
	t := &s.tellings[n]
	return s.sounds[t.sounds:][:t.soundCount]
}

// toldBy reports whether the outlet with a link told the story.
func (s *Stories) toldBy(e *entry, link string) bool {
	outlet := host(link)
	if outlet == "" {
		return false
	}
	hash := maphash.String(s.seed, outlet)
	return slices.ContainsFunc(s.numbersOf(e), func(n int32) bool { return s.tellings[n].outlet == hash })
}

func groupsOf(language group, countries []string) []group {
	groups := make([]group, 1, 1+len(countries))
	groups[0] = language
	for _, c := range countries {
		groups = append(groups, countryGroup(c))
	}
	return groups
}

// days is how many days lie between two times, whichever is first.
func days(a, b time.Time) float64 { return math.Abs(b.Sub(a).Hours()) / 24 }
