package chattest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// discordPost calls the fake and returns the status and the body of its answer.
func discordPost(t *testing.T, d *Discord, method, path, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bot "+DiscordToken)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestDiscordViolations(t *testing.T) {
	const path = "/api/v9/channels/1/messages"
	quiet := func(rest string) string { return `{"allowed_mentions":{"parse":[]},` + rest + `}` }
	embed := func(rest string) string { return quiet(`"embeds":[{"title":"t",` + rest + `}]`) }
	long := func(n int) string { return strings.Repeat("x", n) }
	fields := func(n, size int) string {
		one := `{"name":"` + long(size) + `","value":"` + long(size) + `"}`
		return `"fields":[` + strings.Join(slices.Repeat([]string{one}, n), ",") + `]`
	}
	buttons := func(keys ...string) string {
		for i, k := range keys {
			keys[i] = `{"type":2,"label":"l",` + k + `}`
		}
		return `"content":"c","components":[{"type":1,"components":[` + strings.Join(keys, ",") + `]}]`
	}
	for _, c := range []struct{ name, method, path, body, want string }{
		{"fine", "POST", path, embed(`"url":"https://news.example/"`), ""},
		{"fine with nonce", "POST", path, quiet(`"content":"c","nonce":"` + long(25) + `","enforce_nonce":true`), ""},
		{"mentions not denied", "POST", path, `{"content":"c"}`, "allowed_mentions"},
		{"mentions null", "POST", path, `{"content":"c","allowed_mentions":{"parse":null}}`, "allowed_mentions"},
		{"users may be mentioned", "POST", path, `{"content":"c","allowed_mentions":{"parse":["users"]}}`, "allowed_mentions"},
		{"content over 2000", "POST", path, quiet(`"content":"` + long(2001) + `"`), "content has 2001"},
		{"content over 2000 in UTF-16", "POST", path, quiet(`"content":"` + strings.Repeat("😀", 1001) + `"`), "content has 2002"},
		{"nonce over 25", "POST", path, quiet(`"content":"c","nonce":"` + long(26) + `"`), "nonce"},
		{"empty", "POST", path, quiet(`"embeds":[]`), "empty message"},
		{"blank embed", "POST", path, quiet(`"embeds":[{"description":" "}]`), "without text"},
		{"unknown field", "POST", path, quiet(`"contents":"c"`), "unknown field"},
		{"unknown field of an embed", "POST", path, embed(`"link":"https://news.example/"`), "unknown field"},
		{"script as link", "POST", path, embed(`"url":"javascript:alert(1)"`), "not a web address"},
		{"title too long", "POST", path, quiet(`"embeds":[{"title":"` + long(257) + `"}]`), "title"},
		{"too many fields", "POST", path, embed(fields(26, 1)), "fields"},
		{"a field without value", "POST", path, embed(`"fields":[{"name":"n","value":""}]`), "required"},
		{"6000 over all", "POST", path, embed(fields(24, 250)), "all embeds together"},
		{"eleven embeds", "POST", path, quiet(`"embeds":[` + strings.Repeat(`{"title":"t"},`, 10) + `{"title":"t"}]`), "embeds"},
		{"colour of a wrong type", "POST", path, embed(`"color":"red"`), "color"},
		{"not JSON", "POST", path, `{`, "POST"},
		{"channel that is no number", "POST", "/api/v9/channels/general/messages", quiet(`"content":"c"`), "channel_id"},
		{"a role that is called", "POST", path, `{"content":"<@&7> c","allowed_mentions":{"parse":[],"roles":["7"]}}`, ""},
		{"a role that the text does not call", "POST", path, `{"content":"c","allowed_mentions":{"parse":[],"roles":["7"]}}`, "allowed_mentions"},
		{"two roles", "POST", path, `{"content":"<@&7> <@&8>","allowed_mentions":{"parse":[],"roles":["7","8"]}}`, "allowed_mentions"},
		{"fine with buttons", "POST", path, quiet(buttons(`"style":2,"custom_id":"a"`, `"style":5,"url":"https://news.example/"`)), ""},
		{"two buttons of one id", "POST", path, quiet(buttons(`"style":2,"custom_id":"a"`, `"style":2,"custom_id":"a"`)), "id of its own"},
		{"a button without id", "POST", path, quiet(buttons(`"style":2`)), "id of its own"},
		{"a button with too long an id", "POST", path, quiet(buttons(`"style":2,"custom_id":"` + long(101) + `"`)), "custom_id"},
		{"a button to a script", "POST", path, quiet(buttons(`"style":5,"url":"javascript:alert(1)"`)), "no web address"},
		{"six buttons in a row", "POST", path, quiet(buttons(slices.Repeat([]string{`"style":5,"url":"https://news.example/"`}, 6)...)), "components"},
		{"a reply that may fail", "POST", path, quiet(`"content":"c","message_reference":{"message_id":"1"}`), "reply that fails"},
		{"a file that did not come", "POST", path, quiet(`"content":"c","attachments":[{"id":"0","filename":"a.png"}]`), "0 files came"},
		{"a picture from elsewhere", "POST", path, embed(`"image":{"url":"https://track.example/a.png"}`), "picture"},
		{"a thread without a name", "POST", "/api/v9/channels/1/threads", `{"message":` + quiet(`"content":"c"`) + `}`, "name"},
		{"a thread with a long name", "POST", "/api/v9/channels/1/threads", `{"name":"` + strings.Repeat("😀", 51) + `","message":` + quiet(`"content":"c"`) + `}`, "102 characters"},
		{"a query", "POST", path + "?wait=true", quiet(`"content":"c"`), "query"},
		{"unknown call", "DELETE", path, `{}`, "not a call"},
		{"callback without type", "POST", "/api/v9/interactions/1/token/callback", `{}`, "callback"},
		{"command with a bad name", "PUT", "/api/v9/applications/" + discordApp + "/commands", `[{"name":"A B","description":"d"}]`, "name"},
		{"command without description", "PUT", "/api/v9/applications/" + discordApp + "/commands", `[{"name":"a","description":"` + long(101) + `"}]`, "description"},
		{"command in no locale", "PUT", "/api/v9/applications/" + discordApp + "/commands", `[{"name":"a","description":"d","description_localizations":{"km":"d"}}]`, `locale "km" is none`},
		{"option in no locale", "PUT", "/api/v9/applications/" + discordApp + "/commands", `[{"name":"a","description":"d","options":[
			{"type":3,"name":"b","description":"d","description_localizations":{"es":"d"}}]}]`, `locale "es" of option b is none`},
		{"command long in one locale", "PUT", "/api/v9/applications/" + discordApp + "/commands", `[{"name":"a","description":"d","description_localizations":{"th":"` + long(101) + `"}}]`, "description_localizations"},
		{"required option last", "PUT", "/api/v9/applications/" + discordApp + "/commands", `[{"name":"a","description":"d","options":[
			{"type":3,"name":"b","description":"d"},{"type":3,"name":"c","description":"d","required":true}]}]`, "required option"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDiscord(t)
			status, body := discordPost(t, d, c.method, c.path, c.body)
			broken := strings.Join(d.Violations(), "\n")
			if c.want == "" && (broken != "" || status != http.StatusOK || len(d.Posts()) != 1) {
				t.Errorf("status = %d, violations = %q, want none and a post: %s", status, broken, body)
			}
			if c.want != "" && (!strings.Contains(broken, c.want) || status < 400 || len(d.Posts()) != 0) {
				t.Errorf("status = %d, violations = %q, want a refusal with %q", status, broken, c.want)
			}
		})
	}
}

func TestDiscordNonce(t *testing.T) {
	d := NewDiscord(t)
	const path = "/api/v9/channels/1/messages"
	for _, c := range []struct {
		name, nonce string
		posts       int
	}{
		{"first", `"nonce":"a","enforce_nonce":true`, 1},
		{"same", `"nonce":"a","enforce_nonce":true`, 1},
		{"same, not enforced", `"nonce":"a"`, 2},
		{"other", `"nonce":"b","enforce_nonce":true`, 3},
	} {
		discordPost(t, d, "POST", path, `{"content":"c","allowed_mentions":{"parse":[]},`+c.nonce+`}`)
		if got := len(d.Posts()); got != c.posts {
			t.Errorf("%s: posts = %d, want %d", c.name, got, c.posts)
		}
	}
}

func TestDiscordFaultOfOneChannel(t *testing.T) {
	d := NewDiscord(t)
	d.FailChannel("2", Fault{Kind: TooMany, Wait: 3 * time.Second})
	d.Fail(Fault{Kind: Gone})
	const body = `{"content":"c","allowed_mentions":{"parse":[]}}`
	for i, c := range []struct {
		channel string
		want    int
	}{{"1", 403}, {"1", 200}, {"2", 429}, {"2", 200}} {
		if got, answer := discordPost(t, d, "POST", "/api/v9/channels/"+c.channel+"/messages", body); got != c.want {
			t.Errorf("call %d: status = %d, want %d: %s", i, got, c.want, answer)
		}
	}
}

func TestDiscordLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, transport := DiscordInBubble()
		d.Limit(2, time.Minute, 4)
		for i, c := range []struct {
			channel string
			after   time.Duration
			want    int
		}{
			{"1", 0, 200}, {"1", 0, 200}, {"1", 0, 429}, {"2", 0, 200}, {"3", 0, 429},
			{"3", time.Second, 200}, {"1", 0, 429}, {"1", time.Minute, 200},
		} {
			time.Sleep(c.after)
			body := strings.NewReader(`{"content":"c","allowed_mentions":{"parse":[]}}`)
			r := httptest.NewRequestWithContext(t.Context(), "POST", "http://discord.example/api/v9/channels/"+c.channel+"/messages", body)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bot "+DiscordToken)
			resp, err := transport.RoundTrip(r)
			if err != nil || resp.StatusCode != c.want {
				t.Errorf("call %d: %+v, %v, want status %d", i, resp, err, c.want)
			}
		}
		if got := d.Refused(); got != 3 {
			t.Errorf("refused = %d, want 3", got)
		}
	})
}

func TestReadDiscordMarkdown(t *testing.T) {
	for _, c := range []struct{ name, in, want, links string }{
		{"plain", "a, b. 12:30 c@d 2*3", "a, b. 12:30 c@d 2*3", ""},
		{"escapes", `\*a\* \\ \_ \n`, `*a* \ _ \n`, ""},
		{"styles", "**a** *b* _c_ __d__ ~~e~~ ||f||", "a b c d e f", ""},
		{"nested styles", "**a *b* c**", "a b c", ""},
		{"escaped end", `**a\** b**`, "a** b", ""},
		{"no style", "2 * a* snake_case_name ** a", "2 * a* snake_case_name ** a", ""},
		{"code", "`*a*` ``b`c``", "*a* b`c", ""},
		{"masked link", "[a](https://x.example/1) b", "a b", "https://x.example/1"},
		{"link in angles", "<https://x.example/1>", "https://x.example/1", "https://x.example/1"},
		{"bare link", "see https://x.example/1.", "see https://x.example/1.", "https://x.example/1"},
		{"no link", `https\://x.example`, "https://x.example", ""},
		{"mentions", "<@1> <@&2> <#3> @everyone @here", "«mention» «mention» «mention» «mention» «mention»", ""},
		{"emoji", ":skull: <:a:1> <t:0:R>", "«emoji» «emoji» «time»", ""},
		{"line marks", "# a\n- b\n> c\n1. d\n-# e\n#f", "a\nb\nc\nd\ne\n#f", ""},
	} {
		got, links := ReadDiscordMarkdown(c.in)
		if got != c.want || strings.Join(links, " ") != c.links {
			t.Errorf("%s: ReadDiscordMarkdown(%q) = %q, %q, want %q, %q", c.name, c.in, got, links, c.want, c.links)
		}
	}
}

func FuzzReadDiscordMarkdown(f *testing.F) {
	f.Add("**a *b* `c` [d](https://x.example) <@1> \\* :e: \n# f")
	f.Add("***__~~||``` \\")
	f.Fuzz(func(t *testing.T, s string) {
		text, _ := ReadDiscordMarkdown(s)
		if len(text) > 4*len(s) {
			t.Errorf("%d bytes show as %d", len(s), len(text))
		}
	})
}
