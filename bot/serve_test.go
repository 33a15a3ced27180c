package main

import (
	"log/slog"
	"testing"
)

func TestJobThatPanicsComesAgain(t *testing.T) {
	runs := 0
	j := job(cronLog{slog.New(slog.DiscardHandler)}, func() {
		runs++
		panic("x")
	})
	for range 3 {
		j.Run()
	}
	if runs != 3 {
		t.Errorf("the job ran %d times, want 3", runs)
	}
}

func TestJobRunsOnceAtATime(t *testing.T) {
	runs := 0
	begun, end := make(chan struct{}), make(chan struct{})
	j := job(cronLog{slog.New(slog.DiscardHandler)}, func() {
		runs++
		begun <- struct{}{}
		<-end
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		j.Run()
	}()
	<-begun
	j.Run() // would never end
	close(end)
	<-done
	if runs != 1 {
		t.Errorf("the job ran %d times, want once", runs)
	}
}
