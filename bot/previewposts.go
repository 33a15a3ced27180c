package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/chat/discord"
	"pressalert/bot/internal/chat/telegram"
	"pressalert/bot/internal/chat/webhook"
)

// A telegramPost is a post as Telegram's clients show it.
type telegramPost struct {
	Text    []shown
	Buttons [][]chat.Button
	Follows bool
	Measure []string
}

// telegramPosts returns what a message becomes on Telegram.
func telegramPosts(m chat.Message) []telegramPost {
	var posts []telegramPost
	for i, s := range telegram.Preview(m) {
		p := telegramPost{Text: telegramText(s.HTML), Buttons: s.Buttons, Follows: m.ReplyTo != "" && i == 0}
		p.Measure = []string{
			measure("text", s.Units, telegram.MaxText),
			measure("formatting", s.Entities, telegram.MaxEntities),
			sound(s.Silent),
		}
		posts = append(posts, p)
	}
	return posts
}

func sound(silent bool) string {
	if silent {
		return "without sound"
	}
	return "with sound"
}

// measure says how much of a limit is used, as in "text 412 of 4,096".
func measure(name string, used, most int) string {
	return name + " " + thousands(used) + " of " + thousands(most)
}

// thousands writes a number of at most six digits, at least 0, with a comma where people expect it.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// A discordPost is a message as Discord's clients show it.
type discordPost struct {
	Content []shown
	Embeds  []discordEmbed
	Buttons [][]chat.Button
	Follows bool
	Measure []string
}

// A discordEmbed is the box in a message.
type discordEmbed struct {
	// Colour is that of its strip, as six digits of hex.
	Colour      string
	Author      string
	Title       []shown
	Link        string
	Description []shown
	Fields      []discordField
	Footer      string
}

type discordField struct{ Name, Value []shown }

// discordCall is what is shown of the body that Discord gets.
type discordCall struct {
	Content string `json:"content"`
	Flags   int    `json:"flags"`
	Embeds  []struct {
		Color  int    `json:"color"`
		Title  string `json:"title"`
		URL    string `json:"url"`
		Author struct {
			Name string `json:"name"`
		} `json:"author"`
		Description string `json:"description"`
		Fields      []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"fields"`
		Footer struct {
			Text string `json:"text"`
		} `json:"footer"`
	} `json:"embeds"`
	Components []struct {
		Components []struct {
			Label    string `json:"label"`
			URL      string `json:"url"`
			CustomID string `json:"custom_id"`
		} `json:"components"`
	} `json:"components"`
}

// silentFlag is SUPPRESS_NOTIFICATIONS (resources/message, Message Flags).
const silentFlag = 1 << 12

// discordPosts returns what a message becomes on Discord.
func discordPosts(m chat.Message) ([]discordPost, error) {
	samples, err := discord.Preview(m)
	if err != nil {
		return nil, err
	}
	var posts []discordPost
	for i, s := range samples {
		var call discordCall
		if err := json.Unmarshal(s.JSON, &call); err != nil {
			return nil, fmt.Errorf("read what discord would get: %w", err)
		}
		p := call.post()
		p.Follows = m.ReplyTo != "" && i == 0
		for _, part := range s.Parts {
			p.Measure = append(p.Measure, measure(part.Name, part.Used, part.Most))
		}
		p.Measure = append(p.Measure, sound(call.Flags&silentFlag != 0))
		posts = append(posts, p)
	}
	return posts, nil
}

func (c discordCall) post() discordPost {
	p := discordPost{Content: discordText(c.Content)}
	for _, e := range c.Embeds {
		embed := discordEmbed{
			Colour: fmt.Sprintf("%06x", e.Color&0xffffff), Author: e.Author.Name, Title: discordText(e.Title),
			Link: e.URL, Description: discordText(e.Description), Footer: e.Footer.Text,
		}
		for _, f := range e.Fields {
			embed.Fields = append(embed.Fields, discordField{discordText(f.Name), discordText(f.Value)})
		}
		p.Embeds = append(p.Embeds, embed)
	}
	for _, row := range c.Components {
		var line []chat.Button
		for _, b := range row.Components {
			line = append(line, chat.Button{Text: b.Label, Link: b.URL, Data: b.CustomID})
		}
		p.Buttons = append(p.Buttons, line)
	}
	return p
}

// webhookCall returns the JSON that a hook of our own format gets, indented for readers.
func webhookCall(key string, m chat.Message) (string, error) {
	body, err := webhook.Body(webhook.Own, key, m)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return "", fmt.Errorf("read what a webhook would get: %w", err)
	}
	return b.String(), nil
}
