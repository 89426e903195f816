//go:build race

package soak

// OneIn is how many cases there are for each that is tried by a test that has thousands. With the
// race detector each takes ten times as long, and the next has no race that others have not.
// `make test` has them all tried without it.
const OneIn = 11
