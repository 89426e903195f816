//go:build unix

// Package cputime measures what benchmarks report: CPU time, as others use the machine, too.
package cputime

import (
	"syscall"
	"time"
)

// Used is what this process has used, with the garbage collector.
func Used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
