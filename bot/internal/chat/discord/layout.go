package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// maxPosts is how many messages one chat.Message may become: the digest of a bad day.
const maxPosts = 5

// layout returns m as the embeds of at most so many messages; none if m has no text. A paragraph is cut
// only if no embed takes it whole. What the last message has no room for is left out, and an ellipsis
// tells: there the fields and the footer come before the body.
func layout(m chat.Message, most int) [][]*discordgo.MessageEmbed {
	s := spread{most: most, colour: colours[m.Level]}
	s.open()
	s.head(m)
	fields, footer := s.tail(m)
	if link, ok := webLink(m.Link); ok && s.embed.Title != "" && len(link) <= maxURL {
		s.embed.URL = link
	} else if strings.TrimSpace(m.Link) != "" {
		s.add(func(g grain) []atom { return linkText(m.Link, g) }) // first, where no cut reaches it
	}
	for _, p := range m.Body {
		if s.full {
			break
		}
		s.add(func(g grain) []atom { return paragraph(p, g) })
	}
	s.finish(fields, footer)
	return s.pages
}

// paragraph renders p, without the spaces at its ends.
func paragraph(p chat.Paragraph, g grain) []atom {
	var atoms []atom
	for _, span := range p {
		atoms = append(atoms, spanAtoms(span, g)...)
		if len(atoms) > maxDescription {
			break // no more can show
		}
	}
	return trimmed(atoms)
}

// A spread is a message on its way into embeds.
type spread struct {
	most   int
	colour int
	pages  [][]*discordgo.MessageEmbed // the messages that are done

	page  []*discordgo.MessageEmbed // those of the message being filled but for the last
	embed *discordgo.MessageEmbed   // the last
	text  strings.Builder           // its description
	size  int                       // of text, in UTF-16 units
	left  int                       // what the message still takes
	// reserve is what the fields and the footer take in the last message.
	reserve int
	// full is true once text was left out.
	full bool
}

// open begins a message.
func (s *spread) open() {
	s.page, s.left = nil, maxTotal
	s.begin()
}

// begin begins an embed.
func (s *spread) begin() {
	s.embed = &discordgo.MessageEmbed{Color: s.colour}
	s.text.Reset()
	s.size = 0
}

// head writes the lines above the text.
func (s *spread) head(m chat.Message) {
	if lead := oneLine(m.Lead()); lead != "" {
		s.embed.Author = &discordgo.MessageEmbedAuthor{Name: fitted(maxAuthor, plainly(lead))}
		s.left -= units(s.embed.Author.Name)
	}
	s.embed.Title = fitted(maxTitle, safeguarded(oneLine(m.Title)))
	s.left -= units(s.embed.Title)
}

// tail renders the lines under the text, as many fields as have room under the head, and reserves their
// room in the last message.
func (s *spread) tail(m chat.Message) (fields []*discordgo.MessageEmbedField, footer *discordgo.MessageEmbedFooter) {
	if line := oneLine(m.Footer); line != "" {
		footer = &discordgo.MessageEmbedFooter{Text: fitted(maxFooter, plainly(line))}
		s.reserve = units(footer.Text)
	}
	for _, f := range m.Fields {
		field := renderField(f)
		if field == nil {
			continue
		}
		size := units(field.Name) + units(field.Value)
		if s.reserve+size > s.left || len(fields) == maxFields {
			break
		}
		s.reserve += size
		fields = append(fields, field)
	}
	return fields, footer
}

// last reports whether no message may come after the one being filled.
func (s *spread) last() bool { return len(s.pages)+1 >= s.most }

// room returns what the message still takes of the text.
func (s *spread) room() int {
	if s.last() {
		return s.left - s.reserve
	}
	return s.left
}

// betweenParagraphs stands between the paragraphs of one embed.
const betweenParagraphs = "\n\n"

// gap returns what stands before the next paragraph of the embed.
func (s *spread) gap() string {
	if s.size == 0 {
		return ""
	}
	return betweenParagraphs
}

// add puts a paragraph where it fits: into the embed, the next embed of the message, or the next message.
func (s *spread) add(p func(grain) []atom) {
	text := fitted(maxDescription, p)
	if blank(text) {
		return
	}
	size := units(text)
	switch gap := len(s.gap()); {
	case s.size+gap+size <= maxDescription && gap+size <= s.room():
	case size <= s.room() && len(s.page)+1 < maxEmbeds:
		s.close()
		s.begin()
	case !s.last():
		s.turn()
	default:
		s.cut(p)
		return
	}
	s.put(text, size)
}

// put writes a paragraph that fits into the embed.
func (s *spread) put(text string, size int) {
	gap := s.gap()
	s.text.WriteString(gap)
	s.text.WriteString(text)
	s.size += len(gap) + size
	s.left -= len(gap) + size
}

// cut writes what still fits of a paragraph, and no more after it.
func (s *spread) cut(p func(grain) []atom) {
	s.full = true
	room := min(maxDescription-s.size, s.room()) - len(s.gap())
	if text := fitted(max(room, 0), p); !blank(text) {
		s.put(text, units(text))
	}
}

// close ends the embed. One without any text is left out, as Discord takes none.
func (s *spread) close() {
	s.embed.Description = s.text.String()
	e := s.embed
	if e.Author == nil && e.Title == "" && e.Description == "" && len(e.Fields) == 0 && e.Footer == nil {
		return
	}
	s.page = append(s.page, e)
}

// turn ends the message and begins the next.
func (s *spread) turn() {
	s.close()
	if len(s.page) > 0 {
		s.pages = append(s.pages, s.page)
	}
	s.open()
}

// finish writes the fields and the footer under the text, and ends the last message.
func (s *spread) finish(fields []*discordgo.MessageEmbedField, footer *discordgo.MessageEmbedFooter) {
	if s.reserve > s.left {
		s.turn()
	}
	s.embed.Fields, s.embed.Footer = fields, footer
	s.close()
	if len(s.page) > 0 {
		s.pages = append(s.pages, s.page)
	}
}
