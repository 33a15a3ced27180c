package chat

import (
	"fmt"
	"regexp"
	"strings"
)

// A Destination is a place that messages go to: a channel of a platform, or a topic or thread in it.
// It is comparable, and its text form is what people write in the config.
type Destination struct {
	// Platform is the name of a chat service: telegram, discord, webhook, console.
	Platform string
	// Channel is the service's id of a chat or channel, or the name of a webhook in the config.
	Channel string
	// Topic is the service's id of a topic or thread inside the channel, or "".
	Topic string
}

// destinationForm is platform:channel or platform:channel/topic. Channels are signed numbers
// (Telegram), numbers (Discord), @names (public Telegram channels) or names from the config.
var destinationForm = regexp.MustCompile(`^([a-z]+):(@?-?[A-Za-z0-9_][A-Za-z0-9_-]*)(?:/([0-9]+))?$`)

// ParseDestination reads the text form, such as telegram:-1001234/17 or discord:998877.
func ParseDestination(s string) (Destination, error) {
	m := destinationForm.FindStringSubmatch(s)
	if m == nil {
		return Destination{}, fmt.Errorf("destination %q is not of the form platform:channel or platform:channel/topic, such as telegram:-1001234567890 or discord:998877", s)
	}
	return Destination{Platform: m[1], Channel: m[2], Topic: m[3]}, nil
}

// String returns the text form that ParseDestination reads.
func (d Destination) String() string {
	var b strings.Builder
	b.WriteString(d.Platform + ":" + d.Channel)
	if d.Topic != "" {
		b.WriteString("/" + d.Topic)
	}
	return b.String()
}

// MarshalText returns the text form.
func (d Destination) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form.
func (d *Destination) UnmarshalText(text []byte) error {
	parsed, err := ParseDestination(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
