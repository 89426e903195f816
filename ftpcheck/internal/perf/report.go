package main

import (
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A report is everything that was measured.
type report struct {
	Go, Platform, Commit string
	CPUs                 int
	Started              time.Time
	Worlds               []*worldReport
}

// A worldReport is what was measured in one world: for each case a use for each round.
type worldReport struct {
	*world
	Name  string
	Runs  map[string][]use
	cases []scenario
}

func newReport(p *programs) *report {
	r := &report{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(), Started: time.Now()}
	if info, err := buildinfo.ReadFile(p.ftpcheck); err == nil {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				r.Commit = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				r.Commit += "+"
			}
		}
	}
	return r
}

func (r *report) heading() string {
	return fmt.Sprintf("%s, %s, %s, %d CPUs, commit %.12s.\n", r.Started.Format(time.DateOnly), r.Go, r.Platform, r.CPUs, cmp.Or(r.Commit, "not known"))
}

func (r *report) write(file string) error {
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// markdown is a table of medians, with least and most where it matters.
func (m *worldReport) markdown() string {
	var t strings.Builder
	rounds := len(m.Runs[m.cases[0].Name])
	if m.world != nil {
		fmt.Fprintf(&t, "**%s.** Medians, rounds: %d; least and most in brackets.\n\n", m.world, rounds)
		fmt.Fprint(&t, "| case | CPU s | CPU as a multiple of the floor | peak MB | AWS calls | rows per CPU s | CPU µs a row | CPU µs a group |\n")
		fmt.Fprint(&t, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	} else {
		fmt.Fprintf(&t, "**Without AWS.** Medians, rounds: %d; least and most in brackets.\n\n", rounds)
		fmt.Fprint(&t, "| case | CPU s | peak MB |\n| --- | ---: | ---: |\n")
	}
	for _, k := range m.cases {
		runs := m.Runs[k.Name]
		cpu := spreadOf(runs, func(i int) float64 { return runs[i].CPU.Seconds() })
		peak := spreadOf(runs, func(i int) float64 { return float64(runs[i].Peak) / 1e6 })
		fmt.Fprintf(&t, "| %s | %s |", k.What, cpu.text("%.3f"))
		if m.world == nil {
			fmt.Fprintf(&t, " %s |\n", peak.text("%.0f"))
			continue
		}
		ratio := ""
		if floor := m.Runs[inWorlds[0].Name]; floor != nil {
			ratio = spreadOf(runs, func(i int) float64 { return runs[i].CPU.Seconds() / floor[i].CPU.Seconds() }).text("%.2f")
		}
		calls := spreadOf(runs, func(i int) float64 { return float64(runs[i].Calls) })
		fmt.Fprintf(&t, " %s | %s | %.0f | %.0f | %.2f | %.1f |\n", ratio, peak.text("%.0f"), calls.median,
			float64(m.Rows)/cpu.median, cpu.median*1e6/float64(m.Rows), cpu.median*1e6/float64(m.Groups))
	}
	return t.String()
}

// A spread is what several rounds gave.
type spread struct{ median, least, most float64 }

// spreadOf is the spread of a value over all rounds.
func spreadOf(runs []use, value func(i int) float64) spread {
	var all []float64
	for i := range runs {
		all = append(all, value(i))
	}
	slices.Sort(all)
	n := len(all)
	return spread{(all[(n-1)/2] + all[n/2]) / 2, all[0], all[n-1]}
}

func (s spread) text(format string) string {
	if s.least == s.most {
		return fmt.Sprintf(format, s.median)
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.median, s.least, s.most)
}
