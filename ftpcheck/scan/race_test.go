//go:build race

package scan

// oneIn is how many deletions there are for each that is tried. With the race detector each takes
// ten times as long, and the next has no race that others have not. `make test` has them all tried
// without it.
const oneIn = 11
