// Package report writes the pages for people. [Write] writes report.html, the page that an
// auditor opens first: the answer, who says so, how far it holds, and every finding with what
// to do about it. [WriteDiff] writes what has changed between two audits, and [WriteSummary] an
// audit on one page of paper.
//
// A page is one file that asks nobody for anything, also not when it is opened from
// disk. Go writes the answer, the record of what was read, the charts and the first rows
// of each table, so that the page holds without JavaScript. All rows are in the page as
// data, too, in blocks, and its script shows them a page at a time. The page is written as it is
// made: only a block of it is in memory.
package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

//go:embed page.html diff.html summary.html history.html page.css summary.css history.css page.js
var files embed.FS

var layout = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"comma": comma[int], "comma64": comma[int64], "plural": plural[int], "moment": moment, "printable": func(s string) string { return printable(s) }, "tag": splitTag,
	"grid":     func(name, noun, caption string, t *dataTable) grid { return grid{name, noun, caption, t} },
	"labelled": func(label string, row map[string]any) labelled { return labelled{label, row} },
	"fact":     func(row map[string]any, column, label string) fact { return fact{column, label, row[column]} }, "frameworks": frameworks,
}).ParseFS(files, "*.html"))

// grid is a table of rows in the template, fact one of the details of a row, and labelled a row of which
// one column has another label in each table.
type (
	grid struct {
		Name, Noun, Caption string
		Table               *dataTable
	}
	fact struct {
		Column, Label string
		Text          any
	}
	labelled struct {
		Label string
		Row   map[string]any
	}
)

// File is what has all rows: a file of the evidence or, of changes, a command.
func (g grid) File() string {
	switch g.Name {
	case "findings":
		return "findings.csv"
	case "missed", "rest", "accounts", "regions":
		return "coverage.csv"
	}
	return "what “audit diff --output csv” prints"
}

// Others is how many rows do not come with the page.
func (g grid) Others() int { return g.Table.Total - len(g.Table.First) }

// firstRows is how many rows of a table are in the page without JavaScript. The script
// shows as many at a time.
const firstRows = 100

// Write writes the page about a report. The same report gives the same bytes. Its error
// is that of w.
func Write(w io.Writer, r *finding.Report) error {
	return write(w, r, finding.Finding.Remediation)
}

func write(w io.Writer, r *finding.Report, remediation func(finding.Finding) string) error {
	style, script := mustRead("page.css"), mustRead("page.js")
	covered, counted := coverageOf(r), tallyOf(r)
	v := view{
		Policy: policy(style, script),
		Style:  template.CSS(style),
		Script: template.JS(script),
		Report: r,
		Rule:   rule.Version,

		Answer:   answerOf(r, covered),
		Coverage: covered,
		Internet: newCounts().all,
		Charts:   chartsOf(counted),
		Reach:    counted.reach(),
	}
	var missed, noted, rest []sg.Coverage
	for _, p := range r.Places {
		switch {
		case p.Missing():
			missed = append(missed, p)
		case p.Status == sg.StatusScanned && whatFailed(p) != "":
			noted = append(noted, p)
		default:
			rest = append(rest, p)
		}
	}
	ranked := counted.ranked()
	v.Findings = tableOf("findings", findingColumns(remediation), len(ranked), func(i int) finding.Finding { return r.Findings.At(ranked[i]) })
	v.Missed = tableOfAll("missed", placeColumns, append(missed, noted...))
	v.Rest = tableOfAll("rest", placeColumns, rest)
	accounts, regions := areasOf(r, counted)
	v.Accounts, v.Regions = tableOfAll("accounts", areaColumns, accounts), tableOfAll("regions", areaColumns, regions)
	v.Tables = []*dataTable{v.Findings, v.Missed, v.Rest, v.Accounts, v.Regions}
	return layout.Execute(w, &v)
}

// view is what the template shows.
type view struct {
	Policy string
	Style  template.CSS
	Script template.JS
	document

	Answer
	Report   *finding.Report
	Rule     string
	Coverage coverage
	Internet int64 // the number of public IPv4 addresses
	Charts   []chart
	Reach    reach

	Findings *dataTable
	Missed   *dataTable // places that were not read, or not all that they refer to
	Rest     *dataTable // places that were read, or that nobody asked for by name
	Accounts *dataTable // the places by account, and Regions by region
	Regions  *dataTable
}

func mustRead(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(b)
}

// policy allows a page these texts of its own, and nothing else; an empty text none.
func policy(style, script string) string {
	scripts := "'none'"
	if script != "" {
		scripts = hash(script)
	}
	return "default-src 'none'; script-src " + scripts + "; style-src " + hash(style) + "; base-uri 'none'; form-action 'none'"
}

// hash is the source expression of a Content-Security-Policy that allows an inline text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
