package backtest_test

import (
	"reflect"
	"testing"

	"pressalert/bot/internal/backtest"
	"pressalert/feeds"
	"pressalert/rules"
)

func TestAdd(t *testing.T) {
	test := backtest.Test{Samples: 1}
	item := func(title string) feeds.Item { return feeds.Item{Title: title} }
	for _, c := range []struct {
		title         string
		before, after []string
	}{
		{"none", nil, nil},
		{"new 1", nil, []string{"a", "b"}},
		{"new 2", nil, []string{"a"}},
		{"gone", []string{"a"}, nil},
		{"the same", []string{"c"}, []string{"c"}},
		{"by another rule", []string{"c"}, []string{"a"}},
	} {
		test.Add(item(c.title), c.before, c.after)
	}
	want := backtest.Test{
		Samples: 1, Items: 6, Gained: 2, Lost: 1, Unchanged: 2,
		New:  []backtest.Sample{{Item: item("new 1"), Rules: []string{"a", "b"}}},
		Gone: []backtest.Sample{{Item: item("gone"), Rules: []string{"a"}}},
		Rules: map[string]*backtest.Change{
			"a": {Gained: 3, Lost: 1, New: []feeds.Item{item("new 1")}, Gone: []feeds.Item{item("gone")}},
			"b": {Gained: 1, New: []feeds.Item{item("new 1")}},
			"c": {Lost: 1, Unchanged: 1, Gone: []feeds.Item{item("by another rule")}},
		},
	}
	if !reflect.DeepEqual(test, want) {
		t.Errorf("test = %+v\nwant   %+v", test, want)
	}
	if got, want := test.Ranked(), []string{"a", "c", "b"}; !reflect.DeepEqual(got, want) {
		t.Errorf("ranked = %q, want %q", got, want)
	}
	if got := test.Alerts(); got != 4 {
		t.Errorf("alerts = %d, want 4", got)
	}
}

func TestIDs(t *testing.T) {
	got := backtest.IDs([]rules.Match{{Rule: rules.Rule{ID: "x"}}, {Rule: rules.Rule{ID: "y"}}})
	if want := []string{"x", "y"}; !reflect.DeepEqual(got, want) {
		t.Errorf("ids = %q, want %q", got, want)
	}
}
