package alert

const (
	// textWeightMin is the least weight that a text counts for, so that a few words in common do not
	// make two short headlines one story.
	textWeightMin = 15

	// bareWeight is the weight under which a headline says nothing but what kind of event it is.
	bareWeight = 3

	// pairWeight is what a pair of letters counts for: in scripts without spaces a word of four
	// letters makes three pairs.
	pairWeight = 0.5
)

// An evidence is what two texts have in common, and what each says that the other does not.
type evidence struct {
	// telling is the number of the telling that the item is compared with.
	telling int32
	// foreign is true if the texts are in two languages.
	foreign bool
	// score is the square of the weight of the shared terms, by the weight of all terms of the text
	// that has less: it grows with what is shared, and with how much of the text that is.
	score float64
	// resemblance is the share of the terms of both texts that both use.
	resemblance float64
	// named is the weight of the shared names, and anchors of all that two languages can share.
	named, anchors float64
	// covers are the shares of each headline that the other text has, the greater first. bare is true if
	// one says nothing but what kind of event it is.
	covers [2]float64
	bare   bool
	// names is how many names both have, own how many more the text with fewer has that the other
	// does not.
	names, own int
	// otherRole, otherNumber and otherNames are true if each headline has some that the other text has not,
	// and they share none; otherFigures if the texts have numbers and share none.
	otherRole, otherNumber, otherNames, otherFigures bool
}

// weights are what the terms of a text weigh: all, those of the headline, and its names.
type weights struct{ all, title, titleNames float32 }

// weigh adds up the weights of terms, and puts into the list the chance of each in the first of the groups, the language.
func (f *frequency) weigh(terms []term, scales []scale, chances []float64) weights {
	var sum weights
	for i, t := range terms {
		chances[i] = f.chance(t, scales[0], 0)
		w := float32(weight(t, max(chances[i], f.greatest(t, scales[1:], 0))))
		sum.all += w
		if t&inTitle != 0 {
			sum.title += w
			if t.class() >= famed {
				sum.titleNames += w
			}
		}
	}
	return sum
}

// A side is what one text has that the other may not have.
type side struct {
	// covered and named are the weights of the terms and of the names of its headline that the other has.
	covered, named float64
	// role is the last role of its headline that the other does not have, 0 if there is none; sharesRole is true
	// if it has one that the other has. The same for numbers.
	role, number             term
	sharesRole, sharesNumber bool
	names, numbers           int
}

// count counts a term of the side, which weighs w and which the other text has or not.
func (s *side) count(t term, w float64, shared bool) {
	kind, title := t.class(), t&inTitle != 0
	switch {
	case kind == name:
		s.names++
	case kind == number:
		s.numbers++
	}
	if !title {
		return
	}
	if shared {
		s.covered += w
		if kind >= famed {
			s.named += w
		}
	}
	switch {
	case kind == role && shared:
		s.sharesRole = true
	case kind == role:
		s.role = t
	case kind == number && shared:
		s.sharesNumber = true
	case kind == number:
		s.number = t
	}
}

// compare weighs what the item has in common with a telling.
func (s *Stories) compare(q *query, n int32) evidence {
	told := &s.tellings[n]
	e := evidence{telling: n, foreign: q.language != told.language}
	var a, b side
	var all, names, others float64
	shared, sharedNumbers := 0, 0
	mine, theirs := q.sketch.terms, s.termsOf(n)
	for i, j := 0, 0; i < len(mine) || j < len(theirs); {
		switch {
		case j == len(theirs) || i < len(mine) && mine[i].number() < theirs[j].number():
			a.count(mine[i], 0, false)
			i++
		case i == len(mine) || mine[i].number() > theirs[j].number():
			b.count(theirs[j], 0, false)
			j++
		default:
			w := q.shared[i]
			kind := sharedClass(mine[i].class(), theirs[j].class())
			if kind != mine[i].class() {
				t := newTerm(mine[i].number(), kind)
				w = weight(t, s.frequency.greatest(t, q.scales, 1))
			}
			a.count(mine[i], w, true)
			b.count(theirs[j], w, true)
			shared++
			all += w
			switch kind {
			case name:
				e.names++
				names += w
			case famed:
				names += w
			case number:
				sharedNumbers++
				others += w
			case role:
				others += w
			}
			i, j = i+1, j+1
		}
	}
	e.named = names
	e.resemblance = float64(shared) / float64(max(1, len(mine)+len(theirs)-shared))
	e.score = all * all / max(textWeightMin, float64(min(q.weights.all, told.weights.all)))
	echoed := 0
	if e.foreign {
		var sounded float64
		sounded, echoed = s.echo(q, n)
		e.anchors = max(names, sounded) + others
	}
	e.own = min(a.names, b.names) - max(e.names, echoed)
	e.otherFigures = a.numbers > 0 && b.numbers > 0 && sharedNumbers == 0
	e.headlines(q.weights, told.weights, a, b)
	e.otherNames = e.otherNames && q.namesOnly && onlyNames(s.soundsOf(n))
	return e
}

// headlines says what each headline has that the other text has or not.
func (e *evidence) headlines(mine, theirs weights, a, b side) {
	e.bare = min(mine.title, theirs.title) < bareWeight
	e.covers = covers(a.covered/max(bareWeight, float64(mine.title)), b.covered/max(bareWeight, float64(theirs.title)))
	e.otherRole = a.role != 0 && b.role != 0 && !a.sharesRole && !b.sharesRole && !samePress(a.role, b.role)
	e.otherNumber = a.number != 0 && b.number != 0 && !a.sharesNumber && !b.sharesNumber
	e.otherNames = fewNames(a.named, mine.titleNames) && fewNames(b.named, theirs.titleNames)
}

// sharedClass is that of a term which both texts have. Who is a name in one is one, as a name at the beginning of a
// sentence does not look like one, but what a rule matched in one says no more in the other.
func sharedClass(a, b class) class {
	if least := min(a, b); least == common || least == famed {
		return least
	}
	return max(a, b)
}

func covers(a, b float64) [2]float64 { return [2]float64{min(1, max(a, b)), min(1, min(a, b))} }

// fewNames reports whether a headline has names, and the other text less than a third of them.
func fewNames(shared float64, all float32) bool { return all > 0 && shared < float64(all)/3 }

// samePress reports whether two roles may be one person's: who is called a journalist may be of any role of the press.
func samePress(a, b term) bool {
	return pressRole(a) && pressRole(b) && (a.number() == reporter || b.number() == reporter)
}

// echo looks for the names of each text in what the other sounds like, and returns how much is found, and how many.
func (s *Stories) echo(q *query, n int32) (sum float64, count int) {
	names, text := q.sketch.sounds, s.soundsOf(n)
	found := echoes(names, text)
	if len(found) == 0 {
		names, text = text, names
		found = echoes(names, text)
	}
	for _, e := range found {
		rare := 0.0
		heard := names[e.from:e.to]
		spokenNames(heard, func(from, to int) {
			t := soundTerm(heard[from:to])
			rare += weight(t, s.frequency.greatest(t, q.scales[1:], 1))
		})
		sum += min(e.weight, rare, weightMax)
	}
	return sum, len(found)
}

// onlyNames reports whether sounds are those of the names of a text, as in Latin letters, and not of all of it.
func onlyNames(sounds []sound) bool {
	for _, x := range sounds {
		if x&startsWord != 0 && x&startsName == 0 {
			return false
		}
	}
	return true
}
