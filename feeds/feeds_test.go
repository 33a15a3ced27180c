package feeds

import (
	"testing"
	"time"
)

func TestCanonicalLink(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{"as it is", "https://a.example/b?c=d", "https://a.example/b?c=d"},
		{"trackers", "https://a.example/b?utm_source=x&id=7&fbclid=y&UTM_Medium=z", "https://a.example/b?id=7"},
		{"only trackers", "https://a.example/b?utm_source=x", "https://a.example/b"},
		{"order and escapes stay", "https://a.example/?z=%2F&a=1&z=2", "https://a.example/?z=%2F&a=1&z=2"},
		{"a tracker's name as a value", "https://a.example/?q=fbclid", "https://a.example/?q=fbclid"},
		{"fragment", "https://a.example/b#c", "https://a.example/b"},
		{"empty query", "https://a.example/b?", "https://a.example/b"},
		{"host's case", "https://A.Example/B", "https://a.example/B"},
		{"scheme's case", "HTTPS://a.example/b", "https://a.example/b"},
		{"default port", "https://a.example:443/b", "https://a.example/b"},
		{"default port of http", "http://a.example:80/b", "http://a.example/b"},
		{"the other's port", "http://a.example:443/b", "http://a.example:443/b"},
		{"port that ends alike", "http://a.example:8080/b", "http://a.example:8080/b"},
		{"empty port", "http://a.example:/b", "http://a.example/b"},
		{"bare host", "https://a.example", "https://a.example/"},
		{"credentials", "https://user:pass@a.example/b", "https://a.example/b"},
		{"spaces around", " https://a.example/b\n", "https://a.example/b"},
		{"six", "http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"},
		{"other scripts", "https://a.example/ក?x=ក", "https://a.example/%E1%9E%80?x=ក"},
		{"script", "javascript:alert(1)", ""},
		{"another scheme", "ftp://a.example/", ""},
		{"mail", "mailto:a@b.example", ""},
		{"no scheme", "//a.example/b", ""},
		{"relative", "/b", ""},
		{"no host", "https:///b", ""},
		{"port without host", "https://:443/b", ""},
		{"control", "https://a.example/\x00", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CanonicalLink(tt.give); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzCanonicalLink(f *testing.F) {
	for _, link := range []string{"https://a.example:443/b?utm_source=x&&c#d", "http://[::1%25a]:80/", "https://a.example:/"} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		once := CanonicalLink(link)
		if twice := CanonicalLink(once); twice != once {
			t.Errorf("got %q, and of that %q", once, twice)
		}
	})
}

func TestWhen(t *testing.T) {
	seen, published := time.Unix(2e9, 0), time.Unix(1e9, 0)
	if got := (Item{Seen: seen}).When(); !got.Equal(seen) {
		t.Errorf("got %s without a date, want when it was seen", got)
	}
	if got := (Item{Seen: seen, Published: published}).When(); !got.Equal(published) {
		t.Errorf("got %s, want when it was published", got)
	}
}
