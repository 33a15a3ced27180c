package telegram

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/chattest"
)

// The matrices say what becomes of what somebody does somewhere: "manages" if the bot is asked by who may
// manage the place, "reads" if by somebody else, "ignored" if it is not asked, "-" where there is no such thing.
const (
	matrixOfCommands = `
                                            direct   group    topic    channel
creator                                     manages  manages  manages  manages
administrator                               manages  manages  manages  manages
member                                      manages  reads    reads    manages
restricted                                  manages  reads    reads    manages
left                                        manages  reads    reads    manages
kicked                                      manages  reads    reads    manages
a status of a new kind                      manages  reads    reads    manages
anonymous administrator                     -        manages  manages  -
in the name of another channel              -        reads    reads    -
another bot                                 -        ignored  ignored  -
through a bot                               ignored  ignored  ignored  ignored
forwarded                                   ignored  ignored  ignored  ignored
edited                                      ignored  ignored  ignored  ignored
forwarded by an anonymous administrator     -        ignored  ignored  -
edited by an anonymous administrator        -        ignored  ignored  -
forwarded in the name of another channel    -        ignored  ignored  -
edited in the name of another channel       -        ignored  ignored  -
`
	matrixOfPresses = `
                                            direct   group    topic    channel
creator                                     manages  manages  manages  manages
administrator                               manages  manages  manages  manages
member                                      manages  reads    reads    reads
restricted                                  manages  reads    reads    reads
left                                        manages  reads    reads    reads
kicked                                      manages  reads    reads    reads
a status of a new kind                      manages  reads    reads    reads
under a message that is gone                ignored  ignored  ignored  ignored
under a message of others                   ignored  ignored  ignored  ignored
without data                                ignored  ignored  ignored  ignored
`
)

// matrixPlaces are the columns: a channel of the fake, and a topic of it after a slash.
var matrixPlaces = []string{"4242", "-100777", "-100777/17", "@example_news"}

// said are the peculiarities of messages by the names of rows; who is in no row has the row's name as status.
// Those who are in one are administrators, so that nothing but the peculiarity speaks against them.
var said = map[string]chattest.TelegramMessage{
	"anonymous administrator":        {Anonymous: true},
	"in the name of another channel": {InNameOf: "-100888"},
	"another bot":                    {FromBot: true},
	"through a bot":                  {ViaBot: true},
	"forwarded":                      {Forwarded: true},
	"edited":                         {Edited: true},
	"forwarded by an anonymous administrator":  {Anonymous: true, Forwarded: true},
	"edited by an anonymous administrator":     {Anonymous: true, Edited: true},
	"forwarded in the name of another channel": {InNameOf: "-100888", Forwarded: true},
	"edited in the name of another channel":    {InNameOf: "-100888", Edited: true},
}

// pressed are the same of presses.
var pressed = map[string]chattest.TelegramPress{
	"under a message that is gone": {Inaccessible: true},
	"under a message of others":    {Inline: true},
	"without data":                 {},
}

// A cell is one place in a matrix.
type cell struct {
	row, place, want string
	// user is a person of this cell alone.
	user int64
}

func (c cell) String() string { return c.row + " in " + c.place }

// cellsOf reads a matrix. Its rows end in one word for each place.
func cellsOf(t *testing.T, matrix string) []cell {
	t.Helper()
	var cells []cell
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		words := strings.Fields(line)
		at := len(words) - len(matrixPlaces)
		if at == 0 {
			continue // the heading
		}
		for i, place := range matrixPlaces {
			c := cell{row: strings.Join(words[:at], " "), place: place, want: words[at+i], user: int64(1000 + len(cells))}
			if c.want != "-" {
				cells = append(cells, c)
			}
		}
	}
	return cells
}

// TestMatrixOfCommands has everybody call a command everywhere.
func TestMatrixOfCommands(t *testing.T) {
	cells := cellsOf(t, matrixOfCommands)
	got := heard(t, cells, func(fake *chattest.Telegram, c cell) {
		m, peculiar := said[c.row]
		setStatus(fake, c, peculiar)
		m.Channel, m.Topic, _ = strings.Cut(c.place, "/")
		m.User, m.Text = c.user, fmt.Sprint("/latest ", c)
		fake.Say(m)
	})
	for _, c := range cells {
		if got[c.String()].what != c.want {
			t.Errorf("%s: %+v, want %s", c, got[c.String()], c.want)
		}
		masked := strings.Contains(c.row, "name of") || strings.Contains(c.row, "anonymous") || c.place == "@example_news"
		if who := got[c.String()].user; c.want != "ignored" && (who == "") != masked {
			t.Errorf("%s: asked by %q, want somebody: %t", c, who, !masked)
		}
	}
}

// TestMatrixOfPresses has everybody press a button everywhere. Its data may be anybody's: the bot that is asked
// knows by the signature.
func TestMatrixOfPresses(t *testing.T) {
	cells := cellsOf(t, matrixOfPresses)
	got := heard(t, cells, func(fake *chattest.Telegram, c cell) {
		p, peculiar := pressed[c.row]
		setStatus(fake, c, peculiar)
		p.Channel, p.Topic, _ = strings.Cut(c.place, "/")
		p.User, p.ID = c.user, "7"
		if c.row != "without data" {
			p.Data = c.String()
		}
		fake.PressRaw(p)
	})
	for _, c := range cells {
		if got[c.String()].what != c.want {
			t.Errorf("%s: %+v, want %s", c, got[c.String()], c.want)
		}
		if who := got[c.String()].user; c.want != "ignored" && who != fmt.Sprint("telegram:", c.user) {
			t.Errorf("%s: asked by %q, want %d", c, who, c.user)
		}
	}
}

// setStatus says what the person of a cell is where the cell is.
func setStatus(fake *chattest.Telegram, c cell, peculiar bool) {
	channel, _, _ := strings.Cut(c.place, "/")
	status := c.row
	if peculiar {
		status = "administrator"
	}
	fake.SetMember(channel, c.user, status)
}

// asking is what came of a cell.
type asking struct{ what, user string }

// heard lets the bot listen to all cells, and returns what it was asked, by the name of the cell.
func heard(t *testing.T, cells []cell, do func(*chattest.Telegram, cell)) map[string]asking {
	t.Helper()
	p, fake, _ := open(t)
	var mu sync.Mutex
	got := make(map[string]asking)
	for _, c := range cells {
		got[c.String()] = asking{what: "ignored"}
	}
	last := make(chan struct{})
	stop := listen(t, p, func(ctx context.Context, r chat.Request) chat.Answer {
		if r.Command == "help" {
			close(last)
			return chat.Answer{}
		}
		asked := asking{"reads", r.User}
		if yes, err := r.Manages(ctx); err != nil {
			asked.what = err.Error()
		} else if yes {
			asked.what = "manages"
		}
		mu.Lock()
		defer mu.Unlock()
		name := r.Press + r.Args["country"]
		if got[name].what != "ignored" {
			asked.what += ", and before " + got[name].what
		}
		got[name] = asked
		return chat.Answer{}
	})
	for _, c := range cells {
		do(fake, c)
	}
	fake.Say(chattest.TelegramMessage{Channel: "4242", Text: "/help"})
	<-last
	if err := stop(); err != nil { // All answers are made when it returns.
		t.Errorf("Listen = %v", err)
	}
	if posts := fake.Posts(); len(posts) > 0 {
		t.Errorf("posts = %+v, want none", posts)
	}
	checkSpec(t, fake)
	return got
}
