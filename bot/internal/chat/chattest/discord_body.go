package chattest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"pressalert/bot/internal/chat"
)

// A discordBody is the body of a call: JSON, and the files that go with it.
type discordBody struct {
	kind  string // the media type
	json  []byte
	files []chat.File
}

// readDiscordBody reads a call's body whole.
func readDiscordBody(w http.ResponseWriter, r *http.Request) (body discordBody, err error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return body, err
	}
	body.kind = kind
	limited := http.MaxBytesReader(w, r.Body, maxDiscordBody)
	if kind != "multipart/form-data" {
		body.json, err = io.ReadAll(limited)
		return body, err
	}
	form := multipart.NewReader(limited, params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil {
			return body, err
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return body, err
		case part.FormName() == "payload_json":
			body.json = data
		case part.FormName() == fmt.Sprintf("files[%d]", len(body.files)):
			body.files = append(body.files, chat.File{Name: part.FileName(), Data: data})
		default:
			return body, fmt.Errorf("part %q", part.FormName())
		}
	}
}

// message reads the message of a call that was found to hold one.
func (b discordBody) message() discordMessage {
	var m struct {
		discordMessage
		Message *discordMessage `json:"message"` // of a new thread
	}
	if err := json.Unmarshal(b.json, &m); err != nil {
		panic(err) // admit has read it
	}
	if m.Message != nil {
		return *m.Message
	}
	return m.discordMessage
}

// checkFiles returns what is wrong between the files of a call and the message that goes with them.
func (b discordBody) checkFiles(m discordMessage) []string {
	var broken []string
	if len(m.Attachments) != len(b.files) {
		broken = append(broken, fmt.Sprintf("%d attachments are described, %d files came", len(m.Attachments), len(b.files)))
	}
	for i, a := range m.Attachments {
		if a.ID != strconv.Itoa(i) || i < len(b.files) && a.Filename != b.files[i].Name {
			broken = append(broken, fmt.Sprintf("attachment %s %q is not file %d", a.ID, a.Filename, i))
		}
	}
	for _, e := range m.Embeds {
		if e.Image == nil {
			continue
		}
		name, ok := strings.CutPrefix(e.Image.URL, "attachment://")
		if !ok || len(b.files) == 0 || b.files[0].Name != name {
			broken = append(broken, "the picture of an embed is "+e.Image.URL)
		}
	}
	return broken
}
