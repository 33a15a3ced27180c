package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// publicOnly is the guard of every connection: tcp, ports 80 and 443, and no address of the IANA special
// purpose registries. It holds after DNS and before the connection, so no name can be led round it.
var publicOnly = ssrf.New()

// ownNetworks are the private networks that a name on the allow-list may resolve to. Others, such as the
// link-local block where clouds keep their metadata, are reached only if the list names the address.
var ownNetworks = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("100.64.0.0/10"), // overlay networks such as Tailscale
}

// An allowed is one entry of the allow-list: a name or a block of addresses, and its port or 0.
type allowed struct {
	name   string
	prefix netip.Prefix
	port   uint16
}

type allowList []allowed

// parseAllow reads entries of the forms that Options.AllowHosts describes.
func parseAllow(entries []string) (allowList, error) {
	var list allowList
	for _, entry := range entries {
		a, ok := parseAllowed(entry)
		if !ok {
			return nil, fmt.Errorf("allowed host %q is not a host, host:port, address, address:port or block such as 10.0.0.0/8", entry)
		}
		list = append(list, a)
	}
	return list, nil
}

func parseAllowed(entry string) (allowed, bool) {
	if prefix, err := netip.ParsePrefix(entry); err == nil {
		return allowed{prefix: prefix.Masked()}, true
	}
	if addr, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
		return allowed{prefix: one(addr)}, true
	}
	if at, err := netip.ParseAddrPort(entry); err == nil {
		return allowed{prefix: one(at.Addr()), port: at.Port()}, true
	}
	name, digits, hasPort := strings.Cut(entry, ":")
	number := uint64(0)
	if hasPort {
		var err error
		if number, err = strconv.ParseUint(digits, 10, 16); err != nil || number == 0 {
			return allowed{}, false
		}
	}
	name = foldHost(name)
	if name == "" || strings.ContainsAny(name, "/@*[]?# \t") {
		return allowed{}, false
	}
	return allowed{name: name, port: uint16(number)}, true
}

func one(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	return netip.PrefixFrom(addr, addr.BitLen())
}

func foldHost(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// holds reports whether a URL with this host and port may use the exception.
func (l allowList) holds(host string, port uint16) bool {
	_, ok := l.find(host, port)
	return ok
}

func (l allowList) find(host string, port uint16) (allowed, bool) {
	addr, err := netip.ParseAddr(host)
	for _, a := range l {
		named := a.name != "" && a.name == foldHost(host)
		written := a.name == "" && err == nil && a.prefix.Contains(addr.Unmap().WithZone(""))
		portOK := a.port == port || (a.port == 0 && (port == 80 || port == 443))
		if (named || written) && portOK {
			return a, true
		}
	}
	return allowed{}, false
}

// reaches reports whether the entry lets its host be at this address.
func (a allowed) reaches(address string) bool {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	addr := at.Addr().Unmap().WithZone("")
	if a.name == "" {
		return a.prefix.Contains(addr)
	}
	for _, p := range ownNetworks {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// A guard lets connections through to public addresses, and to the allowed hosts if it has any.
type guard struct {
	resolver *net.Resolver
	allow    allowList
}

func (g guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Resolver: g.resolver, Control: g.control(address)}
	return dialer.DialContext(ctx, network, address)
}

// control returns the check of one dial: by the host that was asked for and the address it resolved to.
func (g guard) control(asked string) func(network, address string, c syscall.RawConn) error {
	host, digits, err := net.SplitHostPort(asked)
	number, portErr := strconv.ParseUint(digits, 10, 16)
	if err != nil || portErr != nil {
		return publicOnly.Safe
	}
	exception, ok := g.allow.find(host, uint16(number))
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

// redirect checks the next hop and takes away what package http carries over to it.
func (g guard) redirect(next *http.Request, before []*http.Request) error {
	last := before[len(before)-1].URL
	switch {
	case len(before) > maxRedirects:
		return &Error{Class: Redirect, Detail: fmt.Sprintf("more than %d redirects", maxRedirects)}
	case last.Scheme == "https" && next.URL.Scheme == "http":
		return &Error{Class: Redirect, Detail: "redirected from https to http, where anybody on the way can change it"}
	}
	next.Header.Del("Referer")
	next.Header.Del("If-None-Match")
	next.Header.Del("If-Modified-Since")
	return checkURL(next.URL, g.allow)
}

// checkURL refuses what needs no DNS to refuse. The guard of the dial decides on the address.
func checkURL(u *url.URL, allow allowList) error {
	refuse := func(why string) error { return &Error{Class: Forbidden, Detail: why} }
	p := port(u)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse("the URL is not of the form http:// or https://")
	case u.Hostname() == "":
		return refuse("the URL names no host")
	case u.User != nil:
		return refuse("the URL holds a user name")
	case p != 80 && p != 443 && !allow.holds(u.Hostname(), p):
		return refuse("only ports 80 and 443 are allowed; allow_hosts can make an exception for an own server")
	}
	return nil
}

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
