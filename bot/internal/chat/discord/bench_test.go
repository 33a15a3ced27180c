package discord

import (
	"encoding/json"
	"testing"

	"golang.org/x/tools/txtar"

	"pressalert/bot/internal/chat"
)

// BenchmarkRender renders alerts as they are sent, in scripts with one letter a character and with more.
func BenchmarkRender(b *testing.B) {
	for _, name := range []string{"alert", "khmer"} {
		b.Run(name, func(b *testing.B) {
			ar, err := txtar.ParseFile("testdata/render/" + name + ".txtar")
			if err != nil {
				b.Fatal(err)
			}
			var m chat.Message
			if err := json.Unmarshal(section(ar, "message.json").Data, &m); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				layout(m, maxPosts)
			}
		})
	}
}
