//go:build !race

package live

const overwritten = false
