package telegram

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"path"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"pressalert/bot/internal/chat"
)

// maxPhoto is the largest picture that Telegram takes as a photo, in bytes: "10 MB max size for photos,
// 50 MB for other files" (core.telegram.org/bots/api, Sending Files). A larger one goes as a document.
const maxPhoto = 10 << 20

// isPhoto reports whether a file can be posted as a picture that everybody sees at once.
func isPhoto(f *chat.File) bool {
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".png", ".jpg", ".jpeg":
		return len(f.Data) <= maxPhoto
	}
	return false
}

// An upload is a file in the field of a call that takes it.
type upload struct {
	field string
	file  *chat.File
}

// encode writes a call as multipart/form-data.
func (u upload) encode(params tgbotapi.Params) (contentType string, body []byte, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range params {
		if err := form.WriteField(name, value); err != nil {
			return "", nil, fmt.Errorf("write field %s: %w", name, err)
		}
	}
	part, err := form.CreateFormFile(u.field, fileName(u.file.Name))
	if err != nil {
		return "", nil, fmt.Errorf("write file: %w", err)
	}
	if _, err := part.Write(u.file.Data); err != nil {
		return "", nil, fmt.Errorf("write file: %w", err)
	}
	if err := form.Close(); err != nil {
		return "", nil, fmt.Errorf("write file: %w", err)
	}
	return form.FormDataContentType(), b.Bytes(), nil
}

// fileName returns name without a path and without what a header cannot hold.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(oneLine(name), `\`, "/"))
	if name == "." || name == "/" {
		return "file"
	}
	return name
}
