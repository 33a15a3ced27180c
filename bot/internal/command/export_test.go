package command

import (
	"maps"
	"slices"
)

// Actions are the actions of all buttons, for the matrix of who may press them.
func (t *Table) Actions() []string { return slices.Sorted(maps.Keys(t.reactions())) }
