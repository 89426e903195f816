package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// programs are the paths of what is run. They are built from the source that the driver
// was built from: by the driver as a release is, without the race detector, and by the tests
// as these are.
type programs struct {
	ftpcheck, pluginPath, floor, usage string
	sample                             string // the folder docs/sample
}

const module = "github.com/ftpcheck/steampipe-plugin-ftpcheck"

func build(host testing.TB, flags ...string) (*programs, error) {
	dir := host.TempDir()
	list, err := exec.CommandContext(host.Context(), "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, fmt.Errorf("run this inside of the module: %w", err)
	}
	// Linking is faster without the tables for debuggers, and profiles do not need them.
	args := append([]string{"build", "-ldflags=-w", "-o", dir}, flags...)
	cmd := exec.CommandContext(host.Context(), "go", append(args, module, module+"/cmd/ftpcheck", module+"/ftpcheck/internal/perf/floor", module+"/ftpcheck/internal/perf/usage")...)
	if slices.Contains(flags, "-trimpath") {
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return &programs{
		ftpcheck:   filepath.Join(dir, "ftpcheck"),
		pluginPath: filepath.Join(dir, filepath.Base(module)),
		floor:      filepath.Join(dir, "floor"),
		usage:      filepath.Join(dir, "usage"),
		sample:     filepath.Join(strings.TrimSpace(string(list)), "docs", "sample"),
	}, nil
}

// A use is what one run of a program used.
type use struct {
	CPU   time.Duration // user and system
	Peak  int64         // most memory, in bytes
	Wall  time.Duration // noisy: for people only
	Calls int           // of AWS
	Code  int           `json:"-"` // exit code
}

// A bench runs programs, in a world or in none.
type bench struct {
	*programs
	*world
	dir string // for what a run leaves; short, as it will have sockets in it
	// profile, if not empty, is what the names of profiles of ftpcheck begin with.
	profile string
}

// command is a program that sees the world and nothing of this machine, and notes in a
// file what it used.
func (b *bench) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(b.usage, append([]string{b.usageFile(), program}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "TMPDIR=" + b.dir, "AWS_EC2_METADATA_DISABLED=true", "GORACE=" + os.Getenv("GORACE")}
	if b.world != nil {
		cmd.Env = append(cmd.Env, b.server.Env()...)
		b.server.Reset()
	}
	return cmd
}

func (b *bench) cpuProfile() string { return b.profile + ".cpu.pprof" }
func (b *bench) memProfile() string { return b.profile + ".mem.pprof" }

func (b *bench) usageFile() string { return filepath.Join(b.dir, "usage.json") }

// used tells what the last command used, which has ended.
func (b *bench) used() (use, error) {
	var u use
	text, err := os.ReadFile(b.usageFile())
	if err != nil {
		return u, err
	}
	var noted struct {
		CPU        time.Duration
		Peak, Code int64
	}
	if err := json.Unmarshal(text, &noted); err != nil {
		return u, err
	}
	u = use{CPU: noted.CPU, Peak: noted.Peak, Code: int(noted.Code)}
	if b.world != nil {
		u.Calls = b.server.Count("", "", "").Attempts
	}
	return u, os.Remove(b.usageFile())
}

// run runs a program to its end, which must be with this exit code. What the program
// prints goes to stdout.
func (b *bench) run(stdout io.Writer, code int, program string, args ...string) (use, error) {
	if b.profile != "" && program == b.ftpcheck {
		args = append(args, "--cpuprofile="+b.cpuProfile(), "--memprofile="+b.memProfile())
	}
	cmd := b.command(program, args...)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = stdout, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return use{}, fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	wall := time.Since(start)
	u, err := b.used()
	if err != nil {
		return u, err
	}
	u.Wall = wall
	if u.Code != code {
		return u, fmt.Errorf("%s: exit code %d, want %d\n%s", cmd, u.Code, code, &stderr)
	}
	return u, nil
}
