package alert

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// termsMax is how many terms a sketch keeps: those of a headline and a summary, and little more.
const termsMax = 64

// A Sketch is what is kept of a text to find and to compare other tellings of it: hashes of its words, and
// what its names sound like. The text cannot be read from it. The zero value is that of a text without words.
type Sketch struct {
	// terms are those that tell most of the text, in the order of their numbers.
	terms []term
	// sounds are what its names sound like, or all of it in a script other than Latin.
	sounds []sound
}

// SketchOf returns the sketch of the headline and the summary of an alert's item.
func SketchOf(a Alert) Sketch { return newSketch(read(a)) }

// newSketch keeps the terms of the highest classes, and of one class an even sample: those with the
// least numbers, so that two texts keep the same ones.
func newSketch(r reading) Sketch {
	terms := make([]term, len(r.words))
	for i, w := range r.words {
		terms[i] = w.term
	}
	if len(terms) > termsMax {
		slices.SortFunc(terms, func(a, b term) int {
			return cmp.Or(cmp.Compare(b.class(), a.class()), compareTerms(a, b))
		})
		terms = slices.Clone(terms[:termsMax])
		slices.SortFunc(terms, compareTerms)
	}
	return Sketch{terms, r.sounds}
}

// mix spreads the bits of a number over all of it (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// sketchVersion is the first byte of a stored sketch. A change of how texts are cut or hashed raises it.
const sketchVersion = 2

// ErrSketch is what UnmarshalBinary reports of bytes that MarshalBinary of this version never gave.
var ErrSketch = errors.New("not a sketch of this version")

// sketchHead is the version and the number of terms.
const sketchHead = 2

// MarshalBinary returns the sketch as at most 498 bytes.
func (s Sketch) MarshalBinary() ([]byte, error) {
	data := make([]byte, 0, sketchHead+len(s.terms)*4+len(s.sounds))
	data = append(data, sketchVersion, byte(len(s.terms)))
	for _, t := range s.terms {
		data = binary.LittleEndian.AppendUint32(data, uint32(t))
	}
	for _, heard := range s.sounds {
		data = append(data, byte(heard))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary gave, or reports ErrSketch and leaves s as it is.
func (s *Sketch) UnmarshalBinary(data []byte) error {
	if len(data) < sketchHead || data[0] != sketchVersion || data[1] > termsMax {
		return fmt.Errorf("%d bytes: %w", len(data), ErrSketch)
	}
	count, rest := int(data[1]), data[sketchHead:]
	if len(rest) < 4*count || len(rest) > 4*count+soundsMax {
		return fmt.Errorf("%d bytes for %d terms: %w", len(data), count, ErrSketch)
	}
	var read Sketch
	for i := range count {
		read.terms = append(read.terms, term(binary.LittleEndian.Uint32(rest[4*i:])))
	}
	for _, heard := range rest[4*count:] {
		read.sounds = append(read.sounds, sound(heard))
	}
	if !slices.IsSortedFunc(read.terms, compareTerms) {
		return fmt.Errorf("terms out of order: %w", ErrSketch)
	}
	*s = read
	return nil
}
