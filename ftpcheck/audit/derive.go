package audit

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// incompleteName is the file that is there only if the audit is not complete.
const incompleteName = "INCOMPLETE.txt"

// derive writes into a folder everything that follows from a recorded scan and from what
// the manifest says of the run, and completes the manifest with what follows.
func derive(ctx context.Context, raw, dir string, m *Manifest) (err error) {
	d := &derivation{dir: dir, m: m}
	m.Rows = map[string]int{}
	m.Answer = Answer{}
	tables := tables.Of(nil)
	permissions, groups, paths, coverage := tables[0], tables[1], tables[2], tables[3]
	defer func() { err = cmp.Or(err, d.close()) }()
	if d.book, err = newBook(dir, m.Exceptions != nil); err != nil {
		return fileError(workbookName, err)
	}
	for t, name := range map[*relation.Table]string{permissions: "ingress_permissions.csv", groups: "security_groups.csv", paths: "internet_paths.csv", coverage: "coverage.csv"} {
		if err := d.open(t, name); err != nil {
			return err
		}
	}

	found := finding.NewSpool(dir)
	defer found.Close()
	r := &finding.Report{Findings: found, Version: m.Tool.Version, Commit: m.Tool.Commit, Callers: m.Callers, Started: m.Started, Finished: m.Finished, Asked: m.AskedFor()}
	open := map[string]bool{}
	ofGroups := d.sorted(found.Add, groups, permissions)
	ofPaths := d.sorted(func([]finding.Kept) {}, paths)
	places, err := read(ctx, raw, func(g *sg.Group) error {
		if g.Verdict.Unrestricted == rule.Yes {
			open[g.Identity()] = true
		}
		m.Answer.IngressPermissions += int64(len(g.Permissions))
		kept, err := found.Keep(finding.Of(g))
		if err != nil {
			return fileError("what was found", err)
		}
		if err := ofGroups.begin(g.Origin, g.AccountID, g.Region, g.ID, kept); err != nil {
			return err
		}
		ofGroups.row(groups, g)
		for _, p := range inOrder(g.Permissions) {
			ofGroups.row(permissions, p)
		}
		return ctx.Err()
	}, func(p *sg.InternetPath) error {
		if err := ofPaths.begin("", p.AccountID, p.Region, p.ID, nil); err != nil {
			return err
		}
		ofPaths.row(paths, p)
		return nil
	})
	if err != nil {
		return err
	}
	if err := cmp.Or(ofGroups.flush(), ofPaths.flush()); err != nil {
		return err
	}
	for i := range places {
		if err := d.row(coverage, &places[i]); err != nil {
			return err
		}
	}
	// What was not read comes first, so that nobody reads the rest as the whole.
	found.Begin(finding.OfPlaces(places))
	m.Answer.OpenPermissions, m.Answer.UndeterminedPermissions = int64(r.Count(finding.Open)), int64(r.Count(finding.Undetermined))
	m.Answer.SecurityGroups, m.Answer.OpenSecurityGroups = sg.DistinctGroups(places), int64(len(open))
	r.Places, r.Groups, r.OpenGroups = places, m.Answer.SecurityGroups, m.Answer.OpenSecurityGroups
	if err := d.except(r); err != nil {
		return err
	}
	m.Complete = r.Complete()
	m.reach(places)
	if err := d.findings(r); err != nil {
		return err
	}
	// Nothing reads findings after this, so that none that could not be read is missed.
	return cmp.Or(fileError(workbookName, d.book.summarize(m, r)), found.Err())
}

// except has the exceptions cover what is open, by what held when the reading ended, and writes what
// they are and what they have come to.
func (d *derivation) except(r *finding.Report) error {
	m := d.m
	accepted, err := m.Exceptions.list()
	if accepted == nil || err != nil {
		return err
	}
	r.Except(accepted, m.Finished)
	m.Answer.AcceptedSecurityGroups = r.Accepted
	said := *m.Exceptions // which a verification compares with this
	said.Notes = append([]string{}, r.Exceptions.Notes...)
	m.Exceptions = &said
	const name = "exceptions.csv"
	csv, err := d.csv(name, exception.UseColumns())
	if err != nil {
		return err
	}
	for _, use := range r.Exceptions.Uses {
		if err := csv.Row(use.Row()); err != nil {
			return fileError(name, err)
		}
	}
	m.Rows[name] = len(r.Exceptions.Uses)
	return fileError(name, csv.End())
}

// read replays a recorded scan and hands over its groups and paths, place by place.
func read(ctx context.Context, raw string, each func(*sg.Group) error, eachPath func(*sg.InternetPath) error) ([]sg.Coverage, error) {
	scanner, err := scan.New(config.Config{Paths: []string{filepath.Join(raw, record.IndexName)}})
	if err != nil {
		return nil, err
	}
	defer scanner.Close()
	request := sg.Everything()
	request.Paths = eachPath
	places, err := scanner.Read(ctx, request, each)
	var incomplete *sg.IncompleteError
	if errors.As(err, &incomplete) {
		err = nil
	}
	return places, err
}

func inOrder(permissions []*sg.Permission) []*sg.Permission {
	keys := make(map[*sg.Permission]string, len(permissions))
	for _, p := range permissions {
		keys[p] = p.Key()
	}
	sorted := slices.Clone(permissions)
	slices.SortStableFunc(sorted, func(a, b *sg.Permission) int { return strings.Compare(keys[a], keys[b]) })
	return sorted
}

// reach fills in what was reached and what was not.
func (m *Manifest) reach(places []sg.Coverage) {
	m.Reached = Reached{Accounts: []string{}, Regions: []string{}}
	m.NotReached = []NotReached{}
	for _, c := range places {
		if c.Status != sg.StatusScanned {
			m.NotReached = append(m.NotReached, NotReached{c.Place(), c.AccountID, c.Region, c.Status, c.Optional, c.LeftOut(), c.ErrorCode, c.ErrorMessage})
			continue
		}
		m.Reached.Places++
		m.Reached.Accounts = append(m.Reached.Accounts, c.AccountID)
		m.Reached.Regions = append(m.Reached.Regions, c.Region)
	}
	for _, list := range []*[]string{&m.Reached.Accounts, &m.Reached.Regions} {
		slices.Sort(*list)
		*list = slices.DeleteFunc(slices.Compact(*list), func(s string) bool { return s == "" })
	}
}

// derivation is the files that are being written.
type derivation struct {
	dir     string
	m       *Manifest
	files   map[*relation.Table]*tableFiles
	created []*newfile.File
	rows    []*sortedRows
	book    *book
}

// tableFiles is one table in all its forms.
type tableFiles struct {
	name    string // of the CSV
	writers []output.Writer
}

func (d *derivation) open(t *relation.Table, name string) error {
	columns := columnsOf(t)
	csv, err := d.csv(name, columns)
	if err != nil {
		return err
	}
	files := &tableFiles{name, []output.Writer{csv}}
	if slices.Contains(d.m.Forms, Parquet) {
		hive, err := output.NewHive(filepath.Join(d.dir, parquetName, t.Name), columns, "account_id", "region")
		if err != nil {
			return err
		}
		files.writers = append(files.writers, hive)
	}
	if d.files == nil {
		d.files = map[*relation.Table]*tableFiles{}
	}
	d.files[t] = files
	d.m.Rows[name] = 0
	return nil
}

func columnsOf(t *relation.Table) []output.Column {
	columns := make([]output.Column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = output.Column{Name: c.Name, Type: c.Type}
	}
	return columns
}

// csv opens a CSV file, and the sheet of the workbook that has the same rows if there is one.
func (d *derivation) csv(name string, columns []output.Column) (output.Writer, error) {
	f, err := newfile.Create(filepath.Join(d.dir, name))
	if err != nil {
		return nil, fileError(name, err)
	}
	d.created = append(d.created, f)
	csv, err := output.NewCSV(f, columns, d.m.CSV != "raw")
	if sheet := d.book.sheets[name]; sheet != nil {
		return both{csv, sheet}, err
	}
	return csv, err
}

// both writes the same rows twice.
type both [2]output.Writer

func (b both) Row(values []any) error { return cmp.Or(b[0].Row(values), b[1].Row(values)) }
func (b both) End() error             { return cmp.Or(b[0].End(), b[1].End()) }

func (d *derivation) row(t *relation.Table, row relation.Row) error {
	values := make([]any, len(t.Columns))
	for i := range t.Columns {
		values[i] = t.Columns[i].Value(row, nil)
	}
	return d.write(t, values)
}

// write writes a row of a table in all its forms.
func (d *derivation) write(t *relation.Table, values []any) error {
	files := d.files[t]
	d.m.Rows[files.name]++
	for _, w := range files.writers {
		if err := w.Row(values); err != nil {
			return fileError(files.name, err)
		}
	}
	return nil
}

// findings writes the findings in all their forms.
func (d *derivation) findings(r *finding.Report) error {
	const name = "findings.csv"
	csv, err := d.csv(name, finding.Columns())
	if err != nil {
		return err
	}
	for _, f := range r.All() {
		if err := csv.Row(f.Row()); err != nil {
			return fileError(name, err)
		}
	}
	d.m.Rows[name] = r.Count()
	if err := csv.End(); err != nil {
		return fileError(name, err)
	}
	forms := map[string]func(io.Writer, *finding.Report) error{"report.html": report.Write}
	if slices.Contains(d.m.Forms, SARIF) {
		forms["findings.sarif"] = finding.WriteSARIF
	}
	if slices.Contains(d.m.Forms, OCSF) {
		forms["findings.ocsf.jsonl"] = finding.WriteOCSF
	}
	if !r.Complete() {
		forms[incompleteName] = writeIncomplete
	}
	for name, write := range forms {
		if err := newfile.Write(filepath.Join(d.dir, name), func(w io.Writer) error { return write(w, r) }); err != nil {
			return fileError(name, err)
		}
	}
	return nil
}

func writeIncomplete(w io.Writer, r *finding.Report) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "THIS AUDIT IS INCOMPLETE.")
	fmt.Fprintln(b, "What is not among its findings may be open all the same, for these reasons:")
	for _, f := range r.All() {
		if f.Kind != finding.Open {
			fmt.Fprintf(b, "- %s\n", output.Printable(f.Problem()))
		}
	}
	if len(r.Places) == 0 {
		fmt.Fprintln(b, "- Nothing was read.")
	}
	return b.Flush()
}

// close ends all files, and makes the disk have them. Its error is the first.
func (d *derivation) close() error {
	var errs []error
	for _, rows := range d.rows {
		rows.spool.Close()
	}
	for _, files := range d.files {
		for _, w := range files.writers {
			errs = append(errs, fileError(files.name, w.End()))
		}
	}
	if d.book != nil {
		errs = append(errs, fileError(workbookName, d.book.Close()), fileError(workbookName, d.book.file.Close()))
	}
	for _, f := range d.created {
		errs = append(errs, f.Close())
	}
	return cmp.Or(errs...)
}

// fileError says which file cannot be written, unless the error is nil.
func fileError(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s cannot be written: %w", name, newfile.WithoutPath(err))
}
