package chattest

import (
	"maps"
	"strconv"
)

// telegramBotID is the id of the bot's user, as getMe tells it.
const telegramBotID = 123456789

// SetStanding says what the bot is in a chat, and which of the fields of a ChatMember, such as
// can_post_messages, are true or false of it. Unless it is said it is a member, and in a channel an
// administrator who may post.
func (t *Telegram) SetStanding(channel, status string, rights map[string]bool) {
	t.SetMember(channel, telegramBotID, status)
	t.change(func() { t.rights[telegramPlace(channel, strconv.Itoa(telegramBotID))] = maps.Clone(rights) })
}

// SetPermissions says which of the fields of ChatPermissions are true or false of all members of a group.
func (t *Telegram) SetPermissions(channel string, permissions map[string]bool) {
	t.change(func() { t.rights[telegramPlace(channel, "")] = maps.Clone(permissions) })
}

// standing completes a ChatMember, and permissions a chat, with what was said of them.
func (t *Telegram) standing(channel, user string, member map[string]any) map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, may := range t.rights[telegramPlace(channel, user)] {
		member[name] = may
	}
	return member
}

func (t *Telegram) permissions(channel string, chat map[string]any) map[string]any {
	if all := t.standing(channel, "", map[string]any{}); len(all) > 0 {
		chat["permissions"] = all
	}
	return chat
}
