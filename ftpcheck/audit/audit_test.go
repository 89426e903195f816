package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

const (
	home    = "111122223333" // the account of the credentials
	member  = "222233334444"
	another = "333344445555"
)

var options = Options{Version: "1.2.3", Commit: "c0ffee"}

// world is three accounts with three regions each and one more that is not enabled, and
// groups that are open in every way.
func world() *fakeaws.World {
	list := fakeaws.PrefixListID("offices")
	w := fakeaws.NewOrganization([]string{home, member, another}, []string{"us-east-1", "us-west-2", "eu-west-1"}, func(string, string) *fakeaws.Region {
		return &fakeaws.Region{
			PrefixLists: []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "10.0.0.0/8"}, {CIDR: "0.0.0.0/0"}}}},
			Groups: []fakeaws.Group{
				{Name: "open", Tags: map[string]string{"Owner": "=cmd|'/c calc'!A1"}, Ingress: []fakeaws.Permission{
					{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0", Description: "=HYPERLINK(x)", Tags: map[string]string{"a": "b"}},
					{Protocol: "tcp", From: 443, To: 443, CIDR4: "0.0.0.0/0"}}},
				{Name: "halves", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, CIDR4: "0.0.0.0/1"}, {Protocol: "tcp", From: 20, To: 21, CIDR4: "128.0.0.0/1"}}},
				{Name: "by-list", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 1, To: 1024, PrefixList: list}}},
				{Name: "closed", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "10.0.0.0/8"}}},
				{Name: "none"},
			},
		}
	})
	for _, a := range w.Accounts {
		a.Regions["me-south-1"] = &fakeaws.Region{Disabled: true}
	}
	return w
}

// serve starts the world and returns the configuration that reads it.
func serve(t *testing.T, w *fakeaws.World) config.Config {
	t.Helper()
	w.Start(t).Setenv(t)
	return config.Config{Accounts: []string{"*"}, MinErrorRetryDelay: 1, MaxErrorRetryAttempts: 2}
}

// bundle writes a bundle of what the configuration names.
func bundle(t *testing.T, cfg config.Config, change ...func(*Options)) (dir string, m *Manifest) {
	t.Helper()
	o := options
	o.Dir = filepath.Join(t.TempDir(), "bundle")
	for _, f := range change {
		f(&o)
	}
	cfg.Shard = o.Shard
	scanner, err := scan.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	if m, err = Write(t.Context(), scanner, o); err != nil {
		t.Fatal(err)
	}
	return o.Dir, m
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// mustVerify fails the test if the bundle does not verify.
func mustVerify(t *testing.T, dir string) *Verification {
	t.Helper()
	v, err := Verify(t.Context(), dir, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Problems {
		t.Error(p)
	}
	return v
}

func TestCompleteAudit(t *testing.T) {
	cfg := serve(t, world())
	dir, m := bundle(t, cfg, func(o *Options) { o.Forms = Forms })
	if !m.Complete {
		t.Error("the audit is not complete")
	}
	for _, name := range []string{"findings.sarif", "findings.ocsf.jsonl", "parquet/ftpcheck_security_group/account_id=" + member + "/region=eu-west-1/part-0.parquet"} {
		if m.Files[name].Bytes == 0 {
			t.Errorf("%s is not there", name)
		}
	}
	want := Answer{SecurityGroups: 45, OpenSecurityGroups: 27, IngressPermissions: 54, OpenPermissions: 36}
	if m.Answer != want {
		t.Errorf("the answer is %+v, want %+v", m.Answer, want)
	}
	if diff := cmp.Diff(Reached{[]string{home, member, another}, []string{"eu-west-1", "us-east-1", "us-west-2"}, 9}, m.Reached); diff != "" {
		t.Errorf("reached (-want +got):\n%s", diff)
	}
	if len(m.NotReached) != 3 || !m.NotReached[0].Optional || m.NotReached[0].Region != "me-south-1" {
		t.Errorf("not reached: %+v", m.NotReached)
	}
	if len(m.Callers) != 1 || !strings.Contains(m.Callers[0], home) {
		t.Errorf("callers: %q", m.Callers)
	}
	if _, err := os.Stat(filepath.Join(dir, incompleteName)); err == nil {
		t.Errorf("%s is there", incompleteName)
	}
	v := mustVerify(t, dir)
	if rows := 36 + 45 + 54 + 12; v.Rows != rows {
		t.Errorf("%d rows were replayed, want %d", v.Rows, rows)
	}
	if len(v.NotCompared) > 0 || !v.SameVersion {
		t.Errorf("not compared: %q", v.NotCompared)
	}
	for _, secret := range []string{os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_ACCESS_KEY_ID")} {
		if secret != "" && strings.Contains(content(t, dir, manifestName), secret) {
			t.Error("the manifest has a secret in it")
		}
	}
}

// Two audits of the same state differ in nothing but times, whatever the order in which
// AWS and the network give the groups.
func TestAuditsOfTheSameState(t *testing.T) {
	w := world()
	w.Shuffle = true
	cfg := serve(t, w)
	dir1, _ := bundle(t, cfg)
	for _, a := range w.Accounts {
		for _, r := range a.Regions {
			slices.Reverse(r.Groups)
			for i := range r.Groups {
				slices.Reverse(r.Groups[i].Ingress)
			}
		}
	}
	dir2, _ := bundle(t, cfg)
	for _, name := range []string{"findings.csv", "security_groups.csv", "ingress_permissions.csv"} {
		if diff := cmp.Diff(content(t, dir1, name), content(t, dir2, name)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	d, err := Diff(t.Context(), dir1, dir2, options)
	if err != nil {
		t.Fatal(err)
	}
	if d.Count(baseline.StillOpen) != 36 || len(d.Changes) != 36 || d.Worse() || d.Uncertain() {
		t.Errorf("%+v", d.Changes)
	}
}

func TestIncompleteAudit(t *testing.T) {
	w := world()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1", Action: "DescribeSecurityGroups"},
		{Kind: fakeaws.Denied, Account: home, Region: "us-west-2", Action: "GetManagedPrefixListEntries"},
		{Kind: fakeaws.Denied, Account: another, Region: "us-east-1", Action: "DescribeSecurityGroupRules"},
	}
	dir, m := bundle(t, serve(t, w))
	if m.Complete {
		t.Fatal("the audit is complete")
	}
	mustVerify(t, dir)
	// Every file that a person opens first says so.
	for name, want := range map[string]string{
		manifestName:   `"complete": false`,
		incompleteName: "account 222233334444, region eu-west-1: ec2:DescribeSecurityGroups is denied.",
		"findings.csv": `"not_read","222233334444","eu-west-1",`,
		"coverage.csv": `"denied","security_groups","UnauthorizedOperation",`,
		"report.html":  "INCOMPLETE",
	} {
		if !strings.Contains(content(t, dir, name), want) {
			t.Errorf("%s does not say %q:\n%s", name, want, content(t, dir, name))
		}
	}
	lines := strings.SplitN(content(t, dir, "findings.csv"), "\n", 4)
	if !strings.HasPrefix(lines[1], `"not_read",`) || !strings.HasPrefix(lines[2], `"not_read",`) {
		t.Errorf("what was not read does not come first in findings.csv: %q", lines[:3])
	}
	if !strings.Contains(content(t, dir, "findings.csv"), `"undetermined","111122223333","us-west-2",`) {
		t.Error("findings.csv does not say what could not be determined")
	}
}

// reseal makes the hashes right again, as somebody would who knows how.
func reseal(t *testing.T, dir string, change func(*Manifest)) {
	t.Helper()
	m, _, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(m)
	}
	os.Remove(filepath.Join(dir, manifestName))
	os.Remove(filepath.Join(dir, sumsName))
	if err := m.seal(t.Context(), dir, &Attestation{}); err != nil {
		t.Fatal(err)
	}
}

func replace(t *testing.T, file, old, new string) {
	t.Helper()
	text := content(t, file)
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(text, old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What is larger than an audit writes is not read.
func TestBoundOfManifests(t *testing.T) {
	original, _ := bundle(t, serve(t, world()))
	for _, name := range []string{manifestName, sumsName} {
		dir := filepath.Join(t.TempDir(), "a")
		if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, name), maxManifest+1); err != nil { // the rest takes no room
			t.Fatal(err)
		}
		text, err := readWhole(dir, name)
		if want := name + " of \"" + dir + "\" is not what an audit writes: it is larger than 256 MiB"; err == nil || err.Error() != want || text != nil {
			t.Errorf("%d bytes, %v, want %s", len(text), err, want)
		}
	}
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	w := world()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1", Action: "DescribeSecurityGroups"}}
	original, _ := bundle(t, serve(t, w))
	rawGroups := rawName + "/" + home + "/us-east-1/describe-security-groups.json.gz"
	for name, c := range map[string]struct {
		change   func(t *testing.T, dir string)
		resealed bool // with the hashes made right again
		want     string
	}{
		"a cell":       {func(t *testing.T, dir string) { replace(t, dir+"/findings.csv", `"open",`, `"fine",`) }, false, "findings.csv has been changed"},
		"a cell, sums": {func(t *testing.T, dir string) { replace(t, dir+"/findings.csv", `"open",`, `"fine",`) }, true, `findings.csv, row 2: finding is "fine", and a replay of the raw data gives "open".`},
		"a row": {func(t *testing.T, dir string) {
			text := content(t, dir, "security_groups.csv")
			os.WriteFile(dir+"/security_groups.csv", []byte(text[:strings.LastIndex(text[:len(text)-2], "\r\n")+2]), 0o644)
		}, true, "security_groups.csv has 39 rows, and a replay of the raw data gives 40."},
		"two rows": {func(t *testing.T, dir string) {
			lines := strings.SplitAfter(content(t, dir, "security_groups.csv"), "\r\n")
			os.WriteFile(dir+"/security_groups.csv", []byte(strings.Join(lines[:len(lines)-3], "")), 0o644)
		}, true, "security_groups.csv has 38 rows, and a replay of the raw data gives 40."},
		"many cells": {func(t *testing.T, dir string) {
			text := content(t, dir, "security_groups.csv")
			os.WriteFile(dir+"/security_groups.csv", []byte(strings.ReplaceAll(text, `"vpc-`, `"cpv-`)), 0o644)
		}, true, "security_groups.csv has 30 more differences."},
		"a cell more": {func(t *testing.T, dir string) {
			replace(t, dir+"/coverage.csv", `"`+"\r\n"+`"`, `","fine"`+"\r\n"+`"`)
		}, true, "coverage.csv is not what an audit writes: "},
		"a column more": {func(t *testing.T, dir string) {
			text := content(t, dir, "coverage.csv")
			os.WriteFile(dir+"/coverage.csv", []byte(strings.ReplaceAll(text, "\r\n", `,"reviewed"`+"\r\n")), 0o644)
		}, true, "coverage.csv is not what a replay of the raw data gives"},
		"a column less": {func(t *testing.T, dir string) {
			var lines []string
			for line := range strings.Lines(content(t, dir, "coverage.csv")) {
				lines = append(lines, line[strings.Index(line, ",")+1:])
			}
			os.WriteFile(dir+"/coverage.csv", []byte(strings.Join(lines, "")), 0o644)
		}, true, "coverage.csv is not what a replay of the raw data gives"},
		"line ends": {func(t *testing.T, dir string) { replace(t, dir+"/coverage.csv", "\r\n", "\n") }, true, "coverage.csv is not what a replay of the raw data gives"},
		"a file that only the sums name": {func(t *testing.T, dir string) {
			f, _ := os.OpenFile(filepath.Join(dir, sumsName), os.O_APPEND|os.O_WRONLY, 0)
			fmt.Fprintf(f, "%s  note.txt\n", strings.Repeat("0", 64))
			f.Close()
		}, false, "note.txt is missing."},
		"a file that the manifest lacks": {func(t *testing.T, dir string) {
			os.WriteFile(filepath.Join(dir, "note.txt"), nil, 0o644)
			sum, _ := hash(filepath.Join(dir, "note.txt"))
			f, _ := os.OpenFile(filepath.Join(dir, sumsName), os.O_APPEND|os.O_WRONLY, 0)
			fmt.Fprintf(f, "%s  note.txt\n", sum.SHA256)
			f.Close()
		}, false, "note.txt is not in manifest.json."},
		"a size in the manifest": {func(t *testing.T, dir string) {
			manifest, sums := content(t, dir, manifestName), content(t, dir, sumsName)
			m, _, err := readManifest(dir)
			if err != nil {
				t.Fatal(err)
			}
			was := fmt.Sprintf("\"bytes\": %d", m.Files["report.html"].Bytes)
			if strings.Count(manifest, was) != 1 {
				t.Fatalf("%s is %d times in the manifest", was, strings.Count(manifest, was))
			}
			sealed, _ := hash(filepath.Join(dir, manifestName))
			replace(t, filepath.Join(dir, manifestName), was, fmt.Sprintf("\"bytes\": %d", m.Files["report.html"].Bytes+1))
			forged, _ := hash(filepath.Join(dir, manifestName))
			os.WriteFile(filepath.Join(dir, sumsName), []byte(strings.Replace(sums, sealed.SHA256, forged.SHA256, 1)), 0o644)
		}, false, "report.html has been changed: its hash or size is not that in manifest.json."},
		"the report":      {func(t *testing.T, dir string) { os.WriteFile(dir+"/report.html", []byte("nothing is open"), 0o644) }, true, "report.html is not what a replay of the raw data gives."},
		"a file less":     {func(t *testing.T, dir string) { os.Remove(dir + "/coverage.csv") }, false, "coverage.csv is missing."},
		"the mark":        {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, incompleteName)) }, true, "INCOMPLETE.txt is missing: a replay of the raw data gives it."},
		"a file more":     {func(t *testing.T, dir string) { os.WriteFile(dir+"/note.txt", nil, 0o644) }, false, "note.txt does not belong to the audit"},
		"a file of sums":  {func(t *testing.T, dir string) { os.WriteFile(dir+"/note.csv", nil, 0o644) }, true, "note.csv is not what a replay of the raw data gives: it gives no such file."},
		"the answer":      {func(t *testing.T, dir string) { reseal(t, dir, func(m *Manifest) { m.Answer.OpenSecurityGroups = 0 }) }, true, `manifest.json says answer is`},
		"completeness":    {func(t *testing.T, dir string) { reseal(t, dir, func(m *Manifest) { m.Complete = true }) }, true, `manifest.json says complete is true, and a replay of the raw data gives false.`},
		"raw data":        {func(t *testing.T, dir string) { os.Truncate(filepath.Join(dir, rawGroups), 100) }, false, rawGroups + " has been changed"},
		"raw data, sums":  {func(t *testing.T, dir string) { os.Truncate(filepath.Join(dir, rawGroups), 100) }, true, "and a replay of the raw data gives"},
		"raw data gone":   {func(t *testing.T, dir string) { os.RemoveAll(filepath.Join(dir, rawName, member)) }, true, "and a replay of the raw data gives"},
		"the list itself": {func(t *testing.T, dir string) { replace(t, dir+"/"+sumsName, "coverage.csv", "average.csv") }, false, "coverage.csv is not in SHA256SUMS."},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "bundle")
			if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
				t.Fatal(err)
			}
			c.change(t, dir)
			if c.resealed {
				reseal(t, dir, nil)
			}
			v, err := Verify(t.Context(), dir, options)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Problems, func(p string) bool { return strings.Contains(p, c.want) }) {
				t.Errorf("%q is not among the problems %q", c.want, v.Problems)
			}
		})
	}
	for _, name := range []string{manifestName, sumsName} {
		dir := filepath.Join(t.TempDir(), "bundle")
		if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
			t.Fatal(err)
		}
		os.Remove(filepath.Join(dir, name))
		if _, err := Verify(t.Context(), dir, options); err == nil || !strings.Contains(err.Error(), "is no whole audit") {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// Another version of the tool may write more columns and another report.
func TestVerifyByAnotherVersion(t *testing.T) {
	dir, _ := bundle(t, serve(t, world()))
	v, err := Verify(t.Context(), dir, Options{Version: "9.9.9"})
	if err != nil || len(v.Problems) > 0 || v.SameVersion || len(v.NotCompared) > 0 {
		t.Errorf("%v, problems %q, not compared %q", err, v.Problems, v.NotCompared)
	}
	rows := v.Rows
	// It cannot tell another report from a forged one, and says so.
	os.WriteFile(dir+"/report.html", []byte("nothing is open"), 0o600)
	reseal(t, dir, nil)
	v, err = Verify(t.Context(), dir, Options{Version: "9.9.9"})
	if err != nil || len(v.Problems) > 0 || !slices.Equal(v.NotCompared, []string{"report.html"}) {
		t.Errorf("%v, problems %q, not compared %q", err, v.Problems, v.NotCompared)
	}
	// What it can tell is a problem, though: a false column that hides the true one, and
	// none of the columns that there must be.
	for what, change := range map[string]func(record []string) []string{
		"two columns finding": func(r []string) []string { return append([]string{r[0]}, r...) },
		"none of the columns": func(r []string) []string { return []string{"nothing is open"} },
	} {
		dir := copied(t, dir)
		os.WriteFile(dir+"/findings.csv", columnsChanged([]byte(content(t, dir, "findings.csv")), change), 0o600)
		reseal(t, dir, nil)
		v, err := Verify(t.Context(), dir, Options{Version: "9.9.9"})
		if err != nil || len(v.Problems) != 1 || !strings.Contains(v.Problems[0], what) {
			t.Errorf("%s: %v, problems %q", what, err, v.Problems)
		}
	}
	// So it is for the version itself, if the bundle says that another made it.
	reseal(t, dir, func(m *Manifest) { m.Tool.Version = "9.9.9" })
	if v := mustNotVerify(t, dir); !slices.Contains(v.NotCompared, "report.html") {
		t.Errorf("problems %q, not compared %q", v.Problems, v.NotCompared)
	}
	replace(t, dir+"/findings.csv", `"open",`, `"fine",`)
	reseal(t, dir, nil)
	v, err = Verify(t.Context(), dir, Options{Version: "9.9.9"})
	if err != nil || len(v.Problems) != 1 {
		t.Errorf("%v, problems %q", err, v.Problems)
	}
	if v.Rows != rows-1 {
		t.Errorf("%d rows were the same, want all %d but one", v.Rows, rows)
	}
}

func TestEvidenceIsNotOverwritten(t *testing.T) {
	cfg := serve(t, world())
	dir, _ := bundle(t, cfg)
	before := content(t, dir, sumsName)
	scanner, err := scan.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	o := options
	o.Dir = dir
	if _, err := Write(t.Context(), scanner, o); err == nil || !strings.Contains(err.Error(), "evidence is never overwritten") {
		t.Error(err)
	}
	if content(t, dir, sumsName) != before {
		t.Error("the evidence has changed")
	}
}

func TestEvidenceGoesIntoAnEmptyFolder(t *testing.T) {
	cfg := serve(t, world())
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"made/by/us", "."} {
		os.MkdirAll(name, 0o777)
		bundle(t, cfg, func(o *Options) { o.Dir = name })
		mustVerify(t, filepath.Join(dir, name))
		os.RemoveAll(filepath.Join(dir, "made"))
	}
}

// Shards of different audits are not put together.
func TestShardsOfOtherAudits(t *testing.T) {
	cfg := serve(t, world())
	shard := func(index, count int, change func(*config.Config)) string {
		c := cfg
		change(&c)
		dir, _ := bundle(t, c, func(o *Options) { o.Shard = config.Shard{Index: index, Count: count} })
		return dir
	}
	same := func(*config.Config) {}
	first := shard(0, 2, same)
	for name, other := range map[string]struct{ dir, want string }{
		"other regions":  {shard(1, 2, func(c *config.Config) { c.Regions = []string{"us-*"} }), "another rule or configuration"},
		"another count":  {shard(1, 3, same), "they are of different audits"},
		"the same shard": {shard(0, 2, same), "and so is another"},
	} {
		o := options
		o.Dir = filepath.Join(t.TempDir(), "merged")
		if _, err := Merge(t.Context(), o, first, other.dir); err == nil || !strings.Contains(err.Error(), other.want) {
			t.Errorf("%s: %v, want %q", name, err, other.want)
		}
	}
}

// What fails or is interrupted leaves nothing behind.
func TestNothingIsLeftOfWhatFails(t *testing.T) {
	cfg := serve(t, world())
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	scanner, err := scan.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	o := options
	o.Dir = filepath.Join(parent, "bundle")
	if _, err := Write(ctx, scanner, o); err == nil {
		t.Error("an interrupted audit has no error")
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestMergedShardsAreTheWhole(t *testing.T) {
	w := world()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1", Action: "DescribeSecurityGroups"}}
	cfg := serve(t, w)
	whole, wholeManifest := bundle(t, cfg)
	const count = 4
	var shards []string
	for i := range count {
		dir, m := bundle(t, cfg, func(o *Options) { o.Shard = config.Shard{Index: i, Count: count} })
		if hasMember := (config.Shard{Index: i, Count: count}).Has(member); m.Complete == hasMember {
			t.Errorf("shard %d is complete: %v", i, m.Complete)
		}
		mustVerify(t, dir)
		shards = append(shards, dir)
	}
	merge := func(t *testing.T, shards ...string) (string, *Manifest) {
		t.Helper()
		o := options
		o.Dir = filepath.Join(t.TempDir(), "merged")
		m, err := Merge(t.Context(), o, shards...)
		if err != nil {
			t.Fatal(err)
		}
		mustVerify(t, o.Dir)
		return o.Dir, m
	}
	slices.Reverse(shards)
	merged, m := merge(t, shards...)
	for _, name := range []string{"findings.csv", "security_groups.csv", "ingress_permissions.csv"} {
		if diff := cmp.Diff(content(t, whole, name), content(t, merged, name)); diff != "" {
			t.Errorf("%s (-whole +merged):\n%s", name, diff)
		}
	}
	for name, pair := range map[string][2]any{
		"answer": {wholeManifest.Answer, m.Answer}, "reached": {wholeManifest.Reached, m.Reached}, "not reached": {wholeManifest.NotReached, m.NotReached},
		"rows": {wholeManifest.Rows, m.Rows}, "callers": {wholeManifest.Callers, m.Callers}, "configuration": {wholeManifest.Configuration, m.Configuration},
	} {
		if diff := cmp.Diff(asText(t, pair[0]), asText(t, pair[1])); diff != "" {
			t.Errorf("%s (-whole +merged):\n%s", name, diff)
		}
	}

	t.Run("one is missing", func(t *testing.T) {
		for missing := range count {
			present := slices.Delete(slices.Clone(shards), count-1-missing, count-missing)
			dir, m := merge(t, present...)
			if m.Complete || !slices.Equal(m.Shards.Missing, []int{missing}) {
				t.Errorf("complete: %v, missing: %v, want %d", m.Complete, m.Shards.Missing, missing)
			}
			findings := content(t, dir, "findings.csv")
			for _, id := range []string{home, member, another} {
				if (config.Shard{Index: missing, Count: count}).Has(id) && !strings.Contains(findings, `"not_read","`+id+`",,`) {
					t.Errorf("findings.csv does not say that nobody read %s", id)
				}
			}
			// A replay of what was merged does not read as the whole either.
			scanner, err := scan.New(config.Config{Paths: []string{filepath.Join(dir, rawName)}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { return nil }); err == nil || !strings.Contains(err.Error(), "is missing") {
				t.Errorf("the replay says %v", err)
			}
		}
	})
	t.Run("an account that no worker saw in its turn", func(t *testing.T) {
		late := world()
		late.Accounts = late.Accounts[:2]
		cfg := serve(t, late)
		of := config.Shard{Count: count}
		for i := range count {
			if (config.Shard{Index: i, Count: count}).Has(another) {
				of.Index = i
			}
		}
		// The worker whose the account is did not see it yet; the others did.
		early, _ := bundle(t, cfg, func(o *Options) { o.Shard = of })
		var mixed []string
		for i, dir := range shards {
			if count-1-i == of.Index {
				dir = early
			}
			mixed = append(mixed, dir)
		}
		dir, m := merge(t, mixed...)
		if m.Complete || !strings.Contains(content(t, dir, "findings.csv"), `"not_read","`+another+`",,`) {
			t.Errorf("complete: %v\n%s", m.Complete, content(t, dir, "findings.csv"))
		}
	})
	for name, c := range map[string]struct {
		shards []string
		want   string
	}{
		"twice the same": {[]string{shards[0], shards[0]}, "so is another"},
		"a whole audit":  {[]string{shards[0], whole}, "is a whole audit and no shard"},
		"none":           {nil, "there is no shard to merge"},
		"no audit":       {[]string{t.TempDir()}, "is no whole audit"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options
			o.Dir = filepath.Join(t.TempDir(), "merged")
			if _, err := Merge(t.Context(), o, c.shards...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is wrong with a manifest is told in words, and where, whoever reads it.
func TestBrokenManifest(t *testing.T) {
	dir, _ := attested(t, Attestation{})
	whole, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	with := func(old, new string) string {
		if !strings.Contains(string(whole), old) {
			t.Fatalf("the manifest has no %s:\n%s", old, whole)
		}
		return strings.Replace(string(whole), old, new, 1)
	}
	for _, c := range []struct{ text, want string }{
		{"", "it is empty"},
		{" \n", "it is empty"},
		{string(whole[:strings.Index(string(whole), `"answer"`)]), "it ends in the middle, in line 3"},
		{with(`"format": 1,`, "\"format\": 1,\n  \"format\": 1,"), "a name is there twice, in line 3, at /format"},
		{with(`"complete": true`, `"complete": yes`), "there is something that is no JSON in line 3"},
		{string(whole) + "{}", fmt.Sprintf("there is something that is no JSON in line %d", 1+strings.Count(string(whole), "\n"))},
		{with(`"open_security_groups": 1`, `"open_security_groups": "1"`), "there is a value of another type than belongs there, in line 6, at /answer/open_security_groups"},
		{with(`"format": 1`, `"format": 1e99`), "there is a value of another type than belongs there, in line 2, at /format"},
		{with(`"started_at": "2`, `"started_at": "x`), "there is a value of another type than belongs there, in line"},
		{"[]", "there is a value of another type than belongs there, in line 1"},
	} {
		if err := os.WriteFile(filepath.Join(dir, manifestName), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Verify(t.Context(), dir, options)
		if want := fmt.Sprintf("%s of %q is not what an audit writes: %s", manifestName, dir, c.want); err == nil || !strings.HasPrefix(err.Error(), want) ||
			!strings.HasSuffix(err.Error(), ". Take the audit from where it was kept") || strings.Contains(err.Error(), "json:") || strings.Contains(err.Error(), "Go ") {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

func TestBrokenSums(t *testing.T) {
	dir, _ := attested(t, Attestation{})
	text := content(t, dir, sumsName)
	if err := os.WriteFile(filepath.Join(dir, sumsName), []byte(strings.Replace(text, "\n", "\n<html>\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`%s of %q is not what an audit writes: line 2 is "<html>". Take the audit from where it was kept`, sumsName, dir)
	if _, err := Verify(t.Context(), dir, options); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
