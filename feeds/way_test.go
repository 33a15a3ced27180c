package feeds

import (
	"reflect"
	"testing"
)

func TestWays(t *testing.T) {
	own := "https://a.example/feed"
	for _, c := range []struct {
		name string
		feed Feed
		want []Way
	}{
		{"its address alone", Feed{URL: own}, []Way{{URL: own}}},
		{"always through a proxy", Feed{URL: own, Proxy: "tor"}, []Way{{URL: own, Proxy: "tor"}}},
		{"a mirror", Feed{URL: own, Fallbacks: []string{"https://m.example/"}}, []Way{{URL: own}, {URL: "https://m.example/"}}},
		{"a proxy, then a mirror", Feed{URL: own, Fallbacks: []string{"proxy:tor", "https://m.example/"}},
			[]Way{{URL: own}, {URL: own, Proxy: "tor"}, {URL: "https://m.example/"}}},
		{"a mirror through the proxy that is always used", Feed{URL: own, Proxy: "tor", Fallbacks: []string{"https://m.example/"}},
			[]Way{{URL: own, Proxy: "tor"}, {URL: "https://m.example/", Proxy: "tor"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.feed.Ways(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("ways = %v, want %v", got, c.want)
			}
		})
	}
}
