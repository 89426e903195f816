package saved

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A small archive does not fill the disk: what it holds counts, and so does what it says of itself.
func TestArchiveBounds(t *testing.T) {
	old := mostInArchives
	t.Cleanup(func() { mostInArchives = old })
	mostInArchives.bytes, mostInArchives.entries = 1<<20, 10
	for name, tt := range map[string]struct {
		headers []tar.Header
		want    string
	}{
		"one file":     {[]tar.Header{{Name: "a", Size: 2 << 20}}, "hold more than 1 MiB"},
		"files":        {[]tar.Header{{Name: "a", Size: 600 << 10}, {Name: "b", Size: 600 << 10}}, "hold more than 1 MiB"},
		"hidden files": {[]tar.Header{{Name: ".a", Size: 3 << 20}}, "hold more than 1 MiB"},
		"entries":      {make([]tar.Header, 11), "more than 10 entries"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			w := tar.NewWriter(z)
			for i := range tt.headers {
				h := tt.headers[i]
				if h.Name == "" {
					h.Name = "x"
				}
				if err := w.WriteHeader(&h); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Write(make([]byte, h.Size)); err != nil {
					t.Fatal(err)
				}
			}
			w.Close()
			z.Close()
			path := filepath.Join(t.TempDir(), "x.tgz")
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			places, err := New([]string{path}, nil, "", nil).Read(t.Context(), sg.Request{}, nil, map[string]bool{}, func(*sg.Group) error { return nil })
			if err != nil || !strings.Contains(places[0].ErrorMessage, tt.want) || places[0].Origin != path {
				t.Errorf("%v, %+v", err, places)
			}
			if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
