package alert

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A name that one outlet writes in Latin letters and another in Khmer or Cyrillic ones still sounds the same.
// What survives in all scripts are the consonants, roughly. So a text is kept as the classes of its consonants,
// in order, and the names of one are looked for in what the other sounds like, as a gene is looked for in a
// genome: how much a find tells depends on how long it is. Five consonants in a row hardly ever come about by
// chance, three often.

// A sound is the class of a consonant, with what is known of its place.
type sound byte

const (
	// soundClass masks the class, from 1 on.
	soundClass sound = 0x0F
	// running is set where the script has no spaces, so that a word may begin anywhere. startsWord,
	// startsName and goesOn are set at the first consonant of a word, of a name, and of a name right behind
	// another.
	running    sound = 0x10
	goesOn     sound = 0x20
	startsName sound = 0x40
	startsWord sound = 0x80
)

const (
	// soundsMax is how many consonants are kept of a text.
	soundsMax = 240

	// soundLong is the length from which a name may stand anywhere. One of soundShort must be a word of its own.
	soundLong  = 4
	soundShort = 3

	// soundWeight is what each consonant of a find tells, one in seven or so being alike by chance, and
	// soundCost and soundCostRunning what a search among the words of a text and among all its places takes away.
	soundWeight      = 2.0
	soundCost        = 3.8
	soundCostRunning = 5.3

	// prefixMax is how many consonants an Arabic article and conjunction put in front of a name.
	prefixMax = 2
)

// soundClasses are consonants that languages take for each other. Those that names lose on the way, h and y
// above all, are in none.
var soundClasses = [...]string{
	1: "pbпбپبפבπβპბფպբփ",
	2: "fvwфвўفڤφფვֆվו",
	3: "tdтдتدطضثذٹڈτδθტთდտդթתטד",
	4: "kgqcкгхґқғقغخگکكκγχქკგყღხկգքղխכקגך",
	5: "szjxçсзшщцчжцسزصظشجچژσζξსზშჩცძწჭჯჟսզշչճջժծցձשזצץ",
	6: "mмمμმմמם\u17C6\u0E33\u0EB3",
	7: "nнںنνნնנן\u0902\u0982\u1036",
	8: "lлلλლլל",
	9: "rрرڑρრրռר",
}

// The consonants of the scripts that descend from Brahmi stand in one order: five of the throat, of the palate,
// of the roof, of the teeth and of the lips, the nasal last, and then the others. Each digit is a class.
const (
	devanagari = "44447" + "55557" + "33337" + "33337" + "7" + "11116" + "0998882555" // from ka, and its sisters
	khmer      = "44447" + "55557" + "33337" + "33337" + "11116" + "09825550800"
	burmese    = "44447" + "555577" + "33337" + "33337" + "11116" + "0082308"
	thai       = "4444447" + "555550" + "333337" + "333337" + "11121216" + "0998825550800" // and Lao
)

var soundLetters = func() map[rune]sound {
	all := make(map[rune]sound)
	for class, letters := range soundClasses {
		for _, r := range letters {
			all[r] = sound(class)
		}
	}
	for first, order := range map[rune]string{
		0x0915: devanagari, 0x0995: devanagari, 0x0A15: devanagari, 0x0A95: devanagari, 0x0B95: devanagari,
		0x0C15: devanagari, 0x0C95: devanagari, 0x0D15: devanagari,
		0x0E01: thai, 0x0E81: thai, 0x1000: burmese, 0x1780: khmer,
	} {
		for i, class := range order {
			if class != '0' {
				all[first+rune(i)] = sound(class - '0')
			}
		}
	}
	return all
}()

// A listener writes down what words sound like.
type listener struct{ heard []sound }

// hear adds a word, or a passage without spaces, in plain text. The mark is for its first consonant.
func (l *listener) hear(text string, mark sound) {
	text = strings.ToLower(text)
	always := mark & running
	last, before := sound(0), rune(0)
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		class := classOf(before, r, next)
		before = r
		switch {
		case r == silenced && last != 0:
			l.heard, last = l.heard[:len(l.heard)-1], 0
		case class == 0 || class == last || len(l.heard) >= soundsMax:
		default:
			l.heard = append(l.heard, class|mark)
			last, mark = class, always
		}
	}
}

// silenced is the Thai sign of a letter that is not spoken.
const silenced = '\u0E4C'

// classOf is the class of a letter between two others, or 0, by the spelling that most languages share.
func classOf(before, r, next rune) sound {
	switch {
	case r == 'c' && strings.ContainsRune("eiyh", next):
		return soundLetters['s']
	case r == 'p' && next == 'h':
		return soundLetters['f']
	case (r == 'g' && before == 'n' || r == 'г' && before == 'н') && !strings.ContainsRune("aeiouyаеиоуыэюя", next):
		return 0
	}
	return soundLetters[r]
}

// soundsOf writes down a text in a script other than Latin as a whole, and of one in Latin letters the names,
// which words gives.
func soundsOf(texts []string, words []word) []sound {
	var l listener
	if mostlyLatin(texts) {
		for i, w := range words {
			if w.class() >= famed {
				l.hear(w.text, startsWord|startsName|goingOn(words, i))
			}
		}
		return slices.Clip(l.heard)
	}
	for _, text := range texts {
		l.hearAll(plainText(text))
	}
	return slices.Clip(l.heard)
}

// goingOn is the mark of a name that follows another.
func goingOn(words []word, i int) sound {
	if i > 0 && words[i].follows && words[i-1].class() >= famed {
		return goesOn
	}
	return 0
}

// hearAll hears a plain text word by word. A capital letter marks a name where the script has them.
func (l *listener) hearAll(text string) {
	afterName := false
	for text != "" {
		start := strings.IndexFunc(text, inWord)
		if start < 0 {
			return
		}
		afterName = afterName && start == 1 && text[0] == ' '
		text = text[start:]
		end := strings.IndexFunc(text, func(r rune) bool { return !inWord(r) })
		if end < 0 {
			end = len(text)
		}
		first, _ := utf8.DecodeRuneInString(text)
		mark := startsWord
		switch {
		case isRunning(first):
			mark |= running
		case unicode.IsUpper(first):
			mark |= startsName
			if afterName {
				mark |= goesOn
			}
		}
		afterName = mark&startsName != 0
		l.hear(text[:end], mark)
		text = text[end:]
	}
}

// mostlyLatin reports whether more letters are Latin than not.
func mostlyLatin(texts []string) bool {
	balance := 0
	for _, text := range texts {
		for _, r := range text {
			switch {
			case isLatin(r):
				balance++
			case r >= 0x0250 && unicode.IsLetter(r):
				balance--
			}
		}
	}
	return balance > 0
}

// An echo is a name, or several in a row, that was found in another text: the consonants from and to of the
// names, and how much that tells by its length.
type echo struct {
	from, to int
	weight   float64
}

// echoes looks for the names of one text in the other.
func echoes(names, text []sound) []echo {
	var found []echo
	for i := 0; i < len(names); {
		if names[i]&startsName == 0 {
			i++
			continue
		}
		e := longest(names, i, text)
		if e.to == i {
			i = nextWord(names, i)
			continue
		}
		if !slices.ContainsFunc(found, func(f echo) bool { return sameSounds(names[f.from:f.to], names[i:e.to]) }) {
			found = append(found, e)
		}
		i = e.to
	}
	return found
}

// longest finds the names from i on in a text, as many in a row as it can.
func longest(names []sound, i int, text []sound) echo {
	best := echo{from: i, to: i}
	for at := range text {
		if text[at]&soundClass != names[i]&soundClass || !mayStart(text, at) {
			continue
		}
		n := 1
		for i+n < len(names) && at+n < len(text) && text[at+n]&soundClass == names[i+n]&soundClass &&
			(names[i+n]&startsWord == 0 || names[i+n]&goesOn != 0) {
			n++
		}
		for n > 0 && i+n < len(names) && names[i+n]&startsWord == 0 {
			n-- // back to the end of a name
		}
		if n > best.to-i && (n >= soundLong || n == soundShort && alone(text, at, n)) {
			best.to = i + n
			best.weight = soundWeight*float64(n) - soundCost
			if text[at]&running != 0 {
				best.weight += soundCost - soundCostRunning
			}
		}
	}
	return best
}

// mayStart reports whether a word may begin at a place of a text.
func mayStart(text []sound, at int) bool {
	if text[at]&running != 0 {
		return true
	}
	for back := 0; back <= prefixMax && back <= at; back++ {
		if text[at-back]&startsWord != 0 {
			return true
		}
	}
	return false
}

// alone reports whether n consonants are a word of their own.
func alone(text []sound, at, n int) bool {
	return text[at]&startsWord != 0 && text[at]&running == 0 && (at+n == len(text) || text[at+n]&startsWord != 0)
}

// nextWord is where the word after that at i begins.
func nextWord(sounds []sound, i int) int {
	for i++; i < len(sounds) && sounds[i]&startsWord == 0; {
		i++
	}
	return i
}

func sameSounds(a, b []sound) bool {
	return slices.EqualFunc(a, b, func(x, y sound) bool { return x&soundClass == y&soundClass })
}

// soundTerm is the term of a name as it sounds.
func soundTerm(sounds []sound) term {
	h := hashRune(hashStart, '~')
	for _, s := range sounds {
		h = hashRune(h, rune(s&soundClass))
	}
	return newTerm(mix32(h), name)
}

// spokenNames yields the names of a text as they sound, those too short to be looked for left out.
func spokenNames(sounds []sound, yield func(from, to int)) {
	for i := 0; i < len(sounds); {
		end := nextWord(sounds, i)
		if sounds[i]&startsName != 0 && end-i >= soundShort {
			yield(i, end)
		}
		i = end
	}
}
