package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSummary(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{"a link to read on", `The court ruled. <a href="/a">Read more</a>`, "The court ruled."},
		{"a link after an open sentence", `The court ruled that <a href="/a">Read more…</a>`, "The court ruled that"},
		{"a link with the title", `The court ruled […] <a class="more-link" href="/a">Continue reading “The court”</a>`, "The court ruled […]"},
		{"share links", `It ruled. <a href="https://t.me/share/url?url=x">Telegram</a> | <a href="https://x.com/intent/post?text=x">X</a>`, "It ruled."},
		{"a link to share, then news", `<a href="https://t.me/share/url?url=x">Share</a> It ruled.`, "Share It ruled."},
		{"the network as news", `It said so on <a href="https://facebook.com/ministry">Facebook</a>`, "It said so on Facebook"},
		{"a link that is news", `See <a href="/law">the law</a>`, "See the law"},
		{"an invitation that is news", "Citizens were told to read more", "Citizens were told to read more"},
		{"an invitation at the beginning", "Read more about the law", "Read more about the law"},
		{"a title that ends so", `The campaign "Read more"`, `The campaign "Read more"`},
		{"a sentence of its own", "It ruled. Read more »", "It ruled."},
		{"in brackets", "It ruled... [Read more...]", "It ruled..."},
		{"nothing else", `<a href="/a">Read more</a>`, ""},
		{"twice", `It ruled. <a href="/a">Continue reading</a> <a href="/a">Read more</a>`, "It ruled."},
		{"French", "Le tribunal a statué. Lire la suite", "Le tribunal a statué."},
		{"Spanish", "El tribunal falló. Leer más »", "El tribunal falló."},
		{"German", "Das Gericht urteilte. Weiterlesen →", "Das Gericht urteilte."},
		{"Russian", "Суд вынес решение. Читать далее", "Суд вынес решение."},
		{"Ukrainian", "Суд виніс рішення. Читати далі", "Суд виніс рішення."},
		{"Turkish", "Mahkeme karar verdi. Devamını oku", "Mahkeme karar verdi."},
		{"Arabic", "أصدرت المحكمة حكمها. اقرأ المزيد", "أصدرت المحكمة حكمها."},
		{"Persian", "دادگاه رأی داد. ادامه مطلب", "دادگاه رأی داد."},
		{"Hindi", "अदालत ने फैसला सुनाया। और पढ़ें", "अदालत ने फैसला सुनाया।"},
		{"Khmer", "តុលាការ\u200bបាន\u200bសម្រេច។ អានបន្ត", "តុលាការបានសម្រេច។"},
		{"Thai as a link", `ศาลตัดสิน <a href="/a">อ่านต่อ</a>`, "ศาลตัดสิน"},
		{"Chinese", "法院作出判决。阅读全文", "法院作出判决。"},
		{"Japanese", "裁判所が判決。続きを読む", "裁判所が判決。"},
		{"an advertisement", `It <div class="x ad-container">Buy <div>it</div> now</div>ruled.`, "It ruled."},
		{"an advertisement without end", `It ruled. <div class="advertisement">And more news.`, "It ruled. And more news."},
		{"a bar of buttons", `It ruled. <div class="sharedaddy"><ul><li>Share</li></ul></div>`, "It ruled."},
		{"a link without end", `It ruled. <a href="/a">Read more`, "It ruled."},
		{"entities once", `a &amp;lt;b&amp;gt; &lt;c&gt;`, "a &lt;b&gt; <c>"},
		{"direction and junk", "a\u202eb\u200bc\u0007d\u0085e\ufeff", "abcd e"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Summary(tt.give, 200); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzPlain holds both readers of HTML to what they promise, and Summary to adding nothing.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{
		`<p>a<b>c</b>&nbsp;&amp;lt;</p><script>x</script>`, `It ruled. <a href="mailto:?x">Read more</a>`,
		`<div class="advertisement"><div></div>`, "a\u200d\u0301👨‍👩‍👧", `<a><a class="more-link">Read more</a>`, "\xff<\x00",
	} {
		f.Add(s, 10)
		f.Add(s, 300)
	}
	f.Fuzz(func(t *testing.T, fragment string, limit int) {
		limit = max(1, min(limit, 10_000))
		plain, summary := Plain(fragment, limit), Summary(fragment, limit)
		for _, s := range []string{plain, summary} {
			if strings.ContainsFunc(s, unicode.IsControl) || strings.TrimSpace(s) != s {
				t.Errorf("got %q, want clean text", s)
			}
			if utf8.ValidString(fragment) && !utf8.ValidString(s) {
				t.Errorf("got %q, want UTF-8", s)
			}
			if n := utf8.RuneCountInString(s); n > limit {
				t.Errorf("got %d characters, want at most %d", n, limit)
			}
		}
		if len(summary) > len(plain)+len("…") && utf8.RuneCountInString(plain) < limit {
			t.Errorf("the summary %q has more than the text %q", summary, plain)
		}
	})
}
