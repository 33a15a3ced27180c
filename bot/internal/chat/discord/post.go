package discord

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

const (
	// maxContent is the longest text beside the embeds, in characters (resources/message, Create Message).
	maxContent = 2000
	// nonceLength is the longest nonce that Discord takes (resources/message, Create Message).
	nonceLength = 25
)

// A post is the body of a message as we send it. It is not discordgo's own, which has no nonce.
type post struct {
	Content         string                            `json:"content"`
	Embeds          []*discordgo.MessageEmbed         `json:"embeds"`
	Components      []discordgo.MessageComponent      `json:"components"`
	AllowedMentions *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Attachments     []attachment                      `json:"attachments"`
	Flags           discordgo.MessageFlags            `json:"flags,omitempty"`
	Reference       *discordgo.MessageReference       `json:"message_reference,omitempty"`
	Nonce           string                            `json:"nonce,omitempty"`
	EnforceNonce    bool                              `json:"enforce_nonce,omitempty"`

	file *chat.File // nil for none
}

// newPost returns a post of embeds that mentions nobody.
func newPost(embeds []*discordgo.MessageEmbed) post {
	if embeds == nil {
		embeds = []*discordgo.MessageEmbed{}
	}
	return post{
		Embeds:      embeds,
		Components:  []discordgo.MessageComponent{},
		Attachments: []attachment{},
		// Without the field, or with null in it, Discord would parse all mentions.
		AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
	}
}

// compose returns the posts that m becomes, at most so many; none if there is nothing in it. The first has
// the file and is the only one that makes a sound, the last has the buttons.
func compose(m chat.Message, most int) []post {
	var posts []post
	for _, embeds := range layout(m, most) {
		posts = append(posts, newPost(embeds))
	}
	if len(posts) == 0 && m.File == nil {
		return nil
	}
	if len(posts) == 0 {
		posts = []post{newPost(nil)}
	}
	for i := range posts {
		if m.Quiet || i > 0 {
			posts[i].Flags = discordgo.MessageFlagsSuppressNotifications
		}
	}
	posts[0].attach(m.File)
	posts[0].announce(m)
	posts[len(posts)-1].Components = keyboard(m.Buttons)
	return posts
}

// attach puts a file into p. A picture shows inside the embed, if there is one.
func (p *post) attach(f *chat.File) {
	p.file, p.Attachments = f, attach(f)
	if f != nil && isPicture(f) && len(p.Embeds) > 0 {
		p.Embeds[len(p.Embeds)-1].Image = &discordgo.MessageEmbedImage{URL: "attachment://" + fileName(f)}
	}
}

// announce writes what stands beside the embeds: the one role to be called, and the link if Discord may
// look at the page behind it. It looks at none that stand in embeds, so without the link there is no
// preview; the flag against previews would hide our own embeds too.
func (p *post) announce(m chat.Message) {
	var words []string
	if snowflake.MatchString(m.Mention) {
		words = append(words, "<@&"+m.Mention+">")
		p.AllowedMentions.Roles = []string{m.Mention}
	}
	if link, ok := webLink(m.Link); ok && m.Preview && len(link) < maxContent/2 {
		words = append(words, link)
	}
	p.Content = strings.Join(words, " ")
}

// answers makes p answer an earlier message in the same channel, if that still stands.
func (p *post) answers(id string) {
	if id == "" {
		return
	}
	fail := false
	p.Reference = &discordgo.MessageReference{MessageID: id, FailIfNotExists: &fail}
}

// snowflake is the form of an id of Discord's: a number of 64 bits.
var snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)

// An address is the id of a message that Send posted: the ids of its posts with commas between them,
// after the id of the thread and a slash if it was posted in a forum.
type address struct {
	thread string
	ids    []string
}

func (a address) String() string {
	ids := strings.Join(a.ids, ",")
	if a.thread == "" {
		return ids
	}
	return a.thread + "/" + ids
}

// parseAddress reads the text form. It reports false for anything else.
func parseAddress(s string) (a address, ok bool) {
	ids := s
	if thread, rest, found := strings.Cut(s, "/"); found {
		if !snowflake.MatchString(thread) {
			return address{}, false
		}
		a.thread, ids = thread, rest
	}
	a.ids = strings.Split(ids, ",")
	for _, id := range a.ids {
		if !snowflake.MatchString(id) {
			return address{}, false
		}
	}
	return a, true
}

// nonce makes of a key and the number of a post what Discord takes as an idempotency key: 25 letters hold
// 150 bits of their hash. The destination goes in too, because Discord looks for a nonce in all channels
// at once.
func nonce(to chat.Destination, key string, part int) string {
	sum := sha256.Sum256([]byte(to.String() + "\n" + strconv.Itoa(part) + "\n" + key))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:nonceLength]
}
