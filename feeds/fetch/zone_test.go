package fetch

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// A zone holds the addresses of names. A name with several has one after the other, as when DNS is used
// to get past a check; the last one stays. Names that are not there are at 127.0.0.1, and those with no
// readable address do not exist.
type zone struct {
	mu    sync.Mutex
	names map[string][]string
}

func (z *zone) next(name string) (addr netip.Addr, ok bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	list := z.names[name]
	if len(list) == 0 {
		return netip.MustParseAddr("127.0.0.1"), true
	}
	addr, err := netip.ParseAddr(list[0])
	return addr, err == nil
}

// turn moves a name to its next address, once an answer gave the one before.
func (z *zone) turn(name string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if list := z.names[name]; len(list) > 1 {
		z.names[name] = list[1:]
	}
}

// resolver speaks DNS over a pipe, so nothing leaves the test.
func resolver(names map[string][]string) *net.Resolver {
	z := &zone{names: names}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go z.serve(theirs)
		return ours, nil
	}}
}

func (z *zone) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		answer := z.answer(query)
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	}
}

func (z *zone) answer(query []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m = dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true}, Questions: m.Questions}
	name := strings.TrimSuffix(q.Name.String(), ".")
	var body dnsmessage.ResourceBody
	switch addr, ok := z.next(name); {
	case !ok:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA && addr.Is4():
		body = &dnsmessage.AResource{A: addr.As4()}
	case q.Type == dnsmessage.TypeAAAA && addr.Is6():
		body = &dnsmessage.AAAAResource{AAAA: addr.As16()}
	}
	if body != nil {
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}, Body: body}}
		z.turn(name)
	}
	answer, _ := m.Pack()
	return answer
}
