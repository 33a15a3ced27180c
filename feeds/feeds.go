// Package feeds holds what the bot reads: the feeds, and the items that they publish. It fetches
// nothing; package fetch does.
package feeds

import (
	"net/url"
	"strings"
	"time"
)

// A Feed is a source we poll.
type Feed struct {
	// ID names the feed for ever: lower-case words joined by hyphens, unique in the catalogue.
	ID string
	// URL is the http or https address of an RSS, Atom or JSON feed.
	URL string
	// Title is the feed's name as readers know it.
	Title string
	// Publisher is who answers for the content.
	Publisher string
	Kind      Kind
	// Country is the ISO 3166-1 alpha-2 code of a national outlet, or "" for an international one.
	Country string
	// Languages are the BCP 47 codes of the languages it writes in, most used first.
	Languages []string
	// Fallbacks are further ways to the feed, the first to be tried first when its own address fails: an
	// http or https address (a mirror, a news search for the outlet), or "proxy:NAME" for its own
	// address through a proxy of the config.
	Fallbacks []string
	// Proxy is the name of the proxy of the config through which the feed is always read, or "".
	Proxy string
	// Schedule is the feed's own; feeds without one are read on that of the config.
	Schedule Schedule
	// FullText is true if the page of each new item is read too.
	FullText bool
	// Off is true for a feed that is kept on the list but not read.
	Off bool
}

// A Kind says what sort of publisher a feed has.
type Kind string

const (
	// Newspaper is a daily or weekly, in print or online.
	Newspaper Kind = "newspaper"
	// IndependentMedia is an outlet without an owner in state or business, often in exile.
	IndependentMedia Kind = "independent-media"
	// Broadcaster is a radio or television station.
	Broadcaster Kind = "broadcaster"
	// Wire is a news agency.
	Wire Kind = "wire"
	// PressFreedomOrg is an organisation that checks and reports attacks on the press.
	PressFreedomOrg Kind = "press-freedom-org"
	// DigitalRightsOrg is an organisation for rights on the internet.
	DigitalRightsOrg Kind = "digital-rights-org"
	// HumanRightsOrg is an organisation for human rights in general.
	HumanRightsOrg Kind = "human-rights-org"
	// Official is a ministry, court, gazette or other part of a state, or an intergovernmental body.
	Official Kind = "official"
	// Aggregator collects other publishers' items, such as a news search feed.
	Aggregator Kind = "aggregator"
)

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{
		Newspaper, IndependentMedia, Broadcaster, Wire, PressFreedomOrg, DigitalRightsOrg,
		HumanRightsOrg, Official, Aggregator,
	}
}

// An Item is one entry as published.
type Item struct {
	// Feed is the id of the feed that carried it.
	Feed string
	// Keys identify the item: if any of them is known, the item was seen before. See AssignKeys.
	Keys []Key
	// GUID is the one of Keys that the publisher's own id makes, or "" if that identifies nothing.
	GUID Key
	// Kind is the feed's.
	Kind Kind
	// Title and Summary are plain text on one line, Summary with sentences as the publisher cut them.
	Title, Summary string
	// Body is the main text of the article's page, if it was read too.
	Body string
	// Author is whom the entry names as its author, and Categories are its own words for its subject.
	Author     string
	Categories []string
	// Image is the address of the entry's picture, or "".
	Image string
	// Link is the canonical address, or "" if the entry has none that a reader could open.
	Link string
	// Language is the BCP 47 code of its language, declared or found out (package lang), or "" if unknown.
	Language string
	// Published is when the publisher says it appeared: zero if it says nothing believable.
	Published time.Time
	// Seen is when we first read it.
	Seen time.Time
}

// When returns the time to sort and show an item by: its publication, or else when it was seen.
func (i Item) When() time.Time {
	if i.Published.IsZero() {
		return i.Seen
	}
	return i.Published
}

// Validators are what is kept of an answer for asking "changed since?".
type Validators struct {
	// URL is the address that gave them. They go back byte for byte, and to no other address.
	URL string
	// ETag and LastModified are the headers of those names.
	ETag, LastModified string
	// Body is a hash of the body, which tells of servers that give none that nothing changed.
	Body string
}

// trackers are query parameters that tell a publisher where a reader came from. They are cut from
// links so that we pass nobody's traces on, and so that one article has one address. After the lists
// of the ClearURLs and AdGuard tracking filters, the ones seen in news feeds.
var trackers = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "msclkid": true, "yclid": true, "twclid": true,
	"igshid": true, "mc_cid": true, "mc_eid": true, "_hsenc": true, "_hsmi": true, "ocid": true,
	"ns_mchannel": true, "ns_source": true, "ns_campaign": true, "ns_linkname": true, "ns_fee": true,
	"at_medium": true, "at_campaign": true, "at_custom1": true, "cmpid": true, "smid": true,
	"xtor": true, "wt_mc": true, "ftag": true, "spm": true, "traffic_source": true,
}

// CanonicalLink returns link without tracking parameters, fragment and default port, with its host in
// lower case. A link that a reader cannot open (no http or https, no host) gives "".
func CanonicalLink(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	u.User = nil
	u.Host = strings.ToLower(u.Host)
	if port := u.Port(); port == "" || (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = withoutTrackers(u.RawQuery)
	u.ForceQuery = false
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// withoutTrackers cuts parameters out of the raw query and leaves the rest as it stands, order and
// escapes included: some sites' addresses depend on both.
func withoutTrackers(query string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		name = strings.ToLower(name)
		if part != "" && !trackers[name] && !strings.HasPrefix(name, "utm_") && !strings.HasPrefix(name, "pk_") && !strings.HasPrefix(name, "mtm_") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}
