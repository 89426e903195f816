//go:build race

package live

// overwritten says that buffers are overwritten when they are given back, so that tests with
// the race detector see whoever still looks at one.
const overwritten = true
