package outbox

import (
	"fmt"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

func suspendedNote(to chat.Destination, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("Cannot post in %s", to),
		Body: []chat.Paragraph{
			chat.Text("The service says: " + err.Error() + "."),
			chat.Text(fmt.Sprintf("Its alerts are kept and go out by themselves once the bot may post there again. It is tried every hour, for %d days; then all that belongs to it is deleted.", lostDays)),
		},
		Level: chat.Notice,
	}
}

func droppedNote(list []store.Pending, err error) chat.Message {
	first := list[0]
	m := chat.Message{
		Title: fmt.Sprintf("Alert %d was not posted in %s and is given up", first.Alert.ID, first.To),
		Link:  first.Alert.Item.Link,
		Level: chat.Notice,
	}
	if n := len(list) - 1; n > 0 {
		m.Title = fmt.Sprintf("Alert %d and %d more were not posted in %s and are given up", first.Alert.ID, n, first.To)
	}
	for _, p := range list {
		m.Body = append(m.Body, chat.Text(p.Alert.Headline()))
	}
	m.Body = append(m.Body, chat.Text("The service says: "+err.Error()+"."))
	return m
}

func unansweredNote(p store.Pending, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("The correction of alert %d was not posted in %s and is given up", p.Alert.ID, p.To),
		Body: []chat.Paragraph{
			chat.Text("The service says: " + err.Error() + "."),
			chat.Text("Readers there may not know of it: the post itself is edited where the service allows it."),
		},
		Level: chat.Notice,
	}
}

func movedNote(from, to chat.Destination) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("%s has moved to %s", from, to),
		Body: []chat.Paragraph{
			chat.Text("Its alerts go there from now on. Please put the new place into the config if the old one stands there."),
		},
		Level: chat.Notice,
	}
}

func tokenNote(platform string, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("%s refuses the bot's token", platform),
		Body: []chat.Paragraph{
			chat.Text("The service says: " + err.Error() + "."),
			chat.Text("Nothing is lost: alerts wait until the token in the config is replaced and the bot restarted."),
		},
		Level: chat.Notice,
	}
}

func pinNote(to chat.Destination, err error) chat.Message {
	return chat.Message{
		Title: fmt.Sprintf("Cannot pin messages in %s", to),
		Body: []chat.Paragraph{
			chat.Text("The service says: " + err.Error() + "."),
			chat.Text("Alerts are posted all the same. Please give the bot the right to pin messages there, or take pin out of the config. This is said once."),
		},
		Level: chat.Notice,
	}
}
