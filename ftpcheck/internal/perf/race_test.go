//go:build race

package main

import "os"

func init() {
	testFlags = []string{"-race"}
	// Each of the many programs that are started would sleep for a second at its end.
	os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
}
