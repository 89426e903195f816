//go:build unix

// Usage runs a program and writes what it used to a file: usage FILE PROGRAM [ARG...].
//
// It is a process of its own because on Linux the peak memory of a process starts from
// what its parent has. The driver, which holds whole worlds, would be part of every
// measurement; this program is next to nothing.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "usage:", err)
		os.Exit(1)
	}
}

func run(file string, args []string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		for s := range signals {
			cmd.Process.Signal(s)
		}
	}()
	cmd.Wait()
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	peak := int64(used.Maxrss)
	if runtime.GOOS == "linux" {
		peak *= 1024 // elsewhere they are bytes already
	}
	text, err := json.Marshal(map[string]int64{
		"CPU":  int64(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()),
		"Peak": peak,
		"Code": int64(cmd.ProcessState.ExitCode()),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
