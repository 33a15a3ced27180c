package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"time"

	"pressalert/feeds"
)

// send asks for what r names and gives the answer to read, all of it within the bounds. It makes a
// *feeds.Error of what went wrong, except if ctx ended.
func (f *Fetcher) send(ctx context.Context, r Request, accept string, read func(*chain, *http.Response) error) error {
	bounded, end := context.WithCancelCause(ctx)
	defer end(nil)
	bounded, cancel := context.WithTimeout(bounded, f.timeout)
	defer cancel()
	c := &chain{request: r, pulse: &pulse{end: end}}
	defer c.pulse.rest()
	err := f.exchange(bounded, c, accept, read)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("feed %s: %w", r.Feed.ID, context.Cause(ctx))
	}
	e := classify(bounded, err)
	if errors.Is(context.Cause(bounded), context.DeadlineExceeded) && e.Class == feeds.Timeout {
		e.Detail = late(c.pulse.answering(), f.timeout)
	}
	if r.Way.Proxy != "" {
		e.Detail = "through proxy " + r.Way.Proxy + ": " + e.Detail
	}
	return e.Of(r.Feed)
}

// late says what an answer that is not there in time may mean.
func late(answering bool, timeout time.Duration) string {
	if answering {
		return fmt.Sprintf("not read to the end in %s: the server is overloaded, or the feed has no end; tried again later", timeout)
	}
	return fmt.Sprintf("no answer in %s: the server is down or overloaded, or somebody drops what is sent; tried again later, a proxy may help", timeout)
}

func (f *Fetcher) exchange(ctx context.Context, c *chain, accept string, read func(*chain, *http.Response) error) error {
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, c.pulse.trace()), http.MethodGet, c.request.Way.URL, nil)
	if err != nil {
		return forbidden("the URL cannot be read; mend it in the list of feeds")
	}
	c.allow = f.exceptions(c.request)
	client, err := f.client(c)
	if err != nil {
		return err
	}
	if err := checkURL(req.URL, c.allow); err != nil {
		return err
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Encoding", "gzip")
	c.condition(req)
	client.CheckRedirect = c.follow
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	resp.Body = counted{resp.Body, c.pulse}
	return read(c, resp)
}

// client returns a client for the way and all its redirects.
func (f *Fetcher) client(c *chain) (http.Client, error) {
	if name := c.request.Way.Proxy; name != "" {
		client, ok := f.proxies[name]
		if !ok {
			return http.Client{}, &feeds.Error{Class: feeds.Unreachable, Detail: "the config has no proxy of this name; add it to [proxies]"}
		}
		return client, nil
	}
	if c.allow != nil {
		return f.own, nil
	}
	return f.public, nil
}

// exceptions returns the allowed hosts for a request that a person led to one of them: by a way of the
// feed, or by the feed's own URL if the way is from elsewhere, such as a redirect that was remembered.
func (f *Fetcher) exceptions(r Request) allowList {
	written := r.Feed.URL
	if slices.ContainsFunc(r.Feed.Ways(), func(w feeds.Way) bool { return w.URL == r.Way.URL }) {
		written = r.Way.URL
	}
	u, err := url.Parse(written)
	if err != nil || !f.allow.holds(u.Hostname(), port(u)) {
		return nil
	}
	return f.allow
}
