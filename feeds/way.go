package feeds

import "strings"

// A Way is one of the ways to a feed: an address, straight or through a proxy.
type Way struct {
	URL string
	// Proxy is the name that the config gives a proxy, or "" for none.
	Proxy string
}

// proxyPrefix marks a fallback that is the feed's own address, through a proxy.
const proxyPrefix = "proxy:"

// Ways returns the ways to the feed in the order in which they are tried: its own address, then its
// fallbacks.
func (f Feed) Ways() []Way {
	ways := []Way{{URL: f.URL, Proxy: f.Proxy}}
	for _, fallback := range f.Fallbacks {
		if proxy, isProxy := strings.CutPrefix(fallback, proxyPrefix); isProxy {
			ways = append(ways, Way{URL: f.URL, Proxy: proxy})
		} else {
			ways = append(ways, Way{URL: fallback, Proxy: f.Proxy})
		}
	}
	return ways
}
