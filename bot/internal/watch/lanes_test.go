package watch

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLanes(t *testing.T) {
	for _, c := range []struct {
		name             string
		workers, perHost int
		hosts            string // of tasks that take a second each
		want             time.Duration
	}{
		{"one after the other at a host", 9, 0, "aaaa", 4 * time.Second},
		{"two at a host", 9, 2, "aaaa", 2 * time.Second},
		{"hosts side by side", 9, 1, "aaabbbccc", 3 * time.Second},
		{"no more workers than allowed", 2, 1, "abcdef", 3 * time.Second},
		{"no workers means one", 0, 1, "ab", 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(c.workers, c.perHost)
				var mu sync.Mutex
				var group sync.WaitGroup
				speaking, most, all := make(map[rune]int), 0, 0
				start := time.Now()
				for _, host := range c.hosts {
					group.Add(1)
					l.add(string(host), func() {
						defer group.Done()
						mu.Lock()
						speaking[host]++
						all++
						most = max(most, speaking[host])
						if all > max(1, c.workers) {
							t.Errorf("%d workers, want at most %d", all, c.workers)
						}
						mu.Unlock()
						time.Sleep(time.Second)
						mu.Lock()
						speaking[host]--
						all--
						mu.Unlock()
					})
				}
				group.Wait()
				if took := time.Since(start); took != c.want || most > max(1, c.perHost) {
					t.Errorf("took %s with %d at one host, want %s with %d", took, most, c.want, c.perHost)
				}
				synctest.Wait()
				if l.running != 0 || len(l.byHost) != 0 || len(l.turns) != 0 {
					t.Errorf("left: %d workers, %d hosts, %d turns", l.running, len(l.byHost), len(l.turns))
				}
			})
		})
	}
}

// TestLanesTakeTurns sees to it that a host with much to do does not hold up the others.
func TestLanesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(1, 1)
		var order []string
		for i, host := range []string{"a", "a", "a", "b", "c"} {
			l.add(host, func() {
				order = append(order, fmt.Sprint(host, i))
				if i == 3 {
					l.add("a", func() { order = append(order, "more") })
				}
			})
		}
		synctest.Wait()
		if got, want := strings.Join(order, " "), "a0 b3 c4 a1 a2 more"; got != want {
			t.Errorf("order = %s, want %s", got, want)
		}
	})
}
