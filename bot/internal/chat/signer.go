package chat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

const (
	// signatureSize is what of the HMAC goes with the data, in bytes: 80 bits cannot be guessed over a
	// network, and with them 49 bytes of data fit into the 64 of a Telegram button.
	signatureSize = 10
	// maxSigned is the longest data that a Signer takes, in bytes.
	maxSigned = 64 - signatureLength - 1
	// signatureLength is that of the encoded signature.
	signatureLength = (signatureSize*8 + 5) / 6
)

// A Signer signs the data of buttons, so that what comes back from a chat service is known to be ours:
// anybody can send any data to a bot. It is safe for concurrent use.
type Signer struct{ key []byte }

// NewSigner returns a Signer with a secret key of at least 16 random bytes, which must be the same after
// a restart: buttons are pressed for months.
func NewSigner(key []byte) *Signer { return &Signer{key} }

// Sign returns data, at most 49 bytes, with its signature, as Button.Data takes it.
// It panics at longer data, which is a mistake of the caller.
func (s *Signer) Sign(data string) string {
	if len(data) > maxSigned {
		panic("chat: data of a button is too long: " + data)
	}
	return s.signature(data) + "." + data
}

// Verify returns the data of a button that Sign made. It reports false for anything else.
func (s *Signer) Verify(signed string) (data string, ok bool) {
	signature, data, found := strings.Cut(signed, ".")
	if !found || !hmac.Equal([]byte(signature), []byte(s.signature(data))) {
		return "", false
	}
	return data, true
}

func (s *Signer) signature(data string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(data))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:signatureSize])
}
