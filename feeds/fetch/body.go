package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"pressalert/feeds"
)

// A capReader gives an error, not an end, once more than limit bytes were read: half a feed must not
// look like a whole one.
type capReader struct {
	r           io.Reader
	read, limit int64
}

func (c *capReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	if c.read > c.limit {
		return 0, &feeds.Error{Class: feeds.TooLarge, Detail: fmt.Sprintf(
			"the answer has more than %d bytes: not a feed, or one that never drops an entry; look for a shorter one", c.limit)}
	}
	return n, err
}

// readBody reads a body of at least one and at most limit bytes, packed and unpacked.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	plain, err := unpacked(resp.Header, &capReader{r: resp.Body, limit: limit})
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(&capReader{r: plain, limit: limit})
	if err != nil {
		return nil, gzipError(err)
	}
	if len(body) == 0 {
		return nil, &feeds.Error{Class: feeds.Empty, Detail: "the answer has no body: the outlet's page for the feed is broken, or shut without saying so; open it in a browser"}
	}
	return body, nil
}

// unpacked returns body as it was before it was packed for the way.
func unpacked(h http.Header, body io.Reader) (io.Reader, error) {
	switch encoding := strings.ToLower(strings.TrimSpace(h.Get("Content-Encoding"))); encoding {
	case "gzip", "x-gzip", "", "identity":
	default:
		return nil, &feeds.Error{Class: feeds.Malformed, Detail: fmt.Sprintf(
			"the body is packed with %q, which was not asked for: the server or a cache before it is broken; tell the outlet", encoding)}
	}
	// Some servers pack without saying so, others say so without packing: the first bytes decide.
	packed := bufio.NewReader(body)
	magic, err := packed.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return packed, nil
	}
	unpacking, err := gzip.NewReader(packed)
	if err != nil {
		return nil, gzipError(err)
	}
	return unpacking, nil
}

// gzipError tells broken packing from a broken connection, which stays as it is.
func gzipError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return &feeds.Error{Class: feeds.Malformed, Detail: "the packed body is broken; tried again later: " + err.Error(), Cause: err}
	}
	return err
}

// hashed is how many bytes of a hash are kept: enough that two versions of a feed never share them.
const hashed = 16

// hash returns what tells one body from another.
func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:hashed])
}
