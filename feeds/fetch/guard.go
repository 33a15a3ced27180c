package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"pressalert/feeds"
)

// publicOnly is the guard of every connection: tcp, ports 80 and 443, and no address of the IANA special
// purpose registries. It holds after DNS and before the connection, so no name can be led round it.
var publicOnly = ssrf.New()

// privateSuffixes end the names of inner networks: special-use names (RFC 6761, 6762 with its appendix G,
// 8375) and .internal, which ICANN keeps for this and where clouds keep their metadata.
var privateSuffixes = []string{
	"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa",
}

// A dialFunc opens a connection to host:port.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// A guard lets connections through to public addresses, and to the allowed hosts if it has any.
type guard struct {
	resolver *net.Resolver
	// timeout bounds one dial.
	timeout time.Duration
	allow   allowList
	// instead opens the connections to allowed hosts, if it is there.
	instead dialFunc
}

func (g guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return g.open(ctx, net.Dialer{Resolver: g.resolver, Control: g.control(address)}, network, address)
}

// dialProxy opens a connection to a proxy, which may be anywhere.
func (g guard) dialProxy(ctx context.Context, network, address string) (net.Conn, error) {
	return g.open(ctx, net.Dialer{Resolver: g.resolver}, network, address)
}

func (g guard) open(ctx context.Context, d net.Dialer, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.timeout)
	defer cancel()
	if _, ok := g.allow.at(address); ok && g.instead != nil {
		return g.instead(ctx, network, address)
	}
	return d.DialContext(ctx, network, address)
}

// control returns the check of one dial: by the host that was asked for and the address it resolved to.
func (g guard) control(asked string) func(network, address string, c syscall.RawConn) error {
	exception, ok := g.allow.at(asked)
	if !ok {
		return publicOnly.Safe
	}
	return func(network, address string, c syscall.RawConn) error {
		if exception.reaches(address) {
			return nil
		}
		// A name on the list may also be public, then on the port that the list gives.
		err := publicOnly.Safe(network, address, c)
		if errors.Is(err, ssrf.ErrProhibitedPort) {
			return ssrf.New(ssrf.WithPorts(exception.port)).Safe(network, address, c)
		}
		return err
	}
}

// checkURL refuses what needs no DNS to refuse. When no proxy is used, the guard of the dial decides on
// the address that the name has; when one is used, this is all that stands before it.
func checkURL(u *url.URL, allow allowList) error {
	p := port(u)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return forbidden("the URL is not of the form http:// or https://")
	case u.Hostname() == "":
		return forbidden("the URL names no host")
	case u.User != nil:
		return forbidden("the URL holds a user name")
	case allow.holds(u.Hostname(), p):
		return nil
	case p != 80 && p != 443:
		return forbidden("only ports 80 and 443 are allowed; allow_hosts can make an exception for an own server")
	}
	return checkHost(foldHost(u.Hostname()))
}

// checkHost refuses literal addresses that are not public, other spellings of addresses, and names of
// inner networks. The host comes folded.
func checkHost(host string) error {
	if addr, err := netip.ParseAddr(host); err == nil {
		if publicOnly.SafeAddr(addr) != nil {
			return forbidden("the URL names an address that is not public; allow_hosts can make an exception for an own server")
		}
		return nil
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	inside := func(suffix string) bool { return strings.HasSuffix(host, "."+suffix) }
	switch {
	case !isASCII(host):
		return forbidden("the URL's host is not a name that DNS can hold")
	// Resolvers of systems read 0x7f.1, 0177.0.0.1 and 2130706433 as addresses. No domain of the top is
	// of digits or begins with 0x (WHATWG URL, "ends in a number").
	case strings.Trim(last, "0123456789") == "", strings.HasPrefix(last, "0x"):
		return forbidden("the URL's host is an address in a strange spelling")
	case last == host, slices.ContainsFunc(privateSuffixes, inside):
		return forbidden("the URL names a host of an inner network; allow_hosts can make an exception for an own server")
	}
	return nil
}

func forbidden(why string) *feeds.Error { return &feeds.Error{Class: feeds.Forbidden, Detail: why} }

// port returns the port of a URL, or 0 for one that cannot be.
func port(u *url.URL) uint16 {
	switch p := u.Port(); {
	case p == "" && u.Scheme == "http":
		return 80
	case p == "" && u.Scheme == "https":
		return 443
	default:
		number, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return 0
		}
		return uint16(number)
	}
}
