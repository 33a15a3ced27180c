package discord

import (
	"regexp"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// The limits of buttons (components/reference, Action Row and Button).
const (
	maxRows       = 5
	maxRow        = 5
	maxLabel      = 80
	maxCustomID   = 100
	maxButtonLink = 512
)

// keyboard puts rows of buttons into Discord's terms. One bad button would have the whole message refused,
// so what Discord would not take is left out; a row that is too long goes on in the next.
func keyboard(rows [][]chat.Button) []discordgo.MessageComponent {
	board := []discordgo.MessageComponent{} // none is [], which takes the buttons off a message
	ids := make(map[string]bool)
	for _, row := range rows {
		var line []discordgo.MessageComponent
		for _, b := range row {
			key, ok := keyOf(b, ids)
			if !ok {
				continue
			}
			if len(line) == maxRow {
				board, line = append(board, discordgo.ActionsRow{Components: line}), nil
			}
			line = append(line, key)
		}
		if len(line) > 0 {
			board = append(board, discordgo.ActionsRow{Components: line})
		}
	}
	return board[:min(len(board), maxRows)]
}

// keyOf puts a button into Discord's terms and enters its id into ids. It reports false if Discord would
// not take it.
func keyOf(b chat.Button, ids map[string]bool) (discordgo.Button, bool) {
	key := discordgo.Button{Label: fitted(maxLabel, plainly(oneLine(b.Text)))}
	if key.Label == "" {
		return key, false
	}
	if b.Link != "" {
		link, ok := webLink(b.Link)
		key.Style, key.URL = discordgo.LinkButton, link
		return key, ok && len(link) <= maxButtonLink
	}
	id := customID(b.Data, ids)
	ids[id] = true
	key.Style, key.CustomID = discordgo.SecondaryButton, id
	return key, b.Data != "" && len(id) <= maxCustomID
}

// numbered is the form of an id that was made different from another one of the same data.
var numbered = regexp.MustCompile(`/#[0-9]+$`)

// customID returns an id for the data of a button that is not in ids: Discord refuses messages in which
// two buttons have the same. pressedData is its opposite.
func customID(data string, ids map[string]bool) string {
	id := data
	for n := 1; ids[id] || id == data && numbered.MatchString(data); n++ {
		id = data + "/#" + strconv.Itoa(n)
	}
	return id
}

// pressedData returns the data of the button with an id.
func pressedData(id string) string {
	if at := numbered.FindStringIndex(id); at != nil {
		return id[:at[0]]
	}
	return id
}
