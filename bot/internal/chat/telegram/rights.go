package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

var _ chat.Inspector = (*Platform)(nil)

// permissions are those of ChatPermissions, ChatMemberRestricted and ChatMemberAdministrator that matter here.
// What an older group does not say is allowed.
type permissions struct {
	Messages  *bool `json:"can_send_messages"`
	Photos    *bool `json:"can_send_photos"`
	Documents *bool `json:"can_send_documents"`
	Pin       *bool `json:"can_pin_messages"`
	// Post and Edit are those of administrators of a channel; editing there is pinning too.
	Post *bool `json:"can_post_messages"`
	Edit *bool `json:"can_edit_messages"`
}

// A standing is what the bot is in a chat.
type standing struct {
	// kind is Chat.type, and status ChatMember.status.
	kind, status string
	// own are the bot's, and all those of every member.
	own, all permissions
}

// Missing asks Telegram what the bot is in a chat and what it may do there. Whether a topic is closed
// Telegram does not tell.
func (p *Platform) Missing(ctx context.Context, to chat.Destination) ([]chat.Right, error) {
	is, err := p.standing(ctx, to)
	switch {
	case errors.Is(err, chat.ErrGone):
		return []chat.Right{chat.RightSee}, nil
	case err != nil, is.kind == "private":
		return nil, err
	}
	return is.missing(), nil
}

func (p *Platform) standing(ctx context.Context, to chat.Destination) (standing, error) {
	var place struct {
		ID          int64       `json:"id"`
		Type        string      `json:"type"`
		Permissions permissions `json:"permissions"`
	}
	err := p.read(ctx, &place, "getChat", tgbotapi.Params{"chat_id": to.Channel})
	if err != nil || place.Type == "private" {
		return standing{kind: place.Type}, err
	}
	var me struct {
		ID int64 `json:"id"`
	}
	if err := p.read(ctx, &me, "getMe", nil); err != nil {
		return standing{}, err
	}
	var member struct {
		Status string `json:"status"`
		permissions
	}
	err = p.read(ctx, &member, "getChatMember", tgbotapi.Params{
		"chat_id": strconv.FormatInt(place.ID, 10), "user_id": strconv.FormatInt(me.ID, 10),
	})
	return standing{place.Type, member.Status, member.permissions, place.Permissions}, err
}

// read makes a call that only asks, and decodes its result.
func (p *Platform) read(ctx context.Context, v any, method string, params tgbotapi.Params) error {
	if err := p.pace.call(ctx); err != nil {
		return fmt.Errorf("%s: wait for a turn: %w", method, err)
	}
	got, err := p.call(ctx, callTimeout, method, params)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(got.result, v); err != nil {
		return fmt.Errorf("%s: result: %w", method, err)
	}
	return nil
}

// missing are the rights that the bot lacks.
func (s standing) missing() []chat.Right {
	switch {
	case s.status == "left", s.status == "kicked":
		return []chat.Right{chat.RightSee}
	case s.status == "creator":
		return nil
	case s.kind == "channel" && s.status != "administrator":
		return []chat.Right{chat.RightPost}
	case s.kind == "channel":
		return lacking(map[chat.Right]bool{chat.RightPost: granted(s.own.Post), chat.RightPin: granted(s.own.Edit)})
	case s.status == "administrator":
		// Whoever administers a group may post whatever its members may not.
		return lacking(map[chat.Right]bool{chat.RightPin: granted(s.own.Pin)})
	}
	may := s.all
	if s.status == "restricted" {
		may = s.own
	}
	return lacking(map[chat.Right]bool{
		chat.RightPost: untaken(may.Messages), chat.RightFile: untaken(may.Photos) && untaken(may.Documents), chat.RightPin: untaken(may.Pin),
	})
}

// lacking are the rights that are false, in the order of their weight.
func lacking(rights map[chat.Right]bool) []chat.Right {
	var list []chat.Right
	for _, r := range []chat.Right{chat.RightPost, chat.RightFile, chat.RightPin} {
		if may, asked := rights[r]; asked && !may {
			list = append(list, r)
		}
	}
	return list
}

// granted reports what must be given to an administrator, and untaken what all have unless it is taken.
func granted(may *bool) bool { return may != nil && *may }
func untaken(may *bool) bool { return may == nil || *may }
