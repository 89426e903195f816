//go:build !race

package scan

const oneIn = 1
