package audit

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
)

// A forgery is what somebody does to a bundle who makes all hashes right again
// afterwards. It may do more once that is done.
type forgery struct {
	name  string
	do    func(t *testing.T, dir string, m *Manifest)
	after func(t *testing.T, dir string)
}

// forgeries are what can be done to a bundle without the raw data, of which all else is
// made: something of every kind to every file, and to what is no file.
func forgeries(m *Manifest) []forgery {
	var all []forgery
	write := func(name string, change func(content []byte) []byte) func(*testing.T, string, *Manifest) {
		return func(t *testing.T, dir string, _ *Manifest) {
			file := filepath.Join(dir, name)
			was := []byte(content(t, file))
			is := change(bytes.Clone(was))
			if bytes.Equal(was, is) {
				t.Fatalf("nothing was changed in %s", name)
			}
			if err := os.WriteFile(file, is, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	put := func(name, content string) func(*testing.T, string, *Manifest) {
		return func(t *testing.T, dir string, _ *Manifest) {
			os.MkdirAll(filepath.Join(dir, path.Dir(name)), 0o700)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	parts := 0
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		if strings.HasPrefix(name, parquetName+"/") {
			parts++
		}
		if strings.HasPrefix(name, rawName+"/") || parts > 1 && strings.HasPrefix(name, parquetName+"/") {
			continue // one part of a dataset stands for all
		}
		for what, change := range map[string]func([]byte) []byte{
			"emptied":            func([]byte) []byte { return nil },
			"replaced":           func([]byte) []byte { return []byte("nothing is open\r\n") },
			"replaced by a cell": func([]byte) []byte { return []byte("finding\r\nnothing is open\r\n") },
			"cut":                func(b []byte) []byte { return b[:len(b)-1] },
			"added to":           func(b []byte) []byte { return append(b, '\n') },
			"changed in a byte":  func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		} {
			all = append(all, forgery{name: name + " is " + what, do: write(name, change)})
		}
		all = append(all,
			forgery{name: name + " is removed", do: func(t *testing.T, dir string, _ *Manifest) { os.Remove(filepath.Join(dir, name)) }},
			forgery{name: name + " is renamed", do: func(t *testing.T, dir string, _ *Manifest) {
				os.Rename(filepath.Join(dir, name), filepath.Join(dir, name+".old"))
			}},
			forgery{name: name + " is a folder", do: func(t *testing.T, dir string, m *Manifest) {
				os.Remove(filepath.Join(dir, name))
				put(name+"/in", "")(t, dir, m)
			}})
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		for what, change := range map[string]func([]string) []string{
			"without its first column":       func(r []string) []string { return r[1:] },
			"without its last column":        func(r []string) []string { return r[:len(r)-1] },
			"with its first column alone":    func(r []string) []string { return r[:1] },
			"with its last column alone":     func(r []string) []string { return r[len(r)-1:] },
			"with one more column":           func(r []string) []string { return append(r, "fine") },
			"with a column twice in front":   func(r []string) []string { return append([]string{r[0]}, r...) },
			"with a column twice at the end": func(r []string) []string { return append(r, r[0]) },
			"with other names of columns": func(r []string) []string {
				for i := range r {
					r[i] += "_"
				}
				return r
			},
		} {
			all = append(all, forgery{name: name + " " + what, do: write(name, func(b []byte) []byte { return columnsChanged(b, change) })})
		}
		all = append(all, forgery{name: name + " with a false column in front", do: write(name, func(b []byte) []byte {
			header := ""
			return columnsChanged(b, func(r []string) []string {
				if header == "" {
					header = r[0]
					return append([]string{header}, r...)
				}
				return append([]string{"fine"}, r...)
			})
		})})
	}
	for _, name := range []string{"note.txt", "note.csv", "findings.json", rawName + "/note.txt", rawName + "/note.json.gz", rawName + "/" + home + "/us-east-1/more.json.gz",
		rawName + "/999988887777/us-east-1/describe-security-groups.json.gz", "parquet/note.txt", "parquet/ftpcheck_security_group/part-0.parquet", "more/" + manifestName} {
		all = append(all, forgery{name: name + " is added", do: put(name, "nothing is open")})
	}
	for _, name := range []string{"more", rawName + "/999988887777", "parquet/ftpcheck_security_group/account_id=999988887777"} {
		all = append(all, forgery{name: "the folder " + name + " is added", after: func(t *testing.T, dir string) { os.MkdirAll(filepath.Join(dir, name), 0o700) }})
	}
	for name, change := range map[string]func(m *Manifest){
		"complete":             func(m *Manifest) { m.Complete = !m.Complete },
		"the answer":           func(m *Manifest) { m.Answer.OpenSecurityGroups = 0 },
		"what was reached":     func(m *Manifest) { m.Reached.Regions = append(m.Reached.Regions, "us-west-1") },
		"what was not reached": func(m *Manifest) { m.NotReached = m.NotReached[:0] },
		"rows":                 func(m *Manifest) { m.Rows["findings.csv"] = 0 },
		"the caller":           func(m *Manifest) { m.Callers[0] = strings.Replace(m.Callers[0], home, another, 1) },
		"the begin":            func(m *Manifest) { m.Started = m.Started.AddDate(0, 3, 0) },
		"the end":              func(m *Manifest) { m.Finished = m.Finished.AddDate(0, 3, 0) },
		"the csv":              func(m *Manifest) { m.CSV = "raw" },
		"the forms":            func(m *Manifest) { m.Forms = nil },
	} {
		all = append(all, forgery{name: "in the manifest, " + name, do: func(t *testing.T, dir string, m *Manifest) { change(m) }})
	}
	all = append(all, forgery{name: "the list in another order", after: func(t *testing.T, dir string) {
		lines := strings.SplitAfter(content(t, dir, sumsName), "\n")
		slices.Reverse(lines)
		os.WriteFile(filepath.Join(dir, sumsName), []byte(strings.Join(lines, "")), 0o600)
	}})
	for name, change := range map[string][2]string{
		"a member twice":           {`"complete": false,`, `"complete": true, "complete": false,`},
		"a member in another case": {`"complete": false,`, `"Complete": true, "complete": false,`},
		"a member more":            {`"complete": false,`, `"reviewed": true, "complete": false,`},
		"other space":              {`"complete": false,`, `"complete":  false,`},
	} {
		all = append(all, forgery{name: "in the manifest, " + name, after: func(t *testing.T, dir string) {
			was, _ := hash(filepath.Join(dir, manifestName))
			replace(t, filepath.Join(dir, manifestName), change[0], change[1])
			is, _ := hash(filepath.Join(dir, manifestName))
			replace(t, filepath.Join(dir, sumsName), was.SHA256, is.SHA256)
		}})
	}
	return all
}

// columnsChanged changes the columns of CSV.
func columnsChanged(b []byte, change func(record []string) []string) []byte {
	records, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		panic(err)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, r := range records {
		w.Write(change(slices.Clone(r)))
	}
	w.Flush()
	return out.Bytes()
}

// forged is a bundle with one place that was denied, in all forms.
func forged(t *testing.T) (string, *Manifest) {
	w := world()
	w.Accounts, w.Organization = w.Accounts[:1], nil
	delete(w.Accounts[0].Regions, "us-west-2")
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Account: home, Region: "eu-west-1", Action: "DescribeSecurityGroups"}}
	cfg := serve(t, w)
	cfg.Accounts = nil
	return bundle(t, cfg, func(o *Options) { o.Forms = Forms })
}

func copied(t *testing.T, original string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// mustNotVerify fails the test if the bundle verifies whole.
func mustNotVerify(t *testing.T, dir string) *Verification {
	t.Helper()
	v, err := Verify(t.Context(), dir, options)
	if err == nil && len(v.Problems) == 0 && len(v.NotCompared) == 0 {
		t.Error("it verifies")
	}
	return v
}

// Whatever is done to what follows from the raw data, and whichever version of the rule is
// said to have made it, the bundle does not verify. (Another version of the tool is in the
// report, which then is another already.)
func TestForgeriesDoNotVerify(t *testing.T) {
	original, m := forged(t)
	mustVerify(t, original)
	for version, change := range map[string]func(*Manifest){
		"this version": func(*Manifest) {},
		"another rule": func(m *Manifest) { m.Rule = "0" },
	} {
		t.Run(version, func(t *testing.T) {
			all := forgeries(m)
			slices.SortFunc(all, func(a, b forgery) int { return strings.Compare(a.name, b.name) })
			for i, f := range all {
				if i%soak.OneIn != 0 {
					continue
				}
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					dir := copied(t, original)
					reseal(t, dir, func(m *Manifest) {
						change(m)
						if f.do != nil {
							f.do(t, dir, m)
						}
					})
					if f.after != nil {
						f.after(t, dir)
					}
					v := mustNotVerify(t, dir)
					if version == "this version" && v != nil && len(v.Problems) == 0 {
						t.Errorf("there is no problem, and not compared is %q", v.NotCompared)
					}
				})
			}
		})
	}
}

// What is no file is told and not opened, whether or not the manifest names it: a pipe
// would wait for ever, and a device may never end.
func TestOnlyFilesAreOpened(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such things in folders")
	}
	original, m := forged(t)
	raw := rawName + "/" + home + "/us-east-1/describe-security-groups.json.gz"
	for _, name := range []string{"findings.csv", "report.html", raw, rawName + "/scan.json.gz", "note.txt", rawName + "/note.json.gz", manifestName, sumsName} {
		for what, make := range map[string]func(file string) error{
			"a pipe":                      func(file string) error { return exec.Command("mkfifo", file).Run() },
			"a link to a device":          func(file string) error { return os.Symlink("/dev/zero", file) },
			"a link to itself":            func(file string) error { return os.Symlink(filepath.Base(file), file) },
			"a link to the same file":     func(file string) error { return os.Symlink(filepath.Join(original, name), file) },
			"a link to another folder":    func(file string) error { return os.Symlink(filepath.Join(original, rawName), file) },
			"a link to a file of its own": func(file string) error { return os.Symlink("SHA256SUMS", file) },
		} {
			t.Run(name+" is "+what, func(t *testing.T) {
				dir := copied(t, original)
				if _, known := m.Files[name]; !known && name != manifestName && name != sumsName {
					os.WriteFile(filepath.Join(dir, name), nil, 0o600)
					reseal(t, dir, nil)
				}
				os.Remove(filepath.Join(dir, name))
				if err := make(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				done := within(t, func() {
					v := mustNotVerify(t, dir)
					if name != manifestName && name != sumsName && (v == nil || !strings.Contains(strings.Join(v.Problems, "\n"), name+" is a ")) {
						t.Errorf("it finds %+v", v)
					}
					if _, err := Diff(t.Context(), original, dir, options); err == nil {
						t.Error("it is compared")
					}
					o := options
					o.Dir = filepath.Join(t.TempDir(), "merged")
					if _, err := Merge(t.Context(), o, dir); err == nil || strings.Contains(err.Error(), "no shard") {
						t.Errorf("merging it fails with %v", err) // and not before anybody has looked
					}
				})
				if !done {
					t.Error("it is read for ever")
				}
			})
		}
	}
}

// within reports whether something ends in time. What does not is left alone: it may wait
// for a pipe, and nothing ends that.
func within(t *testing.T, do func()) bool {
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
		return true
	case <-time.After(time.Minute):
		return false
	}
}

// A file that is larger than the manifest says is not read to its end, and a manifest that
// no audit writes is not read at all.
func TestWhatIsTooLargeIsNotRead(t *testing.T) {
	original, _ := forged(t)
	for _, name := range []string{"report.html", rawName + "/scan.json.gz", manifestName, sumsName} {
		t.Run(name, func(t *testing.T) {
			dir := copied(t, original)
			if err := os.Truncate(filepath.Join(dir, name), 1<<40); err != nil { // without a byte on the disk
				t.Skipf("the file system has no such files: %v", err)
			}
			if !within(t, func() {
				v, err := Verify(t.Context(), dir, options)
				if said := fmt.Sprint(v, err); !strings.Contains(said, "it is larger than") {
					t.Errorf("it says %.300s", said)
				}
			}) {
				t.Error("it is read to its end")
			}
		})
	}
}

// What was compared is no forgery's.
func TestDiffOfForgeries(t *testing.T) {
	original, m := forged(t)
	for _, f := range forgeries(m) {
		if !strings.HasPrefix(f.name, "findings.csv ") {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			dir := copied(t, original)
			reseal(t, dir, func(m *Manifest) { f.do(t, dir, m) })
			for _, pair := range [][2]string{{original, dir}, {dir, original}} {
				if d, err := Diff(t.Context(), pair[0], pair[1], options); err == nil {
					t.Errorf("it is compared: %q", told(d))
				}
			}
		})
	}
}
