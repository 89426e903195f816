package main

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// BenchmarkScale checks ever larger accounts in one region and reports, for each,
//
//	µs/group      CPU time for each group, without that of a check of no group
//	x-of-smaller  the same, as a multiple of that of the account before: 1 if linear
//
// The figures of the smallest account are a small difference, and vary.
func BenchmarkScale(b *testing.B) {
	cost := func(b *testing.B, groups int) float64 {
		in := &bench{programs: built, world: newWorld(b, "scale", oneRegion, groups, 0, 0), dir: b.TempDir()}
		check := func(in *bench) (use, error) { return in.check(min(1, in.OpenGroups)) }
		return min(runs(b, in, check).CPU, runs(b, in, check).CPU).Seconds()
	}
	nothing, before := cost(b, 0), 0.0
	for _, groups := range []int{100, 2_000, 20_000, 80_000} {
		b.Run(fmt.Sprintf("%d groups", groups), func(b *testing.B) {
			smaller := before
			for b.Loop() {
				each := (cost(b, groups) - nothing) / float64(groups)
				b.ReportMetric(each*1e6, "µs/group")
				if smaller > 0 {
					b.ReportMetric(each/smaller, "x-of-smaller")
				}
				before = each
			}
		})
	}
}

// BenchmarkLatency checks an account with 500 groups in each of 17 regions that are 80 ms
// away, and each region alone, and reports
//
//	x-of-slowest  the time for all, as a multiple of that for the slowest region alone: 1 if
//	              regions do not wait for each other, and there are enough CPUs. Both begin
//	              with the start of the process and two calls.
//	x-of-cpu      the time for all, as a multiple of its CPU time spread over all CPUs: near
//	              1 if the CPUs are what it waits for
func BenchmarkLatency(b *testing.B) {
	w := newWorld(b, "latency", fakeaws.DefaultRegions, 500, 0, 80*time.Millisecond)
	one := *w
	one.Groups, one.OpenGroups = w.Groups/len(w.regions), w.OpenGroups/len(w.regions)
	one.Rows, one.OpenRows = w.Rows/len(w.regions), w.OpenRows/len(w.regions)
	all, alone := &bench{programs: built, world: w, dir: b.TempDir()}, &bench{programs: built, world: &one, dir: b.TempDir()}
	runs(b, all, checkWorld) // the fake makes its answers
	for b.Loop() {
		var slowest time.Duration
		for _, region := range w.regions {
			slowest = max(slowest, runs(b, alone, func(in *bench) (use, error) { return in.check(1, "--region", region) }).Wall)
		}
		took := runs(b, all, checkWorld)
		b.ReportMetric(took.Wall.Seconds()/slowest.Seconds(), "x-of-slowest")
		b.ReportMetric(took.Wall.Seconds()/(took.CPU.Seconds()/float64(runtime.NumCPU())), "x-of-cpu")
	}
}
