package rules

import (
	"runtime"

	"pressalert/feeds/strict"
)

// A decoded file is one whose text was decoded into a value, unless there are problems.
type decoded[T any] struct {
	source   strict.Source
	value    T
	file     *strict.File
	problems strict.Problems
}

// decodeAhead decodes files and passes them on in their order. While one is looked at, those after it are decoded
// already, a few at most: decoding is a third of the time that reading rules takes, and needs nothing but the text.
func decodeAhead[T any](sources []strict.Source, each func(decoded[T])) {
	coming := make(chan chan decoded[T], runtime.GOMAXPROCS(0))
	go func() {
		defer close(coming)
		for _, src := range sources {
			one := make(chan decoded[T], 1)
			coming <- one
			go func() {
				d := decoded[T]{source: src}
				d.file, d.problems = strict.Decode(src, &d.value)
				one <- d
			}()
		}
	}()
	for one := range coming {
		each(<-one)
	}
}
