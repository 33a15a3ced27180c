package rules

import "slices"

// A sparse matrix has some numbers in each row.
type sparse struct{ from, values []int32 }

// row returns the numbers of a row.
func (s *sparse) row(i int32) []int32 { return s.values[s.from[i]:s.from[i+1]] }

// A sparsePair is a number in a row.
type sparsePair struct{ row, value int32 }

// newSparse makes a matrix of pairs in any order, equal ones once. It counts each row before it fills it, as
// sorting all pairs takes several times as long.
func newSparse(rows int, pairs []sparsePair) sparse {
	s := sparse{make([]int32, rows+1), make([]int32, len(pairs))}
	for _, p := range pairs {
		s.from[p.row+1]++
	}
	for i := range rows {
		s.from[i+1] += s.from[i]
	}
	next := slices.Clone(s.from)
	for _, p := range pairs {
		s.values[next[p.row]] = p.value
		next[p.row]++
	}
	kept := int32(0)
	for i := range rows {
		row := s.values[s.from[i]:s.from[i+1]]
		slices.Sort(row)
		s.from[i] = kept
		kept += int32(copy(s.values[kept:], slices.Compact(row)))
	}
	s.from[rows] = kept
	s.values = s.values[:kept]
	return s
}
