package chattest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// maxDiscordBody bounds a request's body in bytes: somewhat more than the largest file that a bot may send
// ("The default limit is 10 MiB", reference, Uploading Files).
const maxDiscordBody = 11 << 20

// discordAnswer is an answer of the REST API, not yet written.
type discordAnswer struct {
	status int
	header http.Header
	body   any // marshalled to JSON, nil for no body
}

func discordError(status, code int, message string) discordAnswer {
	return discordAnswer{status: status, body: map[string]any{"message": message, "code": code}}
}

// write sends the answer.
func (a discordAnswer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	json.NewEncoder(w).Encode(a.body)
}

// cut sends the head and half of the body, then closes the connection.
func (a discordAnswer) cut(w http.ResponseWriter) {
	body, err := json.Marshal(a.body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	w.Write(body[:len(body)/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// handler routes the calls. Those about interactions carry their own secret in the address and need no token.
func (d *Discord) handler() http.Handler {
	mux := http.NewServeMux()
	open := func(pattern string, answer func(*http.Request, discordBody) discordAnswer) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/{version}"+path, func(w http.ResponseWriter, r *http.Request) {
			if body, ok := d.admit(w, r); ok {
				answer(r, body).write(w)
			}
		})
	}
	closed := func(pattern string, answer func(*http.Request, discordBody) discordAnswer) {
		open(pattern, func(r *http.Request, body discordBody) discordAnswer {
			if r.Header.Get("Authorization") != "Bot "+d.token {
				return discordError(http.StatusUnauthorized, 0, "401: Unauthorized")
			}
			return answer(r, body)
		})
	}
	closed("GET /gateway/bot", d.gatewayURL)
	closed("PUT /applications/{application_id}/commands", d.putCommands)
	open("POST /interactions/{interaction_id}/{interaction_token}/callback", d.callback)
	open("PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original", d.editOriginal)
	open("DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original", d.deleteOriginal)
	open("POST /webhooks/{webhook_id}/{webhook_token}", d.followUp)
	closed("GET /channels/{channel_id}", d.getChannel)
	closed("PATCH /channels/{channel_id}", d.editThread)
	closed("GET /guilds/{guild_id}", d.getGuild)
	closed("GET /guilds/{guild_id}/members/{user_id}", d.getMember)
	closed("GET /users/@me", d.getMe)
	closed("POST /channels/{channel_id}/messages/{message_id}/crosspost", d.crosspost)
	closed("PUT /channels/{channel_id}/messages/pins/{message_id}", d.pinMessage)
	closed("DELETE /channels/{channel_id}/messages/pins/{message_id}", d.unpinMessage)
	mux.HandleFunc("POST /api/{version}/channels/{channel_id}/threads", d.deliver(d.startThread))
	mux.HandleFunc("POST /api/{version}/channels/{channel_id}/messages", d.deliver(d.createMessage))
	mux.HandleFunc("PATCH /api/{version}/channels/{channel_id}/messages/{message_id}", d.deliver(d.editMessage))
	mux.HandleFunc("GET /ws/", d.serveGateway)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		d.violate(r.Method + " " + r.URL.Path + ": not a call that this fake knows")
		discordError(http.StatusNotFound, 0, "404: Not Found").write(w)
	})
	return mux
}

// admit reads a call's body and holds the call against the spec. What breaks it is refused, as Discord would.
func (d *Discord) admit(w http.ResponseWriter, r *http.Request) (body discordBody, ok bool) {
	body, err := readDiscordBody(w, r)
	if err != nil {
		d.violate(r.Method + " " + r.URL.Path + ": unreadable body: " + err.Error())
		discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.").write(w)
		return body, false
	}
	broken := checkDiscord(r, body)
	d.violate(broken...)
	if len(broken) > 0 {
		discordAnswer{status: http.StatusBadRequest, body: map[string]any{
			"message": "Invalid Form Body", "code": 50035, "errors": map[string]any{"_errors": broken},
		}}.write(w)
		return body, false
	}
	return body, true
}

// deliver does a post or an edit, unless a fault is due.
func (d *Discord) deliver(do func(*http.Request, discordBody) discordAnswer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fault, failing := d.takeFault(r.PathValue("channel_id"))
		if refusal, ok := d.limit(w.Header(), r); !ok {
			refusal.write(w)
			return
		}
		body, ok := d.admit(w, r)
		if !ok {
			return
		}
		if r.Header.Get("Authorization") != "Bot "+d.token {
			discordError(http.StatusUnauthorized, 0, "401: Unauthorized").write(w)
			return
		}
		act := func() discordAnswer { return do(r, body) }
		if !failing {
			act().write(w)
			return
		}
		failDiscord(w, fault, act)
	}
}

// failDiscord answers with a fault; act does what was asked.
func failDiscord(w http.ResponseWriter, f Fault, act func() discordAnswer) {
	switch f.Kind {
	case TooMany, TooManyEverywhere:
		discordTooMany(f).write(w)
	case Gone:
		discordError(http.StatusForbidden, 50001, "Missing Access").write(w)
	case Rejected:
		discordAnswer{status: http.StatusBadRequest, body: map[string]any{
			"message": "Invalid Form Body", "code": 50035,
			"errors": map[string]any{"embeds": map[string]any{"0": map[string]any{"description": map[string]any{
				"_errors": []any{map[string]any{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 4096 or fewer in length."}},
			}}}},
		}}.write(w)
	case BadToken:
		discordError(http.StatusUnauthorized, 0, "401: Unauthorized").write(w)
	case Broken:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>")
	case LostAnswer:
		act()
		panic(http.ErrAbortHandler)
	case CutAnswer:
		act().cut(w)
	default:
		panic(fmt.Sprintf("chattest: fault kind %d", f.Kind))
	}
}

// discordTooMany is a 429 with all its headers. Discord's waits have fractions: this one lacks a third of
// a second to the whole seconds of the fault.
func discordTooMany(f Fault) discordAnswer {
	seconds := max(f.Wait.Seconds()-1.0/3, 0.001)
	a := discordAnswer{status: http.StatusTooManyRequests, header: make(http.Header)}
	a.header.Set("Retry-After", strconv.Itoa(int(f.Wait.Seconds())))
	a.header.Set("X-RateLimit-Limit", "5")
	a.header.Set("X-RateLimit-Remaining", "0")
	a.header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(seconds, 'f', 3, 64))
	a.header.Set("X-RateLimit-Scope", "user")
	everywhere := f.Kind == TooManyEverywhere
	if everywhere {
		a.header.Set("X-RateLimit-Scope", "global")
		a.header.Set("X-RateLimit-Global", "true")
	}
	a.body = map[string]any{"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
	return a
}
