package cli

import (
	"errors"
	"os"
	"runtime/pprof"

	"github.com/spf13/cobra"
)

// A Profile is what developers see of where CPU time and memory go, with go tool pprof.
// The zero Profile is nothing.
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

// addProfiles adds the flags that ask for a profile, which --help does not show.
func addProfiles(root *cobra.Command) *Profile {
	p := &Profile{}
	flags := root.PersistentFlags()
	flags.Func("cpuprofile", "write a CPU profile to this `FILE`", p.StartCPU)
	flags.Func("memprofile", "write a profile of memory to this `FILE`", func(path string) error {
		p.Memory(path)
		return nil
	})
	for _, name := range []string{"cpuprofile", "memprofile"} {
		flags.Lookup(name).Hidden = true
	}
	return p
}
