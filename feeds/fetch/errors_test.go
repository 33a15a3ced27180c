package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"code.dny.dev/ssrf"

	"pressalert/feeds"
)

func TestExplain(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := []struct {
		name   string
		err    error
		class  feeds.Class
		detail string
	}{
		{"no such name", &net.DNSError{Name: "a.example", IsNotFound: true}, feeds.DNS, "the name a.example has no address"},
		{"no answer about a name", &net.DNSError{Name: "a.example", IsTimeout: true}, feeds.DNS, "no answer about the name a.example"},
		{"an inner address", dial(ssrf.ErrProhibitedIP), feeds.Forbidden, "leads to an address that is not public"},
		{"an inner port", dial(ssrf.ErrProhibitedPort), feeds.Forbidden, "leads to an address that is not public"},
		{"nobody listens", dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), feeds.Unreachable, "takes no connections"},
		{"cut", dial(os.NewSyscallError("read", syscall.ECONNRESET)), feeds.Unreachable, "the connection was cut"},
		{"no way", dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), feeds.Unreachable, "there is no way"},
		{"broken off", io.ErrUnexpectedEOF, feeds.Unreachable, "ended before its end"},
		{"no connection in time", dial(os.ErrDeadlineExceeded), feeds.Timeout, "no connection in time"},
		{"no proxy", &net.OpError{Op: opProxy, Err: &net.DNSError{Name: "a.example", IsNotFound: true}}, feeds.Unreachable, "the proxy cannot be reached"},
		{"a bad certificate of another kind", &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Cert: new(x509.Certificate), Reason: x509.NotAuthorizedToSign}}, feeds.TLS, "the certificate proves nothing"},
		{"an unknown issuer without a name", x509.UnknownAuthorityError{}, feeds.TLS, "from an unknown issuer: made by"},
		{"something else", errors.New("malformed HTTP status code"), feeds.Unreachable, "the server cannot be read; tried again later: malformed HTTP status code"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wrapped := &url.Error{Op: "Get", URL: "http://a.example/?canary", Err: tt.err}
			got := classify(t.Context(), wrapped)
			if got.Class != tt.class || !strings.Contains(got.Detail, tt.detail) || strings.Contains(got.Detail, "canary") {
				t.Errorf("got %s: %s, want %s: %s", got.Class, got.Detail, tt.class, tt.detail)
			}
			if !errors.Is(got, wrapped) {
				t.Errorf("got cause %v, want what was said", got.Cause)
			}
		})
	}
}

// TestClassify: the reason why the fetch was ended comes before what the network says of it, and after
// what is known already.
func TestClassify(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&feeds.Error{Class: feeds.Timeout, Detail: "too slow"})
	if got := classify(ctx, io.ErrClosedPipe); got.Detail != "too slow" || !errors.Is(got, io.ErrClosedPipe) {
		t.Errorf("got %v, want the reason", got)
	}
	known := &feeds.Error{Class: feeds.TooLarge}
	if got := classify(ctx, fmt.Errorf("read: %w", known)); got != known {
		t.Errorf("got %v, want what is known", got)
	}
}
