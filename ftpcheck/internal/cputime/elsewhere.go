//go:build !unix

package cputime

import "time"

// Used panics: nothing is measured here.
func Used() time.Duration { panic("CPU time is measured on Unix only") }
