package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// How check and audit end: what was not read, the answer in a sentence, and the exit code.

// conclude prints what was not read and the summary, and returns the exit code.
func conclude(w io.Writer, r *finding.Report) error {
	scope := finding.ScopeOf(r.Places)
	for _, list := range []struct {
		title  string
		places []sg.Coverage
	}{{"Not read:", scope.Missed}, {"Not determined:", scope.Noted}} {
		for i, p := range list.places {
			if i == 0 {
				fmt.Fprintln(w, list.title)
			}
			fmt.Fprintf(w, "- %s\n", output.Printable(p.Problem()))
		}
	}
	if empty := scope.Emptiness(); empty != "" {
		fmt.Fprintln(w, output.Printable(empty))
	}
	unknown, told := int64(0), map[string]bool{}
	for _, f := range r.Findings {
		if f.Kind != finding.Undetermined {
			continue
		}
		unknown++
		if problem := f.Problem(); f.Permission.Doubt != "" && !told[problem] {
			if len(told) == 0 && len(scope.Noted) == 0 {
				fmt.Fprintln(w, "Not determined:")
			}
			told[problem] = true
			fmt.Fprintf(w, "- %s\n", output.Printable(problem))
		}
	}
	if _, err := fmt.Fprintln(w, summary(r.OpenGroups, r.Groups, unknown), holdsFor(scope)); err != nil {
		return err
	}
	return exitFor(r.Complete(), r.OpenGroups)
}

// concludeAudit prints where the evidence is and what it says, and returns the exit code.
func concludeAudit(w io.Writer, dir string, m *audit.Manifest) error {
	fmt.Fprintf(w, "The evidence is in %s. Open %s/report.html first.\n", output.Printable(dir), output.Printable(strings.TrimRight(dir, "/")))
	tellHash(w, m)
	missed := 0
	for _, p := range m.NotReached {
		if p.Optional || p.LeftOut {
			continue
		}
		if missed == 0 {
			fmt.Fprintln(w, "INCOMPLETE. Not read:")
		}
		missed++
		fmt.Fprintf(w, "- %s: %s\n", output.Printable(p.Place), output.Printable(p.Message))
	}
	a := m.Answer
	text := summary(a.OpenSecurityGroups, a.SecurityGroups, a.UndeterminedPermissions)
	if !m.Complete {
		text += " This is not the whole answer."
	}
	if _, err := fmt.Fprintln(w, text); err != nil {
		return err
	}
	return exitFor(m.Complete, a.OpenSecurityGroups)
}

// tellHash prints what proves, if it is kept elsewhere, that the evidence is the same.
func tellHash(w io.Writer, m *audit.Manifest) {
	fmt.Fprintf(w, "The SHA-256 of manifest.json, to keep elsewhere, is %s.\n", m.SHA256)
}

// summary is the answer in a sentence or two.
func summary(openGroups, groups, unknownPermissions int64) string {
	s := fmt.Sprintf("%d of %s let the whole internet in on FTP.", openGroups, count(groups, "security group"))
	if unknownPermissions > 0 {
		s += fmt.Sprintf(" %s could not be determined.", count(unknownPermissions, "ingress permission"))
	}
	return s
}

// holdsFor says for what the answer holds.
func holdsFor(scope finding.Scope) string {
	read := scope.Read(count)
	if read == "" {
		return "Nothing was read, so this is no answer."
	}
	s := "Read: " + read
	if len(scope.Missed) > 0 {
		return s + fmt.Sprintf(". Not read: %d, so this is not the whole answer.", len(scope.Missed))
	}
	if scope.Optional > 0 {
		s += fmt.Sprintf("; %d not enabled or suspended", scope.Optional)
	}
	if scope.LeftOut > 0 {
		s += fmt.Sprintf("; %s left out by choice", count(int64(scope.LeftOut), "place"))
	}
	if scope.OtherShards > 0 {
		s += fmt.Sprintf("; %s left to other shards", count(scope.OtherShards, "account"))
	}
	return s + ". None failed."
}

// exitFor is the exit code of an answer: what is not complete is an error, whatever is open.
func exitFor(complete bool, openGroups int64) error {
	switch {
	case !complete:
		return exitCode(exitError)
	case openGroups > 0:
		return exitCode(exitOpen)
	}
	return nil
}

func count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
