package chattest

import (
	"net/http"
	"strings"
	"testing"
)

func TestWebhookViolations(t *testing.T) {
	h := NewWebhook(t)
	resp, err := http.Post(h.Hook("desk"), "application/json", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("unsigned call: status = %d, want 401", resp.StatusCode)
	}
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"pressalert"}, "Idempotency-Key": {"k"}}
	for _, c := range []struct{ name, body, want string }{
		{"fine", `{"version":2,"kind":"message","key":"k","level":"high","text":"t"}`, ""},
		{"unknown field", `{"version":2,"kind":"message","key":"k","level":"high","text":"t","colour":1}`, "unknown field"},
		{"no text", `{"version":2,"kind":"message","key":"k","level":"high"}`, "text is empty"},
		{"bad level", `{"version":2,"kind":"message","key":"k","level":"urgent","text":"t"}`, "level urgent"},
		{"bad style", `{"version":2,"kind":"message","key":"k","level":"high","text":"t","paragraphs":[[{"text":"a","style":"red"}]]}`, "style red"},
		{"other key", `{"version":2,"kind":"message","key":"x","level":"high","text":"t"}`, "Idempotency-Key"},
		{"edit without id", `{"version":2,"kind":"update","level":"high","text":"t"}`, "neither"},
		{"old version", `{"version":1,"kind":"message","key":"k","level":"high","text":"t"}`, "version"},
		{"no web link", `{"version":2,"kind":"message","key":"k","level":"high","text":"t","link":"ftp://x.example"}`, "link"},
	} {
		_, broken := readWebhook(header, []byte(c.body))
		if got := strings.Join(broken, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: violations = %q, want %q", c.name, got, c.want)
		}
	}
}
