package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"pressalert/feeds"
)

// classify finds the class of what the network said, and words for it. ctx is that of the fetch, which
// knows why it was ended.
func classify(ctx context.Context, err error) *feeds.Error {
	if known, ok := errors.AsType[*feeds.Error](err); ok {
		return known
	}
	if reason, ok := errors.AsType[*feeds.Error](context.Cause(ctx)); ok {
		reason.Cause = err
		return reason
	}
	class, why := explain(err)
	return &feeds.Error{Class: class, Detail: why, Cause: err}
}

func explain(err error) (feeds.Class, string) {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == opProxy {
		return feeds.Unreachable, "the proxy cannot be reached, or cannot reach the server; see that it runs: " + op.Err.Error()
	}
	if errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) ||
		errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, ssrf.ErrInvalidHostPort) {
		return feeds.Forbidden, "the host's name leads to an address that is not public: a block by DNS, a mistake, or an attack; allow_hosts can make an exception for an own server"
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return feeds.DNS, dnsDetail(dns)
	}
	if why := tlsDetail(err); why != "" {
		return feeds.TLS, why
	}
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return feeds.Timeout, "no connection in time; the server is down, or somebody drops what we send: tried again later, a proxy may help"
	}
	return feeds.Unreachable, brokenDetail(err)
}

func dnsDetail(err *net.DNSError) string {
	if err.IsNotFound {
		return fmt.Sprintf("the name %s has no address: the outlet moved or lost it, or a resolver hides it; look it up from another network", err.Name)
	}
	return fmt.Sprintf("no answer about the name %s: the resolver or the outlet's name servers have trouble; tried again later", err.Name)
}

// tlsDetail says what is wrong with a secure connection, or "" if it is nothing of that kind.
func tlsDetail(err error) string {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		const day = time.DateOnly
		return fmt.Sprintf("the certificate is expired or not yet valid (good from %s to %s): the outlet has to renew it, or this machine's clock is wrong",
			invalid.Cert.NotBefore.Format(day), invalid.Cert.NotAfter.Format(day))
	}
	if host, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("the certificate is of another host, not of %s: the outlet moved, or somebody stands between; ask the outlet", host.Host)
	}
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return fmt.Sprintf("the certificate is from an unknown issuer%s: made by the outlet itself, sent without its chain, or somebody stands between; ask the outlet",
			quoted(issuer(unknown.Cert)))
	}
	if verification, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate proves nothing; ask the outlet: " + verification.Err.Error()
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "the server speaks no TLS at this port, or somebody answers in its place: try the feed's http address in a browser"
	}
	// That is how package tls wraps the alerts of either side.
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		return "no secure connection came about: the server is set up badly or too old; tried again later: " + op.Err.Error()
	}
	return ""
}

func quoted(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// issuer names who vouches for a certificate.
func issuer(c *x509.Certificate) string {
	if c == nil {
		return ""
	}
	if len(c.Issuer.Organization) > 0 {
		return strings.Join(c.Issuer.Organization, ", ")
	}
	return c.Issuer.CommonName
}

// brokenDetail says how a connection broke.
func brokenDetail(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the server takes no connections: it is down or moved; tried again later"
	case errors.Is(err, syscall.ECONNRESET):
		return "the connection was cut: the server has trouble, or a filter on the way cuts it; tried again later, a proxy may help"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to the server's network: this machine is off line, or the server is; tried again later"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer ended before its end: the server or something on the way broke it off; tried again later"
	}
	return "the server cannot be read; tried again later: " + withoutURL(err).Error()
}

// withoutURL drops the URL that package http puts around the cause.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
