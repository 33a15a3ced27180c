package chat

import (
	"strings"
	"testing"
)

func TestSigner(t *testing.T) {
	s, other := NewSigner([]byte("0123456789abcdef")), NewSigner([]byte("0123456789abcdeg"))
	good := s.Sign("mute 17 KH")
	for _, c := range []struct {
		name, signed string
		ok           bool
	}{
		{"as it was signed", good, true},
		{"other data", strings.Replace(good, "17", "18", 1), false},
		{"another key", other.Sign("mute 17 KH"), false},
		{"no signature", ".mute 17 KH", false},
		{"nothing signed", "mute 17 KH", false},
		{"half a signature", good[4:], false},
		{"nothing", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, ok := s.Verify(c.signed)
			if ok != c.ok || ok && data != "mute 17 KH" || !ok && data != "" {
				t.Errorf("verified %q, %v, want %v", data, ok, c.ok)
			}
		})
	}
}

func TestSignerFitsAButton(t *testing.T) {
	const telegram = 64 // callback_data, "1-64 bytes" (Bot API, InlineKeyboardButton)
	s := NewSigner(make([]byte, 16))
	if got := len(s.Sign(strings.Repeat("x", maxSigned))); got != telegram {
		t.Errorf("the longest signed data has %d bytes, want %d", got, telegram)
	}
	defer func() {
		if recover() == nil {
			t.Error("longer data was signed")
		}
	}()
	s.Sign(strings.Repeat("x", maxSigned+1))
}
