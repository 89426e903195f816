// Package soak says how often tests that have chance in them run, and how many of thousands of cases.
package soak

import (
	"os"
	"strconv"
	"testing"
)

// Runs is the number in FTPCHECK_SOAK, which `make soak` sets, or few.
func Runs(t testing.TB, few int) int {
	t.Helper()
	text := os.Getenv("FTPCHECK_SOAK")
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("FTPCHECK_SOAK is %q, and must be a number", text)
	}
	return n
}
