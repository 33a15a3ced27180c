package store

import "testing"

func TestLikeness(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		other      bool // two articles
	}{
		{"the same", "Police disperse protest", "POLICE disperse: protest!", false},
		{"one letter more", "Police disperse protest", "Police disperse protests", false},
		{"another order", "Police disperse protest", "Protest dispersed by police", false},
		{"rewritten", "Blogger held over Facebook post", "Blogger held for two days over a post on Facebook, lawyer says", false},
		{"Chinese, one sign more", "警方驱散首都抗议活动", "警方驱散首都大规模抗议活动", false},
		{"Khmer, a word more", "ប៉ូលិសចាប់ខ្លួនអ្នកសរសេរប្លុក", "ប៉ូលិសចាប់ខ្លួនអ្នកសរសេរប្លុកម្នាក់", false},
		{"another event", "Police disperse protest", "Court frees blogger", true},
		{"one subject", "Ministers defend the internet shutdown before parliament", "Hospital staff describe births by candle during internet shutdown", true},
		{"Chinese, another event", "警方驱散首都抗议活动", "法院释放被捕记者", true},
		{"no letters", "", "Court frees blogger", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := likeness(foldTitle(c.a), foldTitle(c.b))
			if back := likeness(foldTitle(c.b), foldTitle(c.a)); got != back {
				t.Errorf("likeness = %.2f one way and %.2f the other", got, back)
			}
			if (got < otherTitle) != c.other {
				t.Errorf("likeness = %.2f, two articles: want %v", got, c.other)
			}
		})
	}
}
