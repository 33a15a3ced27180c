package telegram

import (
	"encoding/json"

	"pressalert/bot/internal/chat"
)

// The limits that a Sample is measured by.
const (
	MaxText     = maxText
	MaxEntities = maxEntities
)

// A Sample is one post of a message, as Send would make it.
type Sample struct {
	// HTML is its text in the HTML of the Bot API.
	HTML string
	// Units is the length of what a reader sees of it, in UTF-16 units, and Entities is how often its look
	// changes.
	Units, Entities int
	// Silent is true of a post that makes no sound.
	Silent bool
	// Buttons are those under it that Telegram takes.
	Buttons [][]chat.Button
}

// Preview returns the posts that Send would make of m, so that people can see them beforehand. Files are
// left out.
func Preview(m chat.Message) []Sample {
	m.File = nil
	var samples []Sample
	for _, q := range compose(chat.Destination{}, m) {
		samples = append(samples, Sample{
			HTML: q.page.html(), Units: units(q.page.text()), Entities: q.page.entities(),
			Silent: q.params["disable_notification"] != "", Buttons: pressable(q.params["reply_markup"]),
		})
	}
	return samples
}

// entities counts the entities that the markup of p makes.
func (p page) entities() int {
	n := 0
	for _, lines := range [][]line{p.head, p.body, p.tail} {
		for _, l := range lines {
			n += l.cost().entities
		}
	}
	return n
}

// pressable reads what keyboard wrote.
func pressable(markup string) [][]chat.Button {
	var board struct {
		Rows [][]key `json:"inline_keyboard"`
	}
	if json.Unmarshal([]byte(markup), &board) != nil {
		return nil
	}
	var rows [][]chat.Button
	for _, keys := range board.Rows {
		var row []chat.Button
		for _, k := range keys {
			row = append(row, chat.Button{Text: k.Text, Link: k.URL, Data: k.Data})
		}
		rows = append(rows, row)
	}
	return rows
}
