// Package live keeps a directory of files that people edit in force while the bot runs. The files are
// the truth; what is in force is an immutable value parsed from all of them together. A bad edit changes
// nothing: the last good value stays, and the error is reported.
package live

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// every is how often Watch looks at the directory. Looking at names, sizes and times works on every
// file system, network shares included. With two equal looks a save is in force within 3 seconds.
const every = time.Second

// A Dir is a parsed directory. It is safe for concurrent use.
type Dir[T any] struct {
	dir     fs.FS
	parse   func(fs.FS) (*T, error)
	current atomic.Pointer[T]

	reload sync.Mutex // held while parsing; guards seen
	seen   string     // the state of the files at the last parse, good or bad
}

// Open parses dir for the first time. If that fails there is nothing to put in force, and the error of
// parse is returned as it is.
func Open[T any](dir fs.FS, parse func(fs.FS) (*T, error)) (*Dir[T], error) {
	d := &Dir[T]{dir: dir, parse: parse}
	if err := d.Reload(); err != nil {
		return nil, err
	}
	return d, nil
}

// OpenKept is Open for a bot that must come up again after a bad edit: if dir is bad now, the copy that
// Keep made in the directory kept is put in force. Then the error of dir is returned as bad, beside a Dir
// that takes dir's files once they are mended. The error err means that there is no good copy either.
func OpenKept[T any](dir fs.FS, kept string, parse func(fs.FS) (*T, error)) (d *Dir[T], bad, err error) {
	d = &Dir[T]{dir: dir, parse: parse}
	bad = d.Reload()
	if bad == nil {
		return d, nil, nil
	}
	v, err := parse(os.DirFS(kept))
	if err != nil {
		return nil, nil, bad
	}
	d.current.Store(v)
	return d, bad, nil
}

// Get returns the value in force. It must not be changed. Whoever needs one view of it over several
// steps calls Get once.
func (d *Dir[T]) Get() *T { return d.current.Load() }

// Reload parses the files anew and puts the result in force. On an error the last good value stays.
func (d *Dir[T]) Reload() error {
	d.reload.Lock()
	defer d.reload.Unlock()
	// The state is taken before the parse: an edit made meanwhile is seen as a change later.
	d.seen = d.state()
	v, err := d.parse(d.dir)
	if err != nil {
		return err
	}
	d.current.Store(v)
	return nil
}

// Keep copies the .toml files to the directory to, for OpenKept, if they are good. The old copy goes only
// when the new one is whole; between the two a crash leaves none, and then the files themselves are good.
func (d *Dir[T]) Keep(to string) error {
	fresh := to + ".new"
	err := errors.Join(os.RemoveAll(fresh), copyFiles(d.dir, fresh))
	if err == nil {
		_, err = d.parse(os.DirFS(fresh)) // they may have changed since they were parsed
	}
	if err == nil {
		err = errors.Join(os.RemoveAll(to), os.Rename(fresh, to))
	}
	if err != nil {
		return fmt.Errorf("keep a copy of the good files in %s: %w", to, err)
	}
	return nil
}

func copyFiles(dir fs.FS, to string) error {
	return fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".toml" {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		file := filepath.Join(to, filepath.FromSlash(name))
		return errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, data, 0o600))
	})
}

// Watch reloads when the files change on disk, until ctx ends. It waits for two equal looks in a row,
// so that a file that is still being written is not read by half. After each reload it calls report
// with the value in force and the error, if the edit was bad.
func (d *Dir[T]) Watch(ctx context.Context, report func(*T, error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	last := d.known()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := d.state()
		settled := now == last
		last = now
		if !settled || now == d.known() {
			continue
		}
		err := d.Reload()
		report(d.Get(), err)
	}
}

func (d *Dir[T]) known() string {
	d.reload.Lock()
	defer d.reload.Unlock()
	return d.seen
}

// state sums up names, sizes and times of all files. An error is part of the state, so that a directory
// that vanishes and comes back is a change too.
func (d *Dir[T]) state() string {
	sum := fnv.New128a()
	err := fs.WalkDir(d.dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !info.IsDir() {
			fmt.Fprintf(sum, "%s\x00%d\x00%d\x00%s\x00", name, info.Size(), info.ModTime().UnixNano(), info.Mode())
		}
		return nil
	})
	return fmt.Sprintf("%x %v", sum.Sum(nil), err)
}
