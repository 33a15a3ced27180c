package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/proxy"

	"pressalert/feeds"
)

// through makes the connections of t go through the proxy at u. The guard does not look at where the
// proxy is, since a person named it; what is asked of it was checked URL by URL. The proxy resolves the
// names, for socks5 as for socks5h, so that no resolver nearby learns what is read. Errors do not hold the
// URL: there may be a password in it.
func through(t *http.Transport, u *url.URL) error {
	if u == nil || u.Hostname() == "" {
		return errors.New("the address names no host")
	}
	switch u.Scheme {
	case "http", "https":
		own := *u
		t.Proxy = http.ProxyURL(&own)
		t.OnProxyConnectResponse = connected
		return nil
	case "socks5", "socks5h":
		dial, err := socks(u, t.DialContext, t.TLSHandshakeTimeout)
		t.DialContext = dial
		return err
	}
	return errors.New("the address does not begin with http://, https://, socks5:// or socks5h://")
}

// connected says what a proxy that refuses to connect answered.
func connected(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	why := "the proxy answered " + status(resp.StatusCode)
	if resp.StatusCode == http.StatusProxyAuthRequired {
		why += ": " + proxyPassword
	}
	return &feeds.Error{Class: feeds.Unreachable, Detail: why}
}

// socks returns a dial through a SOCKS5 proxy. It bounds the talk with the proxy itself: package http
// lets a dial outlive its request, and a proxy that says nothing would keep it for ever.
func socks(u *url.URL, dial dialFunc, timeout time.Duration) (dialFunc, error) {
	d, err := proxy.FromURL(u, forward{dial})
	if err != nil {
		return nil, errors.New("the address of the proxy cannot be used") // err may hold the address
	}
	contextual, ok := d.(proxy.ContextDialer)
	if !ok {
		return nil, errors.New("this kind of proxy cannot be given up in time")
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		conn, err := contextual.DialContext(ctx, network, address)
		if err != nil {
			return nil, &net.OpError{Op: opProxy, Net: network, Err: err}
		}
		return conn, nil
	}, nil
}

// opProxy is what package http calls the part of a connection that leads to a proxy.
const opProxy = "proxyconnect"

// A forward gives package proxy a dialFunc in the form that it wants.
type forward struct{ dial dialFunc }

func (f forward) Dial(network, address string) (net.Conn, error) {
	return f.dial(context.Background(), network, address)
}

func (f forward) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return f.dial(ctx, network, address)
}
