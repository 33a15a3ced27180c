package main

import "runtime/debug"

// garbage is how much of the memory in use may be garbage before it is collected, in percent. Most of what
// is in use are the rules, which stay; Go's own 100 would double them for nothing on a small machine.
const garbage = 50

// tightenMemory trades a little CPU time for memory, unless the person who runs the bot says otherwise.
func tightenMemory(getenv func(string) string) {
	if getenv("GOGC") == "" && getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(garbage)
	}
}
