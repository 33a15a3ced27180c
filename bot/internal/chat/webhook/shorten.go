package webhook

import (
	"github.com/clipperhouse/uax29/v2/graphemes"

	"pressalert/bot/internal/chat"
)

// A budget is what a message may still hold.
type budget struct {
	text  int // bytes
	parts int // spans, fields, buttons and tags
	// share is the most, in bytes, that one text may take.
	share int
}

// shortened returns m with no more in it than the budget has. What comes later gives way first; files
// and the data of buttons are left out.
func shortened(m chat.Message, left budget) chat.Message {
	short := chat.Message{
		Level: m.Level, LevelName: left.whole(m.LevelName), Quiet: m.Quiet, Preview: m.Preview, ReplyTo: left.whole(m.ReplyTo), Language: left.whole(m.Language),
		Link: left.whole(m.Link), Kicker: left.cut(m.Kicker), Title: left.cut(m.Title), Footer: left.cut(m.Footer),
	}
	var row []chat.Button
	for b := range links(m) {
		if link := left.whole(b.Link); link != "" && left.part() {
			row = append(row, chat.Button{Text: left.cut(b.Text), Link: link})
		}
	}
	if len(row) > 0 {
		short.Buttons = [][]chat.Button{row}
	}
	for _, t := range m.Tags {
		if t != "" && left.part() {
			short.Tags = append(short.Tags, left.cut(t))
		}
	}
	for _, p := range m.Body {
		var spans chat.Paragraph
		for _, s := range p {
			if left.part() {
				spans = append(spans, chat.Span{Text: left.cut(s.Text), Style: s.Style, Link: left.whole(s.Link)})
			}
		}
		if len(spans) > 0 {
			short.Body = append(short.Body, spans)
		}
	}
	for _, f := range m.Fields {
		if left.part() {
			short.Fields = append(short.Fields, chat.Field{Name: left.cut(f.Name), Value: left.cut(f.Value)})
		}
	}
	return short
}

// part takes one part, if there is one left, and text for it.
func (b *budget) part() bool {
	b.parts--
	return b.parts >= 0 && b.text > 0
}

// whole takes s or, where it does not fit, nothing: half an address leads nowhere.
func (b *budget) whole(s string) string {
	if len(s) > b.text {
		return ""
	}
	b.text -= len(s)
	return s
}

// cut takes as much of s as fits, up to a visible character's end, and marks what is missing.
func (b *budget) cut(s string) string {
	const mark = "…"
	room := min(b.text, b.share)
	if len(s) <= room {
		b.text -= len(s)
		return s
	}
	end := 0
	for g := graphemes.FromString(s); g.Next() && g.End()+len(mark) <= room; {
		end = g.End()
	}
	b.text -= min(end+len(mark), b.text)
	return s[:end] + mark
}
