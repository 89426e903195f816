package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// What check prints for people and for other programs.

// print writes the findings in one format.
func (k *check) print(w io.Writer, format string, r *finding.Report, changes baseline.Changes) error {
	switch format {
	case "sarif":
		return finding.WriteSARIF(w, r)
	case "ocsf":
		return finding.WriteOCSF(w, r)
	case "junit":
		return finding.WriteJUnit(w, r)
	case "findings":
		return finding.WriteJSON(w, r)
	case "markdown":
		return finding.WriteMarkdown(w, r, changeLines(changes))
	case "text":
		return tellFindings(w, r, k.text)
	case "table", "line":
		if r.Count() == 0 || r.Findings.Kind(0) == finding.NotRead {
			return nil
		}
	}
	rows := findingRows{columns: findingColumns}
	if r.Has(func(f finding.Finding) bool { return f.Permission != nil && f.Permission.Group.IsPlanned() }) {
		rows.columns = append(slices.Clip(rows.columns), plannedColumns...)
	}
	rows.own = len(rows.columns)
	if rows.reach = k.text.reachable && format != "table"; rows.reach { // which is wide enough
		rows.columns = slices.Concat(rows.columns, reachColumns)
	}
	if rows.exceptions = r.Exceptions != nil; rows.exceptions {
		rows.columns = slices.Concat(rows.columns, exceptionColumns)
	}
	if rows.change = k.before != nil; rows.change {
		rows.columns = slices.Concat(rows.columns, output.Texts("change"))
	}
	table, err := k.form.writerOf(format, w, rows.columns)
	if err != nil {
		return err
	}
	return rows.print(table, r)
}

// findingRows are findings as rows.
type findingRows struct {
	columns                   []output.Column
	own                       int // of these, the columns of findingRow
	reach, exceptions, change bool
}

// print prints the permissions among the findings; conclude tells of the places.
func (s findingRows) print(w output.Writer, r *finding.Report) error {
	for _, f := range r.All() {
		if f.Permission == nil {
			continue
		}
		row := slices.Clip(findingRow(f.Permission)[:s.own])
		if s.reach {
			row = append(row, reachRow(f.Exposure())...)
		}
		if s.exceptions {
			row = append(row, exceptionRow(f.Exception)...)
		}
		if s.change {
			row = append(row, orNull(f.Change))
		}
		if err := w.Row(row); err != nil {
			return err
		}
	}
	return w.End()
}

// isSummary reports whether the file is the summary of a job of GitHub, which is there already and to
// be appended to.
func (f fileOutput) isSummary() bool { return f.path == os.Getenv("GITHUB_STEP_SUMMARY") }

// free returns an error if the file is there already.
func (f fileOutput) free() error {
	if f.isSummary() {
		return nil
	}
	return (&exportFlag{f.path}).problem((&exportFlag{f.path}).absent())
}

// write has the file written.
func (f fileOutput) write(write func(io.Writer) error) error {
	if !f.isSummary() {
		return (&exportFlag{f.path}).write(write)
	}
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err == nil {
		err = cmp.Or(write(file), file.Close())
	}
	if err != nil {
		return fmt.Errorf("the summary of the job cannot be written: %w", newfile.WithoutPath(err))
	}
	return nil
}

// inGitHub reports whether this runs in a job of GitHub Actions.
func inGitHub() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }
