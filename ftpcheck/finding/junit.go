package finding

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// WriteJUnit writes the report as JUnit's XML, as pipelines show it: a suite for each account and
// region, or file, with a case for each finding, and one that passes for what else was read there.
// What is open is a failure, what is not known an error, and what was accepted is skipped. Its
// errors are those of w.
func WriteJUnit(w io.Writer, r *Report) error {
	all := junitSuites{Name: "ftpcheck", Suites: junitSuitesOf(r)}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	b := bufio.NewWriter(w)
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", " ")
	if err := e.Encode(all); err != nil {
		return err
	}
	b.WriteByte('\n')
	return b.Flush()
}

type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Cases []junitCase `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	junitCase struct {
		Name    string      `xml:"name,attr"`
		Class   string      `xml:"classname,attr"`
		Failure *junitCause `xml:"failure"`
		Error   *junitCause `xml:"error"`
		Skipped *junitCause `xml:"skipped"`
	}
	junitCause struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func junitSuitesOf(r *Report) []*junitSuite {
	var all []*junitSuite
	byName := map[string]*junitSuite{}
	suite := func(name string) *junitSuite {
		name = output.Printable(name)
		if byName[name] == nil {
			byName[name] = &junitSuite{Name: name}
			all = append(all, byName[name])
		}
		return byName[name]
	}
	for _, f := range r.All() {
		s := suite(f.where())
		c := junitCase{Name: output.Printable(f.title()), Class: s.Name}
		cause := &junitCause{Message: output.Printable(f.message()), Type: string(f.Kind), Text: output.Printable(f.Remediation(), '\n')}
		switch why := f.acceptance(); {
		case why != "":
			c.Skipped = &junitCause{Message: output.Printable(strings.TrimSuffix(f.message(), ".") + ": " + why + ".")}
			s.Skipped++
		case f.Kind == Open:
			c.Failure = cause
			s.Failures++
		default:
			c.Error = cause
			s.Errors++
		}
		s.Tests++
		s.Cases = append(s.Cases, c)
	}
	for _, p := range r.Places {
		if p.Status != sg.StatusScanned || p.Content != sg.ContentGroups {
			continue
		}
		s := suite(p.Place())
		s.Tests++
		s.Cases = append(s.Cases, junitCase{Name: fmt.Sprintf("what else is in %d security groups", p.Groups), Class: s.Name})
	}
	if read := slices.ContainsFunc(r.Places, func(p sg.Coverage) bool { return p.Status == sg.StatusScanned }); !read && !r.Complete() {
		s := suite("ftpcheck")
		s.Tests, s.Errors = s.Tests+1, s.Errors+1
		s.Cases = append(s.Cases, junitCase{Name: "something was read", Class: s.Name, Error: &junitCause{Message: "Nothing was read, so this is no answer.", Type: string(NotRead)}})
	}
	return all
}

// where is the place of the finding.
func (f Finding) where() string {
	if f.Kind == NotRead {
		return f.Place.Place()
	}
	g := f.Permission.Group
	return sg.Coverage{Origin: g.Origin, AccountID: g.AccountID, Region: g.Region}.Place()
}

// title names what the finding is about, the same in every scan.
func (f Finding) title() string {
	if f.Kind == NotRead {
		return "place was read"
	}
	p := f.Permission
	return strings.TrimSpace(p.Group.Ref() + " " + p.Group.Name + ", " + p.Key())
}
