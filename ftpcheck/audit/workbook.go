package audit

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/workbook"
)

// workbookName is the file for whoever works in a spreadsheet: the CSV files but for those of
// permissions and paths, of which there are too many, and a summary.
const workbookName = "findings.xlsx"

// A book is findings.xlsx while it is being written.
type book struct {
	*workbook.Writer
	file    *newfile.File
	summary *workbook.Sheet
	sheets  map[string]output.Writer // by the name of the CSV file with the same rows
}

func newBook(dir string, exceptions bool) (b *book, err error) {
	b = &book{sheets: map[string]output.Writer{}}
	if b.file, err = newfile.Create(filepath.Join(dir, workbookName)); err != nil {
		return nil, err
	}
	b.Writer = workbook.New(b.file, dir)
	b.Cut = "… (A cell can hold no more. The CSV file beside this workbook has all of it.)"
	if b.summary, err = b.Sheet("Summary", []workbook.Column{{Width: 26}, {Width: 110, Wrap: true}}); err != nil {
		return b, err
	}
	tables := tables.Of(nil)
	for _, t := range []struct {
		name, csv string
		columns   []output.Column
		first     string // columns that come first; all others follow as the CSV file has them
	}{
		{"Findings", "findings.csv", finding.Columns(), "finding account_id region group_id group_name problem remediation internet_reachable reachable_addresses " +
			"unrestricted_ftp_ports source unrestricted_ftp_reason exception exception_until exception_owner"},
		{"Security groups", "security_groups.csv", columnsOf(tables[1]), "account_id region group_id group_name unrestricted_ftp unrestricted_ftp_ports unrestricted_ftp_reasons " +
			"internet_reachable reachable_addresses is_attached"},
		{"Coverage", "coverage.csv", columnsOf(tables[3]), "account_id region status error_code error_message network_error_message"},
		{"Exceptions", "exceptions.csv", exception.UseColumns(), ""},
	} {
		if t.csv == "exceptions.csv" && !exceptions {
			continue
		}
		if b.sheets[t.csv], err = b.table(t.name, t.columns, strings.Fields(t.first)); err != nil {
			return b, err
		}
	}
	return b, b.frameworks()
}

// frameworks adds the sheet of what an open group bears on, which is the same in every workbook.
func (b *book) frameworks() error {
	sheet, err := b.table("Frameworks", output.Texts("framework", "requirement", "title", "asks", "bearing", "meaning", "why", "scope", "publisher", "source"), nil)
	if err != nil {
		return err
	}
	for _, f := range framework.All() {
		for _, r := range f.Requirements {
			if err := sheet.Row([]any{f.String(), r.ID, r.Title, r.Asks, string(r.Bearing), r.Bearing.Meaning(), r.Why, f.Scope, f.Publisher, f.Source}); err != nil {
				return err
			}
		}
	}
	return sheet.End()
}

// The widths of columns, in characters. Texts of prose wrap.
var (
	widths = map[string]int{"group_name": 28, "title": 28, "tags": 40, "arn": 40, "akas": 40, "source": 22, "reachable_addresses": 24, "unrestricted_ftp_reasons": 24,
		"group_id": 23, "vpc_id": 23, "security_group_rule_id": 24, "started_at": 24, "finished_at": 24, "error_code": 24, "origin": 24,
		"framework": 36, "requirement": 24, "bearing": 22, "publisher": 28}
	prose = map[string]int{"asks": 50, "meaning": 40, "scope": 40, "problem": 60, "remediation": 90, "description": 40, "exception": 40, "why": 50, "error_message": 90, "network_error_message": 60}
)

const usualWidth = 16

// table adds a sheet for the rows of a CSV file.
func (b *book) table(name string, columns []output.Column, first []string) (output.Writer, error) {
	t := &bookTable{region: -1, group: -1}
	for _, n := range first {
		t.order = append(t.order, slices.IndexFunc(columns, func(c output.Column) bool { return c.Name == n }))
	}
	for i := range columns {
		if !slices.Contains(t.order, i) {
			t.order = append(t.order, i)
		}
	}
	var of []workbook.Column
	for _, i := range t.order {
		c := workbook.Column{Name: columns[i].Name, Width: max(usualWidth, widths[columns[i].Name])}
		if w := prose[c.Name]; w > 0 {
			c.Width, c.Wrap = w, true
		}
		of = append(of, c)
		switch c.Name {
		case "region":
			t.region = i
		case "group_id":
			t.group = i
		}
	}
	t.row = make([]any, len(t.order))
	var err error
	t.sheet, err = b.Sheet(name, of)
	return t, err
}

// A bookTable writes the rows of a CSV file on a sheet, in the order of its columns.
type bookTable struct {
	sheet         *workbook.Sheet
	order         []int // where in a row of the CSV file the columns are
	region, group int   // where in it these are, or -1
	row           []any
}

// Row writes a row of the CSV file.
func (t *bookTable) Row(values []any) error {
	for i, from := range t.order {
		t.row[i] = values[from]
		if from == t.group && t.region >= 0 {
			t.row[i] = inConsole(values[t.region], values[from])
		}
	}
	return t.sheet.Row(t.row)
}

// End ends the sheet.
func (t *bookTable) End() error { return t.sheet.End() }

// consoles are the consoles of AWS, by how the names of their regions begin. Of other partitions,
// nobody outside knows an address; what is not below begins with two letters and a side of the
// compass.
var consoles = []struct {
	regions *regexp.Regexp
	host    string
}{
	{regexp.MustCompile(`^cn-[a-z]+-[0-9]+$`), "console.amazonaws.cn"},
	{regexp.MustCompile(`^us-gov-[a-z]+-[0-9]+$`), "console.amazonaws-us-gov.com"},
	{regexp.MustCompile(`^[a-z]{2}-(north|south|east|west|central)[a-z]*-[0-9]+$`), "console.aws.amazon.com"},
}

var idOfGroup = regexp.MustCompile(`^sg-[0-9a-f]+$`)

// inConsole has the ID of a group lead to it in the console of its partition. What a file says may
// be no ID and no region, and leads nowhere.
func inConsole(region, id any) any {
	r, _ := region.(string)
	g, _ := id.(string)
	if !idOfGroup.MatchString(g) {
		return id
	}
	for _, c := range consoles {
		if c.regions.MatchString(r) {
			return workbook.Link{Text: g, Page: "https://" + c.host + "/ec2/home?region=" + r, Tag: "SecurityGroup:groupId=" + g}
		}
	}
	return id
}

// mostMissing is how many places that were not read, or not wholly, the summary names.
const mostMissing = 50

// summarize writes the sheet that is seen first.
func (b *book) summarize(m *Manifest, r *finding.Report) error {
	said, scope := report.SentencesOf(r), finding.ScopeOf(r.Places)
	var err error
	row := func(label string, values ...any) {
		for i, v := range values {
			if i > 0 {
				label = ""
			}
			err = cmp.Or(err, b.summary.Row([]any{workbook.Heading(label), v}))
		}
	}
	space := func() { row("", nil) }
	moment := func(t time.Time) any { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

	err = b.summary.Row([]any{workbook.Title("FTP exposure")})
	space()
	row("Question", "Which security groups let the whole internet in on FTP (TCP port 20 or 21), and was everything looked at?")
	if said.Complete && m.Answer.OpenSecurityGroups == 0 {
		row("Answer", said.Answer)
	} else {
		row("Answer", workbook.Warning(said.Answer))
	}
	row("Asked for", cells[string](m.AskedFor())...)
	if said.Complete && scope.LeftOut > 0 {
		row("Complete", "Yes, but for what was left out by choice, which the sheet Coverage names. Every other place that was asked for was read, and every permission could be determined.")
	} else if said.Complete {
		row("Complete", "Yes. Every place that was asked for was read, and every permission could be determined.")
	} else {
		row("Complete", workbook.Warning("NO. What is not listed as open is not known to be closed."))
	}
	row("Missing", missing(r.Places, scope)...)
	if m.Answer.UndeterminedPermissions > 0 {
		row("Not determined", workbook.Warning("What is “undetermined” in the column finding of the sheet Findings."))
	}
	row("Scope", said.Scope)
	row("Reading began", moment(m.Started))
	row("Reading ended", moment(m.Finished))
	row("Read as", cells[string](m.Callers)...)
	space()
	row("Security groups", m.Answer.SecurityGroups)
	row("of which open", m.Answer.OpenSecurityGroups)
	if m.Exceptions != nil {
		row("of which accepted", m.Answer.AcceptedSecurityGroups)
	}
	row("Ingress permissions", m.Answer.IngressPermissions)
	row("of which open", m.Answer.OpenPermissions)
	row("of which undetermined", m.Answer.UndeterminedPermissions)
	row("Places read", m.Reached.Places)
	row("Places not read", len(scope.Missed))
	if m.Exceptions != nil && len(m.Exceptions.Notes) > 0 {
		space()
		row("Exceptions to look at", cells[workbook.Warning](m.Exceptions.Notes)...)
	}
	space()
	row("Tool", m.Tool.String())
	row("Rule", "version "+m.Rule)
	row("Sheets", "They have the rows of findings.csv, security_groups.csv and coverage.csv, and of exceptions.csv if there are exceptions, with the same columns. Times are in UTC.",
		"The ID of a group leads to it in the AWS console. Sign in to its account before.",
		"Frameworks has the requirements that open FTP bears on. The findings are evidence for a part of each, and no proof that one is met.",
		"Every ingress permission is in ingress_permissions.csv, and every path from the internet in internet_paths.csv. They are too many for a workbook.")
	row("Is it as it was written?", "Its SHA-256 is in SHA256SUMS and manifest.json, in the folder that it comes from. There, “sha256sum --check SHA256SUMS” compares it, unless somebody has changed both, and “ftpcheck audit verify” makes it again from what AWS said. What a spreadsheet has saved is another file.")
	return cmp.Or(err, b.summary.End())
}

// missing says what was not read, and what was not read wholly.
func missing(places []sg.Coverage, scope finding.Scope) []any {
	var all []string
	for _, p := range scope.Missed {
		all = append(all, p.Problem())
	}
	for _, p := range scope.Noted {
		all = append(all, p.Problem())
	}
	for _, p := range places {
		if p.Status == sg.StatusScanned && p.NetworkProblem != "" {
			all = append(all, p.Place()+": "+p.NetworkProblem)
		}
	}
	if more := len(all) - mostMissing; more > 0 {
		all = append(all[:mostMissing], humanize.Comma(int64(more))+" more, which are on the sheet Coverage.")
	}
	return cells[workbook.Warning](all)
}

// cells are texts as values of cells.
func cells[T ~string](texts []string) (all []any) {
	for _, t := range texts {
		all = append(all, T(t))
	}
	return all
}
