// Perf measures ftpcheck as its users have it: as processes, against an AWS that is on this
// machine. See docs/performance.md.
//
// It serves the fake AWS itself, so that the fake's CPU time is not counted, and it fails if
// any answer is wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// size says how to make a world, and what is measured in it unless cases are named.
type size struct {
	name               string
	regions            []string
	groups, interfaces int // in each region
	cases              []string
}

var sizes = []size{
	{"none", nil, 0, 0, nil},
	{"S", []string{"us-east-1"}, 100, 0, withoutNetwork},
	{"M", fakeaws.DefaultRegions, 500, 0, withoutNetwork},
	{"N", fakeaws.DefaultRegions, 500, 500, []string{"floor", "check", "count", "paths"}},
	{"L", []string{"us-east-1"}, 20_000, 0, withoutNetwork},
	{"4L", []string{"us-east-1"}, 80_000, 0, []string{"floor", "check", "count", "audit", "verify", "diff", "merge", "benchmark"}},
}

// withoutNetwork are the cases of worlds without network interfaces: all but one.
var withoutNetwork = []string{"floor", "check", "count", "rows", "plugin-open", "plugin-rows", "saved", "audit", "verify", "diff", "merge", "benchmark"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := within(ctx, func(h testing.TB) error { return measure(h, os.Args[1:]) })
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "perf:", err)
		os.Exit(1)
	}
}

func measure(h testing.TB, args []string) error {
	flags := flag.NewFlagSet("perf", flag.ContinueOnError)
	worlds := flags.String("worlds", "none,S,M,N,L,4L", "measure in these `WORLDS`")
	cases := flags.String("cases", "", "measure these `CASES` (default all, but few in N and 4L)")
	rounds := flags.Int("n", 5, "measure in so many `ROUNDS`, each of which runs every case once")
	file := flags.String("json", "", "write all measurements to this `FILE`")
	profiles := flags.String("profile", "", "run each case once more and write profiles of the command to this `DIR`, for go tool pprof -top")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var chosen []size
	for name := range strings.SplitSeq(*worlds, ",") {
		i := slices.IndexFunc(sizes, func(s size) bool { return s.name == name })
		if i < 0 {
			return fmt.Errorf("there is no world %q", name)
		}
		chosen = append(chosen, sizes[i])
	}
	named, err := caseNames(*cases)
	if err != nil {
		return err
	}
	p, err := build(h, "-trimpath", "-buildvcs=auto") // as make build does, so that both share what is compiled
	if err != nil {
		return err
	}
	r := newReport(p)
	fmt.Println(r.heading())
	for _, s := range chosen {
		list := s.list(named)
		if len(list) == 0 {
			continue
		}
		// A world goes before the next one comes.
		err := within(h.Context(), func(h testing.TB) error {
			m, err := measureWorld(h, p, s, list, *rounds, *profiles)
			if err != nil {
				return fmt.Errorf("world %s: %w", s.name, err)
			}
			r.Worlds = append(r.Worlds, m)
			fmt.Println(m.markdown())
			return nil
		})
		if err != nil {
			return err
		}
	}
	return r.write(*file)
}

// caseNames reads a list of cases; empty means no choice.
func caseNames(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	names := strings.Split(list, ",")
	for _, name := range names {
		if !slices.ContainsFunc(slices.Concat(inNone, inWorlds), func(k scenario) bool { return k.Name == name }) {
			return nil, fmt.Errorf("there is no case %q", name)
		}
	}
	return names, nil
}

// list is the cases to measure in the world: the named, or its own if none are named.
func (s size) list(named []string) []scenario {
	all := inWorlds
	if s.regions == nil {
		all = inNone
	}
	if named == nil {
		named = s.cases
	}
	var some []scenario
	for _, k := range all {
		if named == nil || slices.Contains(named, k.Name) {
			some = append(some, k)
		}
	}
	return some
}

// measureWorld measures the cases in turn, so that what else the machine does touches all
// alike.
func measureWorld(h testing.TB, p *programs, s size, cases []scenario, rounds int, profiles string) (*worldReport, error) {
	b := &bench{programs: p, dir: h.TempDir()}
	if s.regions != nil {
		b.world = newWorld(h, s.name, s.regions, s.groups, s.interfaces, 0)
	}
	m := &worldReport{world: b.world, Name: s.name, Runs: map[string][]use{}, cases: cases}
	for range rounds {
		for _, k := range cases {
			u, err := k.run(b)
			if h.Context().Err() != nil {
				return nil, errors.New("interrupted")
			}
			if err != nil {
				return nil, fmt.Errorf("case %s: %w", k.Name, err)
			}
			m.Runs[k.Name] = append(m.Runs[k.Name], u)
		}
	}
	if profiles == "" {
		return m, nil
	}
	if err := os.MkdirAll(profiles, 0o755); err != nil {
		return nil, err
	}
	for _, k := range cases {
		b.profile = filepath.Join(profiles, s.name+"-"+k.Name)
		if _, err := k.run(b); err != nil {
			return nil, fmt.Errorf("profile of case %s: %w", k.Name, err)
		}
	}
	return m, nil
}

// host is as much of a test as fakeaws and build need, for a program that is none.
type host struct {
	testing.TB
	ctx      context.Context
	cleanups []func()
}

// within runs f with a host, and cleans up after it.
func within(ctx context.Context, f func(testing.TB) error) error {
	h := &host{ctx: ctx}
	defer func() {
		for _, f := range slices.Backward(h.cleanups) {
			f()
		}
	}()
	return f(h)
}

func (h *host) Context() context.Context          { return h.ctx }
func (h *host) Helper()                           {}
func (h *host) Cleanup(f func())                  { h.cleanups = append(h.cleanups, f) }
func (h *host) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (h *host) TempDir() string {
	dir, err := os.MkdirTemp("", "perf-")
	if err != nil {
		panic(err)
	}
	h.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
