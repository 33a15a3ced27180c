package alert

const (
	// textWeightMin is the least weight that a text counts for, so that a few words in common do not
	// make two short headlines one story.
	textWeightMin = 15

	// pairWeight is what a pair of letters counts for: in scripts without spaces a word of four
	// letters makes three pairs.
	pairWeight = 0.5
)

// An evidence is what two texts have in common.
type evidence struct {
	// score is the square of the weight of the shared terms, by the weight of all terms of the text
	// that has less: it grows with what is shared, and with how much of the text that is.
	score float64
	// resemblance is the share of the words of both texts that both use, as the MinHash estimates it.
	resemblance float64
	// names is how many names both have, own how many more the text with fewer has that the other
	// does not.
	names, own int
	// foreign is true if the texts are in two languages.
	foreign bool
	// shared are the terms that both have.
	shared []term
}

// A content is what is compared of a text: its sketch, its language, and what its terms weigh, all of
// them and the names alone.
type content struct {
	sketch   *Sketch
	language group
	weight   float32
	names    float32
}

// weigh fills in the weights, by the frequencies in the groups that the text is of.
func (c *content) weigh(f *frequency, groups []group) {
	c.weight, c.names = 0, 0
	for _, t := range c.sketch.terms {
		w := float32(f.least(t, groups, 0))
		c.weight += w
		if t.class() == name {
			c.names += w
		}
	}
}

// least is the least weight that a term has in any of the groups: a name may be rare in a language and
// yet in all the news of a country.
func (f *frequency) least(t term, groups []group, own int) float64 {
	w := float64(weightMax)
	for _, g := range groups {
		w = min(w, f.weight(t, g, own))
	}
	if t.class() == pair {
		w *= pairWeight
	}
	return w
}

// compare weighs what an item's text has in common with a telling of a story, by the frequencies in
// the groups given. Of texts in two languages the names alone may be enough, as words do not translate.
func (f *frequency) compare(item, told content, groups []group) evidence {
	e := evidence{
		resemblance: item.sketch.resemblance(told.sketch),
		foreign:     item.language != told.language,
		shared:      sharedTerms(item.sketch.terms, told.sketch.terms),
	}
	var all, names float64
	for _, t := range e.shared {
		w := f.least(t, groups, 1)
		all += w
		if t.class() == name {
			names += w
			e.names++
		}
	}
	e.score = all * all / max(textWeightMin, float64(min(item.weight, told.weight)))
	if e.foreign {
		e.score = max(e.score, names*names/max(textWeightMin, float64(min(item.names, told.names))))
	}
	e.own = min(item.sketch.nameCount(), told.sketch.nameCount()) - e.names
	return e
}

func (s *Sketch) nameCount() int {
	n := 0
	for _, t := range s.terms {
		if t.class() == name {
			n++
		}
	}
	return n
}

// sharedTerms returns the terms that two texts have, each with the higher class of both, as a name at
// the beginning of a sentence does not look like one. What is common to either is common.
func sharedTerms(a, b []term) []term {
	var shared []term
	for len(a) > 0 && len(b) > 0 {
		switch c := compareTerms(a[0], b[0]); {
		case c < 0:
			a = a[1:]
		case c > 0:
			b = b[1:]
		default:
			kind := max(a[0].class(), b[0].class())
			if min(a[0].class(), b[0].class()) == common {
				kind = common
			}
			shared = append(shared, newTerm(a[0].number(), kind))
			a, b = a[1:], b[1:]
		}
	}
	return shared
}
