// Package profile shows developers where CPU time and memory go, with go tool pprof.
package profile

import (
	"errors"
	"os"
	"runtime/pprof"
)

// A Profile is what was asked for. The zero Profile is nothing.
type Profile struct {
	cpu    *os.File
	memory string
}

// StartCPU begins a profile of CPU time, which Stop ends. It fails if the file cannot be
// created, or if there is one already.
func (p *Profile) StartCPU(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	p.cpu = f
	return nil
}

// Memory asks for a profile of all memory that was allocated, which Stop writes.
func (p *Profile) Memory(path string) { p.memory = path }

// Stop writes what was asked for.
func (p *Profile) Stop() error {
	var errs []error
	if p.cpu != nil {
		pprof.StopCPUProfile()
		errs = append(errs, p.cpu.Close())
	}
	if p.memory != "" {
		f, err := os.Create(p.memory)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
	}
	return errors.Join(errs...)
}
