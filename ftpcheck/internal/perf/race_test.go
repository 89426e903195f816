//go:build race

package main

func init() { testFlags = []string{"-race"} }
