package fetch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pressalert/feeds"
)

// An authority vouches for the servers of a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, organisation string) authority {
	t.Helper()
	a := authority{key: newKey(t)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{organisation}, CommonName: "Root"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.cert = sign(t, template, template, a.key, a.key)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, c, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// vouch returns the settings of a server for a host, with a certificate good from from to to.
func (a authority) vouch(t *testing.T, host string, from, to time.Time) *tls.Config {
	t.Helper()
	key := newKey(t)
	cert := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{host}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.cert, key, a.key)
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}},
		NextProtos:   []string{"h2", "http/1.1"},
	}
}

// serveTLS serves over TLS what handler answers.
func (w *wire) serveTLS(t *testing.T, address string, config *tls.Config, handler http.HandlerFunc) {
	t.Helper()
	server := &http.Server{ErrorLog: quiet(), Handler: handler}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(tls.NewListener(l, config))
	t.Cleanup(func() { server.Close() })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.loopback[address] = l.Addr().String()
}

// trust makes all clients of f believe the authority.
func trust(f *Fetcher, a authority) {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	clients := []http.Client{f.own, f.public}
	for _, c := range f.proxies {
		clients = append(clients, c)
	}
	for _, c := range clients {
		c.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
	}
}

func TestFetchTLS(t *testing.T) {
	known, unknown := newAuthority(t, "Sample Trust"), newAuthority(t, "Nobody Known")
	past, now, soon := time.Now().Add(-48*time.Hour), time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	old := tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.Certificates = known.vouch(t, "news.example", now, soon).Certificates
	tests := []struct {
		name   string
		config *tls.Config
		want   string // part of the detail, "" for the feed
	}{
		{"good", known.vouch(t, "news.example", now, soon), ""},
		{"expired", known.vouch(t, "news.example", past, now), "expired or not yet valid (good from " + past.UTC().Format(time.DateOnly)},
		{"not yet valid", known.vouch(t, "news.example", soon, soon), "expired or not yet valid"},
		{"of another host", known.vouch(t, "other.example", now, soon), "is of another host, not of news.example"},
		{"from an unknown issuer", unknown.vouch(t, "news.example", now, soon), "from an unknown issuer (Nobody Known)"},
		{"too old", &old, "no secure connection came about"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWire()
			w.serveTLS(t, "news.example:443", tt.config, giveItem)
			f := w.fetcher(t, Options{})
			trust(f, known)
			got, err := f.Fetch(t.Context(), ask(sample("https://news.example/"), feeds.Validators{}))
			if tt.want == "" {
				if err != nil || got.Issuer != "Sample Trust" {
					t.Errorf("got %+v, %v, want the feed and its issuer", got, err)
				}
				return
			}
			if e := failure(t, err); e.Class != feeds.TLS || !strings.Contains(e.Detail, tt.want) {
				t.Errorf("got %v, want %q", e, tt.want)
			}
		})
	}
}

func TestFetchMixed(t *testing.T) {
	w := newWire()
	w.serve(t, "plain.example:443", giveItem)
	w.serveTLS(t, "secure.example:80", newAuthority(t, "Sample Trust").vouch(t, "secure.example", time.Now(), time.Now().Add(time.Hour)), giveItem)
	f := w.fetcher(t, Options{})
	_, err := f.Fetch(t.Context(), ask(sample("https://plain.example/"), feeds.Validators{}))
	if e := failure(t, err); e.Class != feeds.TLS || !strings.Contains(e.Detail, "speaks no TLS") {
		t.Errorf("https to a server of http: got %v, want class tls", e)
	}
	_, err = f.Fetch(t.Context(), ask(sample("http://secure.example:80/"), feeds.Validators{}))
	if e := failure(t, err); e.Class == feeds.TLS {
		t.Errorf("http to a server of https: got %v, want another class than tls", e)
	}
}
