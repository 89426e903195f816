//go:build unix

package cli

import "syscall"

// controlling makes the terminal that is standard input the one that signals come from.
func controlling() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true, Setctty: true} }
