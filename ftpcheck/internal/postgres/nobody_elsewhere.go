//go:build !unix

package postgres

import (
	"errors"
	"syscall"
)

// nobody fails: there is no such user.
func nobody(string) (*syscall.SysProcAttr, error) { return nil, errors.ErrUnsupported }
