package rules

// An interner copies queries for an index, in which equal terms are one term with a number, and so are
// lists. The queries that it is given stay as they are, for another index may use them too.
type interner struct {
	terms map[termIdentity]*term
	lists map[*list]*list
	// byID are all terms, listByID all lists.
	byID     []*term
	listByID []*list
}

// A termIdentity is the same for terms that find the same in the same items and are shown alike.
type termIdentity struct{ key, written, language string }

func newInterner() *interner {
	return &interner{terms: make(map[termIdentity]*term), lists: make(map[*list]*list)}
}

// rule returns a rule with copies of its queries.
func (in *interner) rule(c compiled) compiled {
	c.match, c.unless = in.query(c.match), in.query(c.unless)
	return c
}

func (in *interner) query(n node) node {
	switch n := n.(type) {
	case *termNode:
		return &termNode{n.extent, in.term(n.term), n.fields}
	case *listNode:
		own := &listNode{n.extent, n.name, make([]*list, len(n.lists)), n.fields}
		for i, l := range n.lists {
			own.lists[i] = in.list(l)
		}
		return own
	case *nearNode:
		return &nearNode{n.extent, in.query(n.a), in.query(n.b), n.reach}
	case *fieldNode:
		return &fieldNode{n.extent, in.query(n.of)}
	case *notNode:
		return &notNode{n.extent, in.query(n.of)}
	case *andNode:
		return &andNode{n.extent, in.queries(n.all)}
	case *orNode:
		return &orNode{n.extent, in.queries(n.any)}
	}
	return n // none, or a fact, which has no terms
}

func (in *interner) queries(operands []node) []node {
	own := make([]node, len(operands))
	for i, n := range operands {
		own[i] = in.query(n)
	}
	return own
}

func (in *interner) term(t *term) *term {
	identity := termIdentity{t.key, t.written, t.language}
	own, known := in.terms[identity]
	if !known {
		own = new(term)
		*own = *t
		own.key = "" // the number says the same in less memory
		own.id = int32(len(in.byID))
		in.terms[identity] = own
		in.byID = append(in.byID, own)
	}
	return own
}

func (in *interner) list(l *list) *list {
	own, known := in.lists[l]
	if !known {
		own = &list{name: l.name, terms: make([]*term, len(l.terms)), id: int32(len(in.listByID))}
		for i, t := range l.terms {
			own.terms[i] = in.term(t)
		}
		in.lists[l] = own
		in.listByID = append(in.listByID, own)
	}
	return own
}
