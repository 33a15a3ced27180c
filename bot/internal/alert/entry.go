package alert

import (
	"slices"
	"strings"
	"time"

	"pressalert/rules"
)

// An entry is a story in the index: what decides whether an item tells it, in numbers.
type entry struct {
	id int64
	// latest is when the story was last heard of, and updated the date of its newest item, in seconds.
	latest, updated int64
	// last is the number of its newest telling, or none.
	last int32
	// countries, dossiers, stage and direction are numbers in the pool.
	countries, dossiers, stage, direction uint32
	laws                                  uint32
	topics                                uint8
	family                                family
	severity                              int8
}

// set takes over what a story has but its tellings.
func (e *entry) set(lists *pool, story Story) {
	latest := story.Opened
	if story.Updated.After(latest) {
		latest = story.Updated
	}
	e.id, e.latest, e.updated = story.ID, latest.Unix(), story.Updated.Unix()
	e.countries, e.dossiers = lists.number(story.Countries), lists.number(story.Dossiers)
	e.stage, e.direction = lists.number([]string{string(story.Stage)}), lists.number([]string{string(story.Direction)})
	e.topics, e.laws = topicBits(story.Topics), lawBits(story.Laws)
	e.family, e.severity = familyOf(story.Topics), int8(story.Severity)
}

// story is the entry as far as it says how an item stands to it.
func (s *Stories) story(e *entry) Story {
	return Story{
		ID: e.id, Updated: e.when(), Severity: rules.Severity(e.severity),
		Stage: s.stage(e), Direction: rules.Direction(s.lists.get(e.direction)[0]),
	}
}

func (s *Stories) stage(e *entry) rules.Stage { return rules.Stage(s.lists.get(e.stage)[0]) }

func (e *entry) when() time.Time { return time.Unix(e.updated, 0) }

// open reports whether the story takes in items at now: for DossierDays if a rule follows it, or else for
// StoryDays.
func (s *Stories) open(e *entry, now time.Time) bool {
	window := StoryDays
	if len(s.lists.get(e.dossiers)) > 0 {
		window = DossierDays
	}
	return days(time.Unix(e.latest, 0), now) <= float64(window)
}

var (
	allTopics = rules.Topics()
	allLaws   = rules.Laws()
)

func topicBits(list []rules.Topic) (bits uint8) {
	for _, t := range list {
		if i := slices.Index(allTopics, t); i >= 0 {
			bits |= 1 << i
		}
	}
	return bits
}

func lawBits(list []rules.Law) (bits uint32) {
	for _, l := range list {
		if i := slices.Index(allLaws, l); i >= 0 {
			bits |= 1 << i
		}
	}
	return bits
}

// A pool keeps each of many like lists once, under a number. 0 is the empty list.
type pool struct {
	numbers map[string]uint32
	lists   [][]string
}

func newPool() pool { return pool{numbers: map[string]uint32{"": 0}, lists: [][]string{nil}} }

func (p *pool) number(list []string) uint32 {
	key := strings.Join(list, "\n")
	if len(list) == 1 {
		key = list[0] + "\n"
	}
	n, ok := p.numbers[key]
	if !ok {
		n = uint32(len(p.lists))
		p.numbers[key], p.lists = n, append(p.lists, slices.Clone(list))
	}
	return n
}

func (p *pool) get(number uint32) []string { return p.lists[number] }
