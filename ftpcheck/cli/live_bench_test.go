//go:build unix

package cli

import (
	"bytes"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// BenchmarkLargeOrganization checks 1,000 accounts with 17 regions each and ten groups in
// every region, behind token buckets like those of AWS and 80 ms away. It runs the
// command as a process of its own and reports
//
//	peak-MB     the most memory that the process had
//	cpu-s       its CPU time
//	x-of-floor  its time as a multiple of that of the calls alone: their number by 80 ms,
//	            by how many may be under way at once
func BenchmarkLargeOrganization(b *testing.B) {
	const accounts, groups, latency = 1000, 10, 80 * time.Millisecond
	w := fakeaws.Generate(accounts, fakeaws.DefaultRegions, groups)
	w.Organization = &fakeaws.Organization{}
	w.Latency = latency
	w.Throttle = &fakeaws.Throttle{}
	s := w.Start(b)
	s.Setenv(b)
	b.Setenv("HOME", b.TempDir())
	for b.Loop() {
		s.Reset()
		var stdout, stderr bytes.Buffer
		cmd := exec.Command("ftpcheck", "check", "--account", "*", "--output", "csv")
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		start := time.Now()
		cmd.Run()
		took := time.Since(start)
		want := "17,000 of 170,000 security groups let the whole internet in on FTP. Read: 17,000 account-regions, of 1,000 accounts in 17 regions. None failed."
		if cmd.ProcessState.ExitCode() != exitOpen || !strings.Contains(stderr.String(), want) {
			b.Fatalf("exit code %d: %s", cmd.ProcessState.ExitCode(), stderr.String())
		}
		if rows := strings.Count(stdout.String(), "any_ipv4"); rows != 17000 {
			b.Fatalf("%d findings, want 17000", rows)
		}
		calls := s.Count("", "", "").Attempts
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		b.ReportMetric(float64(usage.Maxrss)/1e3, "peak-MB")
		b.ReportMetric((cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), "cpu-s")
		b.ReportMetric(float64(calls), "calls")
		b.ReportMetric(took.Seconds()/(time.Duration(calls)*latency/64).Seconds(), "x-of-floor")
	}
}
