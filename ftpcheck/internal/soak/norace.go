//go:build !race

package soak

// OneIn is 1: all cases are tried.
const OneIn = 1
