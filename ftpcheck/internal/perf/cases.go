package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// A scenario is one thing to measure.
type scenario struct {
	Name, What string
	// run runs it once, and fails if the answer is not that of the world.
	run func(*bench) (use, error)
}

const permissions = "ftpcheck_security_group_ingress_permission"

// inWorlds are the cases that need AWS. The floor is the first, as all are compared with it.
var inWorlds = []scenario{
	{"floor", "the AWS SDK alone, counting", (*bench).runFloor},
	{"check", "`check`", func(b *bench) (use, error) { return b.check(1) }},
	{"count", "`query \"select count(*) … where unrestricted_ftp\"`", (*bench).count},
	{"paths", "`query \"select * from ftpcheck_internet_path\" --output csv`", (*bench).paths},
	{"rows", "`query \"select *\" --output csv`", (*bench).rows},
	{"plugin-open", "plugin: `select * … where unrestricted_ftp = true`", func(b *bench) (use, error) { return b.plugin(true) }},
	{"plugin-rows", "plugin: `select *`", func(b *bench) (use, error) { return b.plugin(false) }},
	{"saved", "`check --from` the same, saved", (*bench).checkSaved},
	{"audit", "`audit`", (*bench).audit},
	{"verify", "`audit verify`", (*bench).verify},
	{"diff", "`audit diff`", (*bench).diff},
	{"merge", "`audit merge`", (*bench).merge},
	{"benchmark", "`benchmark run --output csv`", (*bench).benchmark},
}

// inNone are the cases that do not.
var inNone = []scenario{
	{"version", "`--version`", (*bench).version},
	{"sample", "`check --from docs/sample`", (*bench).checkSample},
}

func (b *bench) runFloor() (use, error) {
	var out bytes.Buffer
	u, err := b.run(&out, 0, b.floor, b.regions...)
	return u, b.want(err, out.String(), fmt.Sprintf("%d %d\n", b.Groups, b.Rows))
}

// want fails unless the output has the text in it.
func (b *bench) want(err error, output, text string) error {
	if err == nil && !strings.Contains(output, text) {
		err = fmt.Errorf("%q is not in the output:\n%.2000s", text, output)
	}
	return err
}

func (b *bench) check(code int, args ...string) (use, error) {
	var out bytes.Buffer
	u, err := b.run(&out, code, b.ftpcheck, append([]string{"check"}, args...)...)
	reached := humanize.Comma(int64(b.Reached)) + "."
	if slices.Contains(args, "--from") { // of no network
		reached = fmt.Sprintf("0, not known: %s.", humanize.Comma(int64(b.OpenGroups)))
	}
	err = b.want(err, out.String(), fmt.Sprintf("%s of %s security groups let the whole internet in on FTP. Reachable now: %s", humanize.Comma(int64(b.OpenGroups)), humanize.Comma(int64(b.Groups)), reached))
	err = b.want(err, out.String(), "None failed.")
	if n := strings.Count(out.String(), "| true "); err == nil && n != b.OpenRows {
		err = fmt.Errorf("check found %d open permissions, want %d", n, b.OpenRows)
	}
	return u, err
}

func (b *bench) count() (use, error) {
	var out bytes.Buffer
	u, err := b.run(&out, 0, b.ftpcheck, "query", "--output", "csv", "select count(*) as n from "+permissions+" where unrestricted_ftp")
	err = b.want(err, out.String(), fmt.Sprintf("\"n\"\r\n%d\r\n", b.OpenRows))
	// Nothing of networks is read for who does not ask.
	for _, action := range networkActions {
		if n := b.server.Count("", "", action).Attempts; err == nil && n > 0 {
			err = fmt.Errorf("the query made %d calls of %s", n, action)
		}
	}
	return u, err
}

var networkActions = []string{"DescribeNetworkInterfaces", "DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeInternetGateways",
	"DescribeNetworkAcls", "DescribeVpcBlockPublicAccessOptions", "DescribeVpcBlockPublicAccessExclusions", "DescribeSecurityGroupVpcAssociations"}

// paths asks for what the internet reaches: for each interface, four paths.
func (b *bench) paths() (use, error) {
	var csv recordCounter
	u, err := b.run(&csv, 0, b.ftpcheck, "query", "--output", "csv", "select * from ftpcheck_internet_path")
	if want := 1 + 4*b.Interfaces; err == nil && csv.records != want {
		err = fmt.Errorf("the query printed %d records, want a header and %d", csv.records, want-1)
	}
	return u, err
}

func (b *bench) rows() (use, error) {
	var csv recordCounter
	u, err := b.run(&csv, 0, b.ftpcheck, "query", "--output", "csv", "select * from "+permissions)
	if err == nil && csv.records != 1+b.Rows {
		err = fmt.Errorf("the query printed %d records, want a header and %d", csv.records, b.Rows)
	}
	return u, err
}

// recordCounter takes CSV that a program prints, and counts its records: a quoted cell may
// have several lines.
type recordCounter struct {
	records int
	quoted  bool
}

func (c *recordCounter) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '"':
			c.quoted = !c.quoted
		case b == '\n' && !c.quoted:
			c.records++
		}
	}
	return len(p), nil
}

func (b *bench) checkSaved() (use, error) {
	dir, err := b.save()
	if err != nil {
		return use{}, err
	}
	return b.check(1, "--from", dir)
}

func (b *bench) audit() (use, error) {
	var out bytes.Buffer
	dir := filepath.Join(b.dir, "audit")
	defer os.RemoveAll(dir)
	u, err := b.run(&out, 1, b.ftpcheck, "audit", "--out", dir)
	err = b.want(err, out.String(), fmt.Sprintf("\n%s of %s security groups let the whole internet in on FTP.\n", humanize.Comma(int64(b.OpenGroups)), humanize.Comma(int64(b.Groups))))
	for file, rows := range map[string]int{"findings.csv": b.OpenRows, "security_groups.csv": b.Groups, "ingress_permissions.csv": b.Rows} {
		if err != nil {
			break
		}
		var n int
		if n, err = records(filepath.Join(dir, file)); err == nil && n != 1+rows {
			err = fmt.Errorf("%s has %d records, want a header and %d", file, n, rows)
		}
	}
	return u, err
}

// evidence returns the folder of an audit of the world, which is made the first time, with flags for
// what does not matter to the case.
func (b *bench) evidence(name string, flags ...string) (string, error) {
	dir := filepath.Join(b.dir, name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	unmeasured := *b
	unmeasured.profile = ""
	_, err := unmeasured.run(io.Discard, 1, b.ftpcheck, append([]string{"audit", "--out", dir}, flags...)...)
	return dir, err
}

func (b *bench) verify() (use, error) {
	var out bytes.Buffer
	dir, err := b.evidence("verified")
	if err != nil {
		return use{}, err
	}
	u, err := b.run(&out, 0, b.ftpcheck, "audit", "verify", dir)
	return u, b.want(err, out.String(), fmt.Sprintf("and %s rows by a replay of the raw data.", humanize.Comma(int64(b.Rows+b.Groups+b.OpenRows+len(b.regions)+4*b.Interfaces))))
}

func (b *bench) diff() (use, error) {
	var out bytes.Buffer
	dir, err := b.evidence("verified")
	if err != nil {
		return use{}, err
	}
	u, err := b.run(&out, 0, b.ftpcheck, "audit", "diff", dir, dir)
	return u, b.want(err, out.String(), fmt.Sprintf("%s still open", humanize.Comma(int64(b.OpenRows))))
}

func (b *bench) merge() (use, error) {
	var out bytes.Buffer
	shard, err := b.evidence("shard", "--shard", "0/1")
	if err != nil {
		return use{}, err
	}
	dir := filepath.Join(b.dir, "merged")
	defer os.RemoveAll(dir)
	u, err := b.run(&out, 1, b.ftpcheck, "audit", "merge", "--out", dir, shard)
	return u, b.want(err, out.String(), fmt.Sprintf("\n%s of %s security groups let the whole internet in on FTP.\n", humanize.Comma(int64(b.OpenGroups)), humanize.Comma(int64(b.Groups))))
}

// benchmark runs five controls that have a result for each group, one that has a result for each
// region, and one about default groups, of which there are none.
func (b *bench) benchmark() (use, error) {
	var csv recordCounter
	u, err := b.run(&csv, 1, b.ftpcheck, "benchmark", "run", "--output", "csv")
	if want := 5*b.Groups + len(b.regions); err == nil && csv.records != 1+want {
		err = fmt.Errorf("the benchmark printed %d records, want a header and %d", csv.records, want)
	}
	return u, err
}

// records is how many a CSV file has.
func records(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for n := 0; ; n++ {
		if _, err := r.Read(); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

func (b *bench) version() (use, error) {
	var out bytes.Buffer
	u, err := b.run(&out, 0, b.ftpcheck, "--version")
	return u, b.want(err, out.String(), "ftpcheck ")
}

func (b *bench) checkSample() (use, error) {
	var out bytes.Buffer
	// One prefix list of the sample was not saved, so the exit code is 2.
	u, err := b.run(&out, 2, b.ftpcheck, "check", "--from", b.sample)
	return u, b.want(err, out.String(), "5 of 19 security groups let the whole internet in on FTP. 1 ingress permission could not be determined.")
}
