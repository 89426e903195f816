package document

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

type element struct{ Name string }

// packed writes a compressed file of pieces, each so many times.
func packed(t *testing.T, pieces ...any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.json.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewWriterLevel(f, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pieces); i += 2 {
		for range pieces[i+1].(int64) {
			if _, err := z.Write([]byte(pieces[i].(string))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func readAll(t *testing.T, path string) (elements int, err error) {
	t.Helper()
	d, err := Open(t.Context(), path)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	err = d.Values(func() error {
		return d.Members(func(name string) error {
			if name != "List" {
				return d.SkipValue()
			}
			return Elements(d, func(*element) error { elements++; return nil })
		})
	})
	return elements, err
}

// Every bound holds where it is, and neither before nor long after it.
func TestBounds(t *testing.T) {
	lowered := most
	t.Cleanup(func() { most = lowered })
	most.text = 32 << 20 // to reach the real one takes a minute
	most.element = 8 << 20

	most.yaml = 4 << 20

	const slack = 1 << 16 // what is read at once
	kib := strings.Repeat("a", 1024)
	blank := strings.Repeat(" ", 1024)
	small := `{"Name": "x"},`
	for _, b := range []struct {
		name        string
		most        int64
		file        func(bytes int64) []any
		want        string
		pastAllowed int64
	}{
		{"a text", most.token, func(n int64) []any {
			return []any{`{"List": [{"Name": "`, int64(1), kib, n / 1024, `"}]}`, int64(1)}
		}, "longer than 1 MiB", slack},
		{"a text that nobody reads", most.token, func(n int64) []any {
			return []any{`{"x": "`, int64(1), kib, n / 1024, `", "List": [{}]}`, int64(1)}
		}, "longer than 1 MiB", slack},
		{"blanks", most.token, func(n int64) []any {
			return []any{`{"List": [{}`, int64(1), blank, n / 1024, `]}`, int64(1)}
		}, "longer than 1 MiB", slack},
		{"an element", most.element, func(n int64) []any {
			return []any{`{"List": [{"x": [0`, int64(1), `,"` + kib[:1020] + `"`, n / 1024, `]}]}`, int64(1)}
		}, "an element of the list is longer than 8 MiB", slack},
		{"a file", most.text, func(n int64) []any {
			return []any{`{"List": [`, int64(1), small, n / int64(len(small)), `{}]}`, int64(1)}
		}, "the text of the file is longer than 32 MiB", slack},
		{"YAML", most.yaml, func(n int64) []any {
			return []any{"List:\n", int64(1), "- Name: x\n", n / 10, "- {}\n", int64(1)}
		}, "the YAML is longer than 4 MiB", slack},
		{"nesting", mostNested - 1, func(n int64) []any {
			return []any{`{"x": `, int64(1), `[`, n, `]`, n, `, "List": [{}]}`, int64(1)}
		}, "nested more than 10000 deep", 2},
	} {
		t.Run(b.name, func(t *testing.T) {
			near := b.most - b.pastAllowed
			if n, err := readAll(t, packed(t, b.file(near)...)); err != nil || n == 0 {
				t.Errorf("%d, below the bound: %d elements, %v", near, n, err)
			}
			_, err := readAll(t, packed(t, b.file(b.most+2*b.pastAllowed)...))
			var bad *Error
			if !errors.As(err, &bad) || bad.Code != TooLarge || !strings.Contains(bad.Problem, b.want) {
				t.Errorf("beyond the bound of %d: %v", b.most, err)
			}
		})
	}
}

// What is wrong with elements is told of the first, and no other is lost.
func TestOddElements(t *testing.T) {
	for text, want := range map[string]string{
		`{"List": [{"Name": 5}, {"Name": "a"}, {"Name": {"x": [1, {}]}}, {"Name": "b"}]}`:    "2 a number stands where a text is expected. So it is with 1 more element of the list at /List/0/Name",
		`{"List": [[[{"a": 1}]], {"Name": "a"}, 5, null, {"Name": "b"}, "", {"Name": "c"}]}`: "4 a list stands where an object is expected. So it is with 2 more elements of the list at /List/0",
		`{"List": [{"Name": "a"}, {"Name": 5}, {"Name": "b"} {}]}`:                           "2 a number stands where a text is expected at /List/1/Name",
	} {
		path := filepath.Join(t.TempDir(), "a.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := readAll(t, path)
		var bad *Error
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", text, err)
		} else if got := fmt.Sprintf("%d %s at %s", n, bad.Problem, bad.Pointer); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

// What is no regular file is refused, and not waited for.
func TestOpenFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", pipe).Run(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, os.DevNull, filepath.Dir(pipe)} {
		if _, err := OpenFile(path); err == nil || !strings.Contains(err.Error(), "is no file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
