package text

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Summary returns the text of an entry's description as Plain does, without what publishers set around
// it: advertisements and bars of share buttons that their class names as such, and at the end links for
// sharing and invitations to read on, as links or as sentences of their own. Whatever is not surely one
// of these stays.
func Summary(fragment string, limit int) string {
	s := summary{z: html.NewTokenizer(strings.NewReader(fragment)), tail: -1, link: -1}
	enough := 8*limit + 1024 // as in Plain
	s.b.Grow(min(len(fragment), enough))
	for s.b.Len() < enough {
		if !s.next() {
			s.close()
			break
		}
	}
	return Shorten(withoutInvitation(Clean(s.b.String())), limit)
}

// A summary is the state of reading a description.
type summary struct {
	z *html.Tokenizer
	b bytes.Buffer
	// tail is where what is to go from the end begins in b, or -1.
	tail int
	// link is where the text of the open link begins in b, or -1; sharing says that it is for sharing.
	link    int
	sharing bool
	// extra is the element that is no news, or 0; depth counts those of its name in it, and from is
	// where its text begins in b.
	extra atom.Atom
	depth int
	from  int
}

// next reads one token and reports false at the end.
func (s *summary) next() bool {
	switch s.z.Next() {
	case html.ErrorToken:
		return false
	case html.TextToken:
		s.text(s.z.Text())
	case html.StartTagToken:
		s.start()
	case html.SelfClosingTagToken:
		s.space(tagOf(s.z))
	case html.EndTagToken:
		s.end(tagOf(s.z))
	}
	return true
}

// text keeps the end that is to go only as long as nothing follows that readers read.
func (s *summary) text(t []byte) {
	if s.tail >= 0 && s.link < 0 && s.extra == 0 && bytes.ContainsFunc(t, isWordy) {
		s.tail = -1
	}
	s.b.Write(t)
}

func isWordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func (s *summary) space(tag atom.Atom) {
	if !inline[tag] {
		s.b.WriteByte(' ')
	}
}

func (s *summary) start() {
	name, more := s.z.TagName()
	tag := atom.Lookup(name)
	if unseen[tag] {
		skipTo(s.z, tag)
		return
	}
	s.space(tag)
	if tag == s.extra {
		s.depth++
	}
	if s.extra != 0 || !more {
		if tag == atom.A && s.extra == 0 {
			s.link, s.sharing = s.b.Len(), false
		}
		return
	}
	class, address := s.attributes()
	switch {
	case blocks[tag] && isExtra(class):
		s.extra, s.depth, s.from = tag, 1, s.b.Len()
	case tag == atom.A:
		s.link, s.sharing = s.b.Len(), isShareLink(address)
	}
}

func (s *summary) attributes() (class, address string) {
	for {
		key, value, more := s.z.TagAttr()
		switch string(key) {
		case "class":
			class = string(value)
		case "href":
			address = string(value)
		}
		if !more {
			return class, address
		}
	}
}

func (s *summary) end(tag atom.Atom) {
	switch {
	case s.extra != 0:
		if tag != s.extra {
			break
		}
		if s.depth--; s.depth == 0 {
			s.b.Truncate(s.from)
			s.extra = 0
		}
	case tag == atom.A && s.link >= 0:
		s.endLink()
	}
	s.space(tag)
}

// endLink judges the text of a link.
func (s *summary) endLink() {
	label := s.b.Bytes()[s.link:]
	switch {
	case s.sharing, len(label) <= maxInvitation && invites(string(label)):
		if s.tail < 0 {
			s.tail = s.link
		}
	default:
		s.tail = -1
	}
	s.link = -1
}

// invites reports whether the text of a link asks to read on, or says nothing.
func invites(label string) bool {
	label = Clean(label)
	return label == "" || isInvitation(label, true)
}

// close ends the text: an element that was never closed may hold the news itself, and stays.
func (s *summary) close() {
	if s.tail >= 0 && s.extra == 0 && s.link < 0 {
		s.b.Truncate(s.tail)
	}
}

// blocks are the elements that are looked at for what their class says.
var blocks = map[atom.Atom]bool{
	atom.Div: true, atom.P: true, atom.Ul: true, atom.Section: true, atom.Aside: true, atom.Table: true,
	atom.Figure: true, atom.Span: true,
}

// extras are words of classes that plugins and blog hosts give to what is no news.
var extras = map[string]bool{
	"feedflare": true, "sharedaddy": true, "sd-sharing": true, "jp-relatedposts": true, "addtoany_share_save_container": true,
	"addtoany_content": true, "social-share": true, "share-buttons": true, "sharing-buttons": true, "wp-block-buttons": true,
	"advertisement": true, "advertising": true, "advert": true, "adsbygoogle": true, "ad-container": true, "ad-wrapper": true,
	"google-auto-placed": true, "code-block-ad": true, "sponsored-content": true, "newsletter-signup": true,
	"mc4wp-form": true, "read-more": true, "more-link": true, "related-posts": true, "yarpp-related": true,
}

func isExtra(class string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(class)) {
		if extras[word] {
			return true
		}
	}
	return false
}

// shares are where links for sharing lead.
var shares = []string{
	"facebook.com/sharer", "facebook.com/share.php", "facebook.com/dialog/share", "twitter.com/intent", "twitter.com/share",
	"twitter.com/home?status", "x.com/intent", "t.me/share", "telegram.me/share", "api.whatsapp.com/send", "wa.me/?text",
	"whatsapp://send", "linkedin.com/sharearticle", "linkedin.com/sharing", "linkedin.com/cws/share", "reddit.com/submit",
	"pinterest.com/pin/create", "vk.com/share.php", "vkontakte.ru/share.php", "connect.ok.ru/offer", "ok.ru/dk?st.cmd=addshare",
	"addtoany.com/", "addthis.com/bookmark", "feeds.feedburner.com/~ff/", "feeds.wordpress.com/1.0/go", "bsky.app/intent",
	"social-plugins.line.me", "getpocket.com/save", "tumblr.com/share", "threads.net/intent", "mailto:?",
}

func isShareLink(address string) bool {
	address = strings.ToLower(address)
	for _, share := range shares {
		if strings.Contains(address, share) {
			return true
		}
	}
	return false
}
