package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

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
	_, err := netip.ParseAddr(name) // an address in a spelling that URLs do not have, such as 10.0.0.7.
	if err == nil || name == "" || strings.ContainsAny(name, "/@*[]?# \t") {
		return allowed{}, false
	}
	return allowed{name: name, port: uint16(number)}, true
}

func one(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	return netip.PrefixFrom(addr, addr.BitLen())
}

// foldHost returns the spelling of a host that goes over the wire: lower case, letters of other scripts
// as punycode, digits and dots of other scripts as those of ASCII. A host that has none comes back as it is.
func foldHost(host string) string {
	host = strings.TrimSuffix(host, ".")
	if !isASCII(host) {
		if wire, err := idna.Lookup.ToASCII(host); err == nil {
			host = strings.TrimSuffix(wire, ".")
		}
	}
	return strings.ToLower(host)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// holds reports whether a URL with this host and port may use the exception.
func (l allowList) holds(host string, port uint16) bool {
	_, ok := l.find(host, port)
	return ok
}

func (l allowList) find(host string, port uint16) (allowed, bool) {
	host = foldHost(host)
	addr, err := netip.ParseAddr(host)
	for _, a := range l {
		named := a.name != "" && a.name == host
		written := a.name == "" && err == nil && a.prefix.Contains(addr.Unmap().WithZone(""))
		portOK := a.port == port || (a.port == 0 && (port == 80 || port == 443))
		if (named || written) && portOK {
			return a, true
		}
	}
	return allowed{}, false
}

// at is find for the address of a dial, host:port.
func (l allowList) at(address string) (allowed, bool) {
	host, digits, err := net.SplitHostPort(address)
	number, portErr := strconv.ParseUint(digits, 10, 16)
	if err != nil || portErr != nil {
		return allowed{}, false
	}
	return l.find(host, uint16(number))
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
