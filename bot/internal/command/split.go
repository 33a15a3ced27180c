package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/store"
)

func splitMenu() chat.Command {
	return chat.Command{
		Name: "split", Description: "For admins: take an item out of a story that it does not tell", Private: true,
		Args: []chat.Arg{{Name: "item", Description: "The item's number, as /why lists them", Kind: chat.Number, Required: true, Min: 1, Max: numberMax}},
	}
}

// noRegroup answers where nothing runs that could split and merge: a running bot must not be passed by.
func noRegroup() chat.Message {
	return chat.Message{Title: "That is done by the running bot alone. Ask it in a chat."}
}

func (t *Table) split(ctx context.Context, r chat.Request) (chat.Message, error) {
	if t.Split == nil {
		return noRegroup(), nil
	}
	item, _ := strconv.ParseInt(r.Args["item"], 10, 64)
	err := t.Split(ctx, item)
	if errors.Is(err, store.ErrRegroup) {
		return usage(splitMenu(), fmt.Sprintf("Item %d tells no story, or is the one that opened it: then split the others off.", item)), nil
	}
	if err != nil {
		return chat.Message{}, err
	}
	t.note(ctx, r, fmt.Sprintf("item %d", item))
	return chat.Message{Title: fmt.Sprintf("Item %d tells a story of its own now.", item), Body: []chat.Paragraph{chat.Text("The posts of the old story are edited, and its own alert goes to those who ask for such.")}}, nil
}

func mergeMenu() chat.Command {
	return chat.Command{
		Name: "merge", Description: "For admins: put two stories together that are one", Private: true,
		Args: []chat.Arg{
			{Name: "into", Description: "The number of the story that stays", Kind: chat.Number, Required: true, Min: 1, Max: numberMax},
			{Name: "from", Description: "The number of the one that joins it", Kind: chat.Number, Required: true, Min: 1, Max: numberMax},
		},
	}
}

func (t *Table) merge(ctx context.Context, r chat.Request) (chat.Message, error) {
	if t.Merge == nil {
		return noRegroup(), nil
	}
	into, _ := strconv.ParseInt(r.Args["into"], 10, 64)
	from, _ := strconv.ParseInt(r.Args["from"], 10, 64)
	if into == from {
		return usage(mergeMenu(), "That is one story already."), nil
	}
	err := t.Merge(ctx, into, from)
	if errors.Is(err, store.ErrRegroup) {
		return usage(mergeMenu(), fmt.Sprintf("There is no story %d, or no story %d.", into, from)), nil
	}
	if err != nil {
		return chat.Message{}, err
	}
	t.note(ctx, r, fmt.Sprintf("into %d from %d", into, from))
	return chat.Message{Title: fmt.Sprintf("Story %d is part of story %d now.", from, into), Body: []chat.Paragraph{chat.Text("Its posts are edited and name the sources of both.")}}, nil
}
