package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
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
		return 0, &Error{Class: TooLarge, Detail: fmt.Sprintf("the feed has more than %d bytes", c.limit)}
	}
	return n, err
}

// readBody reads a body of at most limit bytes, packed and unpacked.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	packed := bufio.NewReader(&capReader{r: resp.Body, limit: limit})
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch encoding {
	case "gzip", "x-gzip", "", "identity":
	default:
		return nil, &Error{Class: Malformed, Detail: fmt.Sprintf("the body is packed with %q, which was not asked for", encoding)}
	}
	// Some servers pack without saying so, others say so without packing: the first bytes decide.
	magic, err := packed.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return io.ReadAll(packed)
	}
	return unpack(packed, limit)
}

func unpack(packed io.Reader, limit int64) ([]byte, error) {
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, gzipError(err)
	}
	body, err := io.ReadAll(&capReader{r: unpacked, limit: limit})
	if err != nil {
		return nil, gzipError(err)
	}
	return body, nil
}

// gzipError tells broken packing from a broken connection, which stays as it is.
func gzipError(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || isFlate(err) {
		return &Error{Class: Malformed, Detail: "the packed body is broken: " + err.Error(), cause: err}
	}
	return err
}

func isFlate(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt)
}
