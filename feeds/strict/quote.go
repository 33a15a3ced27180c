package strict

import (
	"fmt"
	"strings"
)

// Quote writes a text as a basic string of TOML, on one line. Go's own quoting has escapes that TOML lacks, and
// hides letters of new scripts.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
