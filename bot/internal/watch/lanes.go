package watch

import (
	"net/url"
	"sync"
)

// lanes hand out tasks so that each host is spoken to by a few workers at a time at most, usually one, and
// all hosts in turn. A task may add further ones. The workers are shared by all polls, and end when there
// is nothing left to do.
type lanes struct {
	workers, perHost int

	mu      sync.Mutex // guards all below
	running int        // workers
	byHost  map[string]*lane
	turns   []string // hosts that may be given a worker, the next first; once for each worker
}

// A lane is what is to be done at one host.
type lane struct {
	tasks []func()
	// speaking counts the workers that speak to the host, and inLine its places in turns.
	speaking, inLine int
}

func newLanes(workers, perHost int) *lanes {
	return &lanes{workers: max(workers, 1), perHost: max(perHost, 1), byHost: make(map[string]*lane)}
}

// add puts a task at the end of a host's lane. Every task that was added is run.
func (l *lanes) add(host string, task func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.byHost[host]
	if at == nil {
		at = new(lane)
		l.byHost[host] = at
	}
	at.tasks = append(at.tasks, task)
	l.lineUp(host, at)
	if l.running < l.workers && len(l.turns) > 0 {
		l.running++
		go l.work()
	}
}

// work runs tasks until no host is waiting for a worker.
func (l *lanes) work() {
	for {
		host, task := l.next()
		if task == nil {
			return
		}
		task()
		l.done(host)
	}
}

// next takes the task whose turn it is; nil ends the worker.
func (l *lanes) next() (string, func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.turns) == 0 {
		l.running--
		return "", nil
	}
	host := l.turns[0]
	l.turns = l.turns[1:]
	at := l.byHost[host]
	at.inLine--
	at.speaking++
	task := at.tasks[0]
	at.tasks = at.tasks[1:]
	return host, task
}

// done sends the host to the end of the line if there is more to do at it.
func (l *lanes) done(host string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.byHost[host]
	at.speaking--
	l.lineUp(host, at)
	if at.speaking+at.inLine == 0 {
		delete(l.byHost, host)
	}
}

// lineUp gives the host a place in turns, if it has a task for it and may have one more worker.
func (l *lanes) lineUp(host string, at *lane) {
	if len(at.tasks) > at.inLine && at.speaking+at.inLine < l.perHost {
		at.inLine++
		l.turns = append(l.turns, host)
	}
}

// hostOf is the host of an address, or the whole address if it has none that can be read.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return address
	}
	return u.Hostname()
}
