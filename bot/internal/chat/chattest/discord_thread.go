package chattest

import (
	"encoding/json"
	"net/http"
	"slices"
)

// Archive closes a thread to edits until it is opened again, as Discord does by itself after some days.
func (d *Discord) Archive(thread string) {
	d.change(func() { d.archived[thread] = true })
}

// editThread gives a thread that the bot started another name, and opens or archives it.
func (d *Discord) editThread(r *http.Request, body discordBody) (a discordAnswer) {
	id := r.PathValue("channel_id")
	var thread struct {
		Name     *string `json:"name"`
		Archived bool    `json:"archived"`
	}
	if err := json.Unmarshal(body.json, &thread); err != nil {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	d.change(func() {
		at := slices.IndexFunc(d.started, func(t DiscordThread) bool { return t.ID == id })
		if _, stands := d.threads[id]; at < 0 || !stands {
			a = discordError(http.StatusNotFound, 10003, "Unknown Channel")
			return
		}
		if thread.Name != nil {
			d.started[at].Name = *thread.Name
		}
		d.archived[id] = thread.Archived
		a = discordAnswer{status: http.StatusOK, body: map[string]any{"id": id, "type": 11, "name": d.started[at].Name}}
	})
	return a
}
