//go:build !unix

package cli

import "syscall"

func controlling() *syscall.SysProcAttr { return nil }
