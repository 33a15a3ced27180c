package fetch

import (
	"encoding/json"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"
)

type vectors struct {
	Addresses []struct {
		Addr  string
		Block bool
	}
	URLs []struct {
		URL, Why string
		Block    bool
	}
}

func ssrfVectors(t testing.TB) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/ssrf-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil || len(v.Addresses) == 0 || len(v.URLs) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	return v
}

func TestControlVectors(t *testing.T) {
	guards := map[string]guard{"public": {}, "own": {allow: mustAllow(t, "localhost", "10.9.9.9", "own.example:8080")}}
	for name, g := range guards {
		for _, v := range ssrfVectors(t).Addresses {
			network, address := "tcp4", net.JoinHostPort(v.Addr, "443")
			if strings.Contains(v.Addr, ":") {
				network = "tcp6"
			}
			// The name that was asked for is public: what it resolves to decides.
			err := g.control("news.example:443")(network, address, nil)
			if got := err != nil; got != v.Block {
				t.Errorf("%s guard, %s: got refused %v (%v), want %v", name, v.Addr, got, err, v.Block)
			}
		}
	}
}

func mustAllow(t *testing.T, entries ...string) allowList {
	t.Helper()
	list, err := parseAllow(entries)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestControlAllowed(t *testing.T) {
	tests := []struct {
		name           string
		allow          string
		asked, address string
		want           bool
	}{
		{"name at loopback", "localhost:8080", "localhost:8080", "127.0.0.1:8080", true},
		{"name at loopback, six", "localhost:8080", "localhost:8080", "[::1]:8080", true},
		{"name in another spelling", "Localhost.:8080", "LOCALHOST:8080", "127.0.0.1:8080", true},
		{"name at another port", "localhost:8080", "localhost:80", "127.0.0.1:80", false},
		{"name without port at 443", "intranet", "intranet:443", "192.168.1.5:443", true},
		{"name without port at 8080", "intranet", "intranet:8080", "192.168.1.5:8080", false},
		{"name at cloud metadata", "intranet", "intranet:80", "169.254.169.254:80", false},
		{"name at a public address and port", "own.example:8080", "own.example:8080", "93.184.216.34:8080", true},
		{"public name at an allowed name's address", "localhost", "news.example:80", "127.0.0.1:80", false},
		{"public name at an allowed address", "127.0.0.1:8080", "news.example:8080", "127.0.0.1:8080", false},
		{"address", "10.0.0.7", "10.0.0.7:80", "10.0.0.7:80", true},
		{"address with port", "10.0.0.7:81", "10.0.0.7:81", "10.0.0.7:81", true},
		{"neighbour of an address", "10.0.0.7", "10.0.0.8:80", "10.0.0.8:80", false},
		{"block", "10.0.0.0/8", "10.1.2.3:443", "10.1.2.3:443", true},
		{"block, mapped", "10.0.0.0/8", "[::ffff:10.1.2.3]:443", "10.1.2.3:443", true},
		{"outside the block", "10.0.0.0/8", "11.1.2.3:22", "11.1.2.3:22", false},
		{"address of six", "[fd00::7]:8080", "[fd00::7]:8080", "[fd00::7]:8080", true},
		{"address of six without port", "fd00::7", "[fd00::7]:80", "[fd00::7]:80", true},
		{"address that resolves elsewhere", "10.0.0.7", "10.0.0.7:80", "10.0.0.9:80", false},
		{"metadata when the list names it", "169.254.169.254", "169.254.169.254:80", "169.254.169.254:80", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			network := "tcp4"
			if strings.HasPrefix(tt.address, "[") {
				network = "tcp6"
			}
			err := guard{allow: mustAllow(t, tt.allow)}.control(tt.asked)(network, tt.address, nil)
			if got := err == nil; got != tt.want {
				t.Errorf("got %v (%v), want %v", got, err, tt.want)
			}
		})
	}
}

func TestCheckURL(t *testing.T) {
	tests := []struct {
		name, url string
		want      bool
	}{
		{"a public name", "https://news.example/feed", true},
		{"a public name, spelled out", "http://News.Example.:80/feed", true},
		{"a name of another script", "https://новости.example/", true},
		{"a name that begins with digits", "https://1tv.example/", true},
		{"an onion service", "http://abcdefghijklmnop.onion/feed", true},
		{"a public address", "http://93.184.216.34/", true},
		{"a public address of six", "http://[2606:2800:220:1:248:1893:25c8:1946]/", true},
		{"an own name", "http://intranet:8080/", true},
		{"an own name of another script", "http://БЮРО.local/", true},
		{"an own name at another port", "http://intranet/", false},
		{"a name of one word", "http://redis/", false},
		{"a name of the link", "http://printer.local/", false},
		{"a name of a cloud", "http://metadata.google.internal/", false},
		{"a name of the machine", "http://db.LocalHost./", false},
		{"a name at home", "http://router.home.arpa/", false},
		{"a name that DNS cannot hold", "http://a\u200db.example/", false},
		{"an address without dots", "http://2130706433/", false},
		{"an address with few", "http://127.1/", false},
		{"an address in base 16", "http://0x7f.0.0.0x1/", false},
		{"an address in base 8", "http://0177.0.0.01/", false},
		{"an address of other digits", "http://①②⑦.⓪.⓪.①/", false},
		{"an address with a zone", "http://[fe80::1%25eth0]/", false},
		{"an address in an address", "http://[::ffff:93.184.216.34]/", false},
		{"nothing but a dot", "http://./", false},
	}
	allow := mustAllow(t, "intranet:8080", "бюро.local")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.Parse(tt.url)
			if err == nil {
				err = checkURL(u, allow)
			}
			if got := err == nil; got != tt.want {
				t.Errorf("got %v (%v), want %v", got, err, tt.want)
			}
		})
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, v := range ssrfVectors(f).URLs {
		f.Add(v.URL)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil || checkURL(u, nil) != nil {
			return
		}
		// What gets through leads nowhere private even if a resolver reads it as an address.
		host := foldHost(u.Hostname())
		if addr, err := netip.ParseAddr(host); err == nil && publicOnly.SafeAddr(addr) != nil || !strings.ContainsAny(host, ".:") {
			t.Errorf("%q gets through to %q", address, host)
		}
		if p := port(u); p != 80 && p != 443 {
			t.Errorf("%q gets through to port %d", address, p)
		}
	})
}

func FuzzParseAllowed(f *testing.F) {
	for _, entry := range []string{"localhost:8080", "10.0.0.0/8", "[fd00::7]:81", "fd00::7", "a b", ":1", "10.0.0.7."} {
		f.Add(entry)
	}
	f.Fuzz(func(t *testing.T, entry string) {
		a, ok := parseAllowed(entry)
		if ok && a.name == "" && !a.prefix.IsValid() {
			t.Errorf("%q gives an entry of nothing", entry)
		}
		if _, isAddress := netip.ParseAddr(a.name); ok && isAddress == nil {
			t.Errorf("%q gives an address as a name", entry)
		}
	})
}
