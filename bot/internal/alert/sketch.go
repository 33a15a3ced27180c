package alert

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

const (
	// bands and bandRows shape the MinHash: two texts are compared if both rows of any band agree. Of
	// edited copies, which share two thirds of their words, this finds nearly all; of texts that share
	// a tenth, a quarter.
	bands    = 32
	bandRows = 2

	// termsMax is how many terms a sketch keeps: those of a headline and a summary, and little more.
	termsMax = 64
)

// A Sketch is what is kept of a text to find and to compare other tellings of it: hashes of its words,
// from which the text cannot be read. The zero value is that of a text without words.
type Sketch struct {
	// mins are the MinHash of all terms: for each of as many hash functions, the least value.
	mins [bands * bandRows]uint16
	// terms are those that tell most of the text, in the order of their numbers.
	terms []term
}

// SketchOf returns the sketch of the headline and the summary of an alert's item.
func SketchOf(a Alert) Sketch { return newSketch(wordsOf(a)) }

// newSketch keeps the terms of the highest classes, and of one class an even sample: those with the
// least numbers, so that two texts keep the same ones.
func newSketch(words []word) Sketch {
	terms := make([]term, len(words))
	for i, w := range words {
		terms[i] = w.term
	}
	s := Sketch{mins: minHash(terms)}
	if len(terms) > termsMax {
		slices.SortFunc(terms, func(a, b term) int {
			return cmp.Or(cmp.Compare(b.class(), a.class()), compareTerms(a, b))
		})
		terms = slices.Clone(terms[:termsMax])
		slices.SortFunc(terms, compareTerms)
	}
	s.terms = terms
	return s
}

// minHash hashes every term by multiplication with an odd number for each function, and keeps the
// middle bits of the least product: two texts agree by chance once in 65,536.
func minHash(terms []term) (mins [bands * bandRows]uint16) {
	for i := range mins {
		factor := mix(uint64(i)+1) | 1
		least := uint32(math.MaxUint32)
		for _, t := range terms {
			least = min(least, uint32(uint64(t.number())*factor>>32))
		}
		if len(terms) > 0 {
			mins[i] = uint16(mix(uint64(least)))
		}
	}
	return mins
}

// mix spreads the bits of a number over all of it (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// resemblance is the share of the MinHash that two sketches have in common: an estimate of the share of
// the words of both texts that both use.
func (s *Sketch) resemblance(other *Sketch) float64 {
	if len(s.terms) == 0 {
		return 0
	}
	same := 0
	for i, m := range s.mins {
		if m == other.mins[i] {
			same++
		}
	}
	return float64(same) / float64(len(s.mins))
}

// sketchVersion is the first byte of a stored sketch. A change of how texts are cut or hashed raises it.
const sketchVersion = 1

// ErrSketch is what UnmarshalBinary reports of bytes that MarshalBinary of this version never gave.
var ErrSketch = errors.New("not a sketch of this version")

// MarshalBinary returns the sketch as at most 385 bytes.
func (s Sketch) MarshalBinary() ([]byte, error) {
	data := make([]byte, 0, 1+len(s.mins)*2+len(s.terms)*4)
	data = append(data, sketchVersion)
	for _, m := range s.mins {
		data = binary.LittleEndian.AppendUint16(data, m)
	}
	for _, t := range s.terms {
		data = binary.LittleEndian.AppendUint32(data, uint32(t))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary gave, or reports ErrSketch and leaves s as it is.
func (s *Sketch) UnmarshalBinary(data []byte) error {
	const head = 1 + bands*bandRows*2
	terms := (len(data) - head) / 4
	if len(data) < head || (len(data)-head)%4 != 0 || terms > termsMax || data[0] != sketchVersion {
		return fmt.Errorf("%d bytes: %w", len(data), ErrSketch)
	}
	var read Sketch
	for i := range read.mins {
		read.mins[i] = binary.LittleEndian.Uint16(data[1+2*i:])
	}
	for i := range terms {
		read.terms = append(read.terms, term(binary.LittleEndian.Uint32(data[head+4*i:])))
	}
	if !slices.IsSortedFunc(read.terms, compareTerms) {
		return fmt.Errorf("terms out of order: %w", ErrSketch)
	}
	*s = read
	return nil
}
