package command

import (
	"context"

	"pressalert/bot/internal/chat"
)

func helpMenu() chat.Command {
	return chat.Command{Name: "help", Description: "What this bot does and what you can ask it"}
}

// help says what the bot is, that it takes no tips (taxonomy, part 6.2), and lists the commands.
func (t *Table) help(context.Context, chat.Request) (chat.Message, error) {
	m := chat.Message{
		Title: "Alerts about cybercrime laws and crackdowns on online speech",
		Body: []chat.Paragraph{
			chat.Text("This bot reads news feeds and posts what matches its rules: laws, arrests, blocked sites, shutdowns, spyware, attacks and lawsuits against people for what they say or report."),
			{
				{Text: "It takes no tips. ", Style: chat.Bold},
				{Text: "A chat is not a safe place to report an incident. Groups with secure intake: "},
				{Text: "CPJ", Link: "https://cpj.org/emergency-response/"},
				{Text: ", "},
				{Text: "RSF", Link: "https://rsf.org/en/contact-us"},
				{Text: ", "},
				{Text: "Access Now helpline", Link: "https://www.accessnow.org/help/"},
				{Text: "."},
			},
		},
	}
	for _, c := range t.Menu() {
		m.Fields = append(m.Fields, chat.Field{Name: c.Usage(), Value: c.Description})
	}
	return m, nil
}
