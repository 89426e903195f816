package scan

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

func zipOf(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarOf(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(files[name]))})
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipOf(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// leftBehind fails the test if something is left in the folder for temporary files.
func leftBehind(t *testing.T) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	t.Cleanup(func() {
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// An archive is the folder that it was made of, also in a recorded scan of it.
func TestArchives(t *testing.T) {
	world := savedWorld()
	want, _, err := read(t, config.Config{Paths: []string{write(t, world)}}, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	inside := maps.Clone(world)
	inside["__MACOSX/._x.json"], inside[".git/config"] = "x", "x"
	inside["111122223333/us-east-1/describe-managed-prefix-lists.json"] = gzipOf(t, world["111122223333/us-east-1/describe-managed-prefix-lists.json"])
	account := map[string]string{}
	for name, text := range world {
		account[strings.TrimPrefix(name, "111122223333/")] = text
	}
	for name, file := range map[string]struct{ name, text string }{
		"zip":                       {"all.zip", zipOf(t, inside)},
		"tar":                       {"all.tar", tarOf(t, inside)},
		"tar.gz":                    {"all.tgz", gzipOf(t, tarOf(t, inside))},
		"the account in the name":   {"111122223333.zip", zipOf(t, account)},
		"the account in the folder": {"111122223333/all.tar.gz", gzipOf(t, tarOf(t, account))},
		"any name":                  {"x", zipOf(t, inside)},
	} {
		t.Run(name, func(t *testing.T) {
			leftBehind(t)
			dir := write(t, map[string]string{file.name: file.text})
			cfg := config.Config{Paths: []string{dir}}
			for range 2 {
				groups, places, err := read(t, cfg, sg.Everything())
				if err != nil || !slices.Equal(withoutOrigin(groups), withoutOrigin(want)) {
					t.Fatalf("%v\n got %q\nwant %q", err, withoutOrigin(groups), withoutOrigin(want))
				}
				for _, c := range places {
					if prefix := filepath.Join(dir, file.name) + "!"; !strings.HasPrefix(c.Origin, prefix) || len(places) != len(world) {
						t.Errorf("%d places, one is %s", len(places), c.Origin)
					}
				}
				recorded, _ := recordScan(t, cfg)
				cfg = config.Config{Paths: []string{recorded}}
			}
		})
	}
}

func withoutOrigin(groups []*sg.Group) []string {
	var all []string
	for _, g := range groups {
		c := *g
		c.Origin = ""
		all = append(all, fmt.Sprintf("%s %s %s %v", g.AccountID, g.Region, g.ID, g.Verdict), fmt.Sprint(g.NetworkInterfaces, g.NetworkInterfacesKnown))
		for _, p := range g.Permissions {
			all = append(all, fmt.Sprint(p.Key(), p.Verdict, p.RuleID, p.PrefixListName))
		}
	}
	slices.Sort(all)
	return all
}

// What an archive does not give is named, and nothing of it leads anywhere.
func TestHostileArchives(t *testing.T) {
	open := groupsFile(ftp("sg-1", openToAll))
	link := func(header tar.Header) string {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	whole := tarOf(t, map[string]string{"a.json": groupsFile(), "b.json": open})
	encrypted := []byte(zipOf(t, map[string]string{"a.json": open}))
	encrypted[6] |= 1
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	broken := []byte(zipOf(t, map[string]string{"a.json": open + strings.Repeat(" ", 100)}))
	broken[60] ^= 0xff
	unknown := []byte(zipOf(t, map[string]string{"a.json": open}))
	unknown[bytes.Index(unknown, []byte("PK\x01\x02"))+10] = 99
	for name, tt := range map[string]struct{ text, want string }{
		"compressed otherwise":       {string(unknown), "a.json: it cannot be read: it is compressed in a way that is not known here. Unpack"},
		"a name that leads out":      {zipOf(t, map[string]string{"../../x.json": open}), "x.json: its name leads out of the archive"},
		"a name from the root":       {tarOf(t, map[string]string{"/etc/x.json": open}), "etc/x.json: its name leads out of the archive"},
		"a name of Windows":          {zipOf(t, map[string]string{`..\x.json`: open}), "x.json: its name leads out of the archive"},
		"a link":                     {link(tar.Header{Name: "x.json", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), "x.json: it is no file, but a link"},
		"a hard link":                {link(tar.Header{Name: "x.json", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}), "holds nothing|ends in the middle|no file, but a link"},
		"a device":                   {link(tar.Header{Name: "x", Typeflag: tar.TypeChar}), "x: it is no file"},
		"an archive in an archive":   {zipOf(t, map[string]string{"x.zip": zipOf(t, map[string]string{"a": open})}), "it is an archive in an archive"},
		"nothing":                    {zipOf(t, nil), "no file is in the archive"},
		"nothing but what is hidden": {tarOf(t, map[string]string{".x/a.json": open}), "no file is in the archive"},
		"encrypted":                  {string(encrypted), "a.json: it cannot be read: it is encrypted"},
		"damaged":                    {string(broken), "a.json: it cannot be unpacked: it is cut off or damaged. Make"},
		"no end":                     {zipOf(t, map[string]string{"a.json": open})[:60], "cannot be read to its end: it is cut off or damaged. Make"},
		"cut in a file":              {whole[:len(whole)-1800], "cannot be read to its end: it is cut off or damaged. Make"},
		"cut behind a file":          {whole[:1024], "cannot be read to its end: it is cut off or damaged. Make"},
		"cut gzip":                   {gzipOf(t, whole)[:len(gzipOf(t, whole))-1], "cannot be read to its end: it is cut off or damaged. Make"},
		"a bomb":                     {gzipOf(t, tarOf(t, map[string]string{"a.json": strings.Repeat("\x00", 1<<26)})), "ends in the middle|this is not JSON"},
		"a recorded scan":            {zipOf(t, map[string]string{"scan.json.gz": gzipOf(t, `{"Scan": {"Format": 2}}`)}), "Unpack the archive that it is in"},
	} {
		t.Run(name, func(t *testing.T) {
			leftBehind(t)
			_, _, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"x": tt.text})}}, sg.Everything())
			if err == nil || !slices.ContainsFunc(strings.Split(tt.want, "|"), func(want string) bool { return strings.Contains(err.Error(), want) }) {
				t.Errorf("%v", err)
			} else if strings.Contains(err.Error(), os.TempDir()+"/ftpcheck") {
				t.Errorf("the error names a temporary file: %v", err)
			}
		})
	}
}

// What is left out of a folder is left out of an archive.
func TestExcludedFromArchives(t *testing.T) {
	leftBehind(t)
	dir := write(t, map[string]string{"x.zip": zipOf(t, map[string]string{"a/sg.json": groupsFile(ftp("sg-1", openToAll)), "old/sg.json": "x", "a/notes.md": "x"})})
	groups, places, err := read(t, config.Config{Paths: []string{dir}, ExcludePaths: []string{"old", "*.md"}}, sg.Everything())
	if err != nil || len(groups) != 1 || len(places) != 3 {
		t.Errorf("%v, %v, %v", groups, places, err)
	}
}
