package discord

import (
	"encoding/json"
	"fmt"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// A Sample is one message of Discord's, as Send would make it.
type Sample struct {
	// JSON is the body of the call (resources/message, Create Message).
	JSON json.RawMessage
	// Parts say how much of Discord's limits its texts take.
	Parts []Part
}

// A Part is a part of a message that Discord bounds.
type Part struct {
	Name string
	// Used is how much there is of it, and Most how much Discord takes: UTF-16 units of a text, or a number
	// of fields or embeds.
	Used, Most int
}

// Preview returns the messages that Send would make of m, so that people can see them beforehand. Files
// are left out.
func Preview(m chat.Message) ([]Sample, error) {
	m.File = nil
	var samples []Sample
	for _, q := range compose(m, maxPosts) {
		body, err := json.Marshal(q)
		if err != nil {
			return nil, fmt.Errorf("encode message: %w", err)
		}
		samples = append(samples, Sample{JSON: body, Parts: parts(q.Embeds)})
	}
	return samples, nil
}

// parts measures embeds: of each kind of text the longest, and all of it together.
func parts(embeds []*discordgo.MessageEmbed) []Part {
	author, title, description := Part{"author", 0, maxAuthor}, Part{"title", 0, maxTitle}, Part{"description", 0, maxDescription}
	fields, footer, total := Part{"fields", 0, maxFields}, Part{"footer", 0, maxFooter}, Part{"in all", 0, maxTotal}
	longest := func(p *Part, text string) {
		p.Used = max(p.Used, units(text))
		total.Used += units(text)
	}
	for _, e := range embeds {
		if e.Author != nil {
			longest(&author, e.Author.Name)
		}
		longest(&title, e.Title)
		longest(&description, e.Description)
		fields.Used = max(fields.Used, len(e.Fields))
		for _, f := range e.Fields {
			total.Used += units(f.Name) + units(f.Value)
		}
		if e.Footer != nil {
			longest(&footer, e.Footer.Text)
		}
	}
	return []Part{author, title, description, fields, footer, {"embeds", len(embeds), maxEmbeds}, total}
}
