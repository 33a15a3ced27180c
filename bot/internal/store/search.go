package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pressalert/feeds"
	"pressalert/rules"
)

// A Query says what to look for in the archive.
type Query struct {
	// Words are plain words that must all be there, or a query in the language of the rules.
	Words string
	// Country and Topic narrow the answer to items that told of them when a rule matched; "" takes all.
	Country string
	Topic   rules.Topic
	// Since leaves out what is older; zero takes all.
	Since time.Time
	// Limit and Offset choose the hits to return, the best first.
	Limit, Offset int
}

// Found is what a search found.
type Found struct {
	Hits []Hit
	// Total counts all hits, at most SearchDepth; More is true if there are older ones, which were not looked at.
	Total int
	More  bool
}

// A Hit is an item with the words that were looked for.
type Hit struct {
	Item feeds.Item
	// Alert is the number of the alert whose source it is, 0 if it is of none.
	Alert int64
	// Title and Summary are where the words stand in the item's, in order and apart.
	Title, Summary []Mark
}

// A Mark is a place in a text, in bytes.
type Mark struct{ Start, End int }

// SearchDepth is how many of the newest hits are ranked and counted. It bounds the answer to words that
// stand in every other item.
const SearchDepth = 500

// Search looks items up by their words, the most relevant and the newest first. It reports ErrNoWords if the
// query has none.
func (s *Store) Search(ctx context.Context, q Query) (Found, error) {
	look, err := parseQuery(q.Words)
	if err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	ids, err := s.newestHits(ctx, look.narrowed(q.Country, q.Topic), q.Since)
	if err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	found := Found{More: len(ids) > SearchDepth}
	hits, err := s.hits(ctx, ids[:min(len(ids), SearchDepth)])
	if err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.Item.When().Before(q.Since) })
	rank(hits, look.terms)
	found.Total = len(hits)
	hits = hits[min(max(q.Offset, 0), len(hits)):]
	found.Hits = hits[:min(max(q.Limit, 0), len(hits))]
	return found, nil
}

// newestHits returns the numbers of the newest items that match, one more than are ranked if there are so many.
func (s *Store) newestHits(ctx context.Context, match string, since time.Time) ([]any, error) {
	first := int64(0)
	if !since.IsZero() {
		err := s.read.QueryRowContext(ctx, `SELECT id FROM items WHERE seen >= $1 ORDER BY seen, id LIMIT 1`, since.UnixMilli()).Scan(&first)
		if err == sql.ErrNoRows {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	rows, err := s.read.QueryContext(ctx, `
		SELECT rowid FROM item_words WHERE item_words MATCH $1 AND rowid >= $2 ORDER BY rowid DESC LIMIT $3`,
		match, first, SearchDepth+1)
	return collect(rows, err, func(r *sql.Rows) (any, error) { return scanOne[int64](r) })
}

// hits reads items by their numbers. Those that told an alert which was taken back are left out.
func (s *Store) hits(ctx context.Context, ids []any) ([]Hit, error) {
	var all []Hit
	for chunk := range slices.Chunk(ids, keysAtOnce) {
		rows, err := s.read.QueryContext(ctx, `
			SELECT COALESCE((SELECT a.id FROM tellings t JOIN alerts a ON a.id = t.alert WHERE t.item = i.id AND a.trial = 0), 0), `+itemColumns+`
			FROM items i WHERE i.id IN (`+places(len(chunk))+`) AND NOT EXISTS (
				SELECT 1 FROM tellings t JOIN alerts a ON a.id = t.alert WHERE t.item = i.id AND a.retracted IS NOT NULL)
			ORDER BY i.id DESC`, chunk...)
		hits, err := collect(rows, err, func(r *sql.Rows) (h Hit, err error) {
			err = scanItem(r, &h.Item, &h.Alert)
			return h, err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, hits...)
	}
	return all, nil
}

// How much it counts where a word stands, and how new the item is. A headline says what an item is about; of
// two items alike the one of this month is wanted, and after some months age makes little difference.
const (
	inTitle   = 3.0
	inSummary = 1.0
	newness   = 2.0
	// halfLife is after how many days newness counts half.
	halfLife = 60.0
)

// rank marks the words in the hits and puts the best hits first; alike ones stay in their order. Age counts
// from the newest of them.
func rank(hits []Hit, terms []term) {
	var newest time.Time
	for _, h := range hits {
		if h.Item.When().After(newest) {
			newest = h.Item.When()
		}
	}
	type ranked struct {
		Hit
		score float64
	}
	all := make([]ranked, len(hits))
	for i, h := range hits {
		age := newest.Sub(h.Item.When()).Hours() / 24
		all[i] = ranked{h, newness * math.Exp2(-age/halfLife)}
		all[i].score += all[i].mark(terms)
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	for i := range all {
		hits[i] = all[i].Hit
	}
}

// mark notes where the terms stand in a hit and returns how well they fit, from 0 to inTitle + inSummary.
func (h *Hit) mark(terms []term) float64 {
	title, summary := slices.Collect(cut(h.Item.Title)), slices.Collect(cut(h.Item.Summary))
	score := 0.0
	for _, t := range terms {
		if marks := t.find(title); len(marks) > 0 {
			h.Title = append(h.Title, marks...)
			score += inTitle
		}
		if marks := t.find(summary); len(marks) > 0 && !t.title {
			h.Summary = append(h.Summary, marks...)
			score += inSummary
		}
	}
	h.Title, h.Summary = apart(h.Title, h.Item.Title), apart(h.Summary, h.Item.Summary)
	return score / float64(max(len(terms), 1))
}

// find returns where a term stands in a text.
func (t term) find(text []piece) []Mark {
	var marks []Mark
	last := len(t.words) - 1
	for i := 0; i+last < len(text); i++ {
		end, ok := t.at(text[i : i+last+1])
		if ok {
			marks = append(marks, Mark{text[i].start, end})
		}
	}
	return marks
}

// at reports whether the term is these pieces, and where it ends.
func (t term) at(pieces []piece) (end int, ok bool) {
	last := len(pieces) - 1
	for i, word := range t.words[:last] {
		if pieces[i].word != word {
			return 0, false
		}
	}
	switch p, word := pieces[last], t.words[last]; {
	case p.word == word:
		return p.end, true
	case !t.prefix || !strings.HasPrefix(p.word, word):
		return 0, false
	case p.running:
		return p.middle, true
	default:
		return p.end, true
	}
}

// apart puts the marks of a text in order, joins those with no more than a space between them, and ends none
// between a letter and its signs.
func apart(marks []Mark, text string) []Mark {
	slices.SortFunc(marks, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	var all []Mark
	for _, m := range marks {
		for m.End < len(text) {
			r, size := utf8.DecodeRuneInString(text[m.End:])
			if !unicode.Is(unicode.M, r) {
				break
			}
			m.End += size
		}
		if n := len(all); n > 0 && (m.Start <= all[n-1].End || text[all[n-1].End:m.Start] == " ") {
			all[n-1].End = max(all[n-1].End, m.End)
			continue
		}
		all = append(all, m)
	}
	return all
}

// putWords puts the words of an item into the index, in the place of those that it had.
const putWords = `INSERT OR REPLACE INTO item_words (rowid, title, summary, facts) VALUES ($1, $2, $3, $4)`

// itemWords reads what is indexed of the items i for which a condition holds.
func itemWords(ctx context.Context, tx *sql.Tx, where string, args ...any) ([][]any, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT i.id, COALESCE((SELECT t.judgement FROM tellings t WHERE t.item = i.id), ''), `+itemColumns+`
		FROM items i WHERE `+where+` ORDER BY i.id`, args...)
	return collect(rows, err, func(r *sql.Rows) ([]any, error) {
		var id int64
		var judged string
		var item feeds.Item
		if err := scanItem(r, &item, &id, &judged); err != nil {
			return nil, err
		}
		facts, err := factsOf(item, judged)
		return []any{id, joinWords(item.Title), joinWords(item.Summary), facts}, err
	})
}

// longestIndexed bounds the text that is indexed of an item, in bytes. Summaries of feeds are far shorter.
const longestIndexed = 64 << 10

// joinWords is a text as the index takes it.
func joinWords(text string) string {
	var b strings.Builder
	for p := range cut(text[:min(len(text), longestIndexed)]) {
		b.WriteString(p.word)
		b.WriteByte(' ')
	}
	return b.String()
}

// factsOf are the known properties of an item as the index takes them. What rules on trial made of it is not
// among them.
func factsOf(item feeds.Item, judged string) (string, error) {
	language, _, _ := strings.Cut(item.Language, "-")
	words := []string{factWord("feed", item.Feed), factWord("lang", language), factWord("kind", string(item.Kind))}
	if judged != "" {
		a, err := fromJudgement(judged, item)
		if err != nil {
			return "", err
		}
		if !a.Trial {
			for _, c := range a.Countries {
				words = append(words, factWord("place", c))
			}
			for _, t := range a.Topics {
				words = append(words, factWord("topic", string(t)))
			}
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return strings.Join(words, " "), nil
}

// index puts the words of an item into the index as the item is stored by now.
func (r *recorder) index(id int64) error {
	rows, err := itemWords(r.ctx, r.tx, `i.id = $1`, id)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := r.exec(putWords, row...); err != nil {
			return err
		}
	}
	return nil
}

const (
	// indexedDownTo names the setting that says which items are indexed: those with this number and above.
	indexedDownTo = "words_put_in_down_to"
	// indexedAtOnce is how many items one transaction indexes; recording waits for it, about a tenth of a second.
	indexedAtOnce = 500
)

// IndexArchive indexes the items that were stored by a version of the program without search, the newest
// first, and returns when all are. After each batch it calls progress with how many are left at most. It may be
// stopped and called again at any time, while the store is used.
func (s *Store) IndexArchive(ctx context.Context, progress func(left int64)) error {
	for {
		left, err := s.indexBatch(ctx)
		if err != nil {
			return fmt.Errorf("index the archive: %w", err)
		}
		if left < 0 {
			return nil
		}
		progress(left)
	}
}

// indexBatch indexes the next items. It returns how many are left at most, or -1 if there was nothing to do.
func (s *Store) indexBatch(ctx context.Context) (left int64, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		var text string
		if err := tx.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, indexedDownTo).Scan(&text); err != nil {
			return err
		}
		above, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		left = max(above-1-indexedAtOnce, 0)
		if above <= 1 {
			left = -1
			return nil
		}
		rows, err := itemWords(ctx, tx, `i.id > $1 AND i.id < $2`, left, above)
		if err != nil {
			return err
		}
		put, err := tx.PrepareContext(ctx, putWords)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, row := range rows {
			if _, err := put.ExecContext(ctx, row...); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE settings SET value = $1 WHERE name = $2`, strconv.FormatInt(left+1, 10), indexedDownTo)
		return err
	})
	return left, err
}
