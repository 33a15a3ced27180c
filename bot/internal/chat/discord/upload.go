package discord

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"path"
	"strings"

	"pressalert/bot/internal/chat"
)

// An attachment describes a file that goes with a message.
type attachment struct {
	ID          string `json:"id"` // the number of its part
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
}

const (
	// maxFileDescription is the longest words that say what a file shows (resources/message, Attachment).
	maxFileDescription = 1024
	// maxFileName is the longest name that we give a file, in bytes. Discord takes more, people do not.
	maxFileName = 100
)

// attach describes the file of a message, without a name if there is none.
func attach(f *chat.File) []attachment {
	if f == nil {
		return []attachment{} // an edit takes the files away that are not named
	}
	return []attachment{{ID: "0", Filename: fileName(f), Description: fitted(maxFileDescription, plainly(oneLine(f.Alt)))}}
}

// isPicture reports whether a file can be shown as a picture.
func isPicture(f *chat.File) bool {
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return true
	}
	return false
}

// fileName returns the name of f in letters that can stand in an attachment:// address, which is all that
// Discord leaves of it anyway.
func fileName(f *chat.File) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}, path.Base(strings.ReplaceAll(f.Name, `\`, "/")))
	name = strings.TrimLeft(name, "._")
	if len(name) > maxFileName {
		name = name[len(name)-maxFileName:]
	}
	if name == "" {
		return "file"
	}
	return name
}

// multipartBody writes a payload and a file as multipart/form-data (reference, Uploading Files).
func multipartBody(payload []byte, f *chat.File) (kind string, body []byte, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	header := textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="payload_json"`}, "Content-Type": {"application/json"},
	}
	part, err := form.CreatePart(header)
	if err == nil {
		_, err = part.Write(payload)
	}
	if err != nil {
		return "", nil, fmt.Errorf("write payload: %w", err)
	}
	if part, err = form.CreateFormFile("files[0]", fileName(f)); err == nil {
		_, err = part.Write(f.Data)
	}
	if err != nil {
		return "", nil, fmt.Errorf("write file: %w", err)
	}
	if err := form.Close(); err != nil {
		return "", nil, fmt.Errorf("write file: %w", err)
	}
	return form.FormDataContentType(), b.Bytes(), nil
}
