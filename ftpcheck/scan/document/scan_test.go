package document

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What the scan of the tests takes, and what may be the begin of that.
var (
	plainElement = regexp.MustCompile(`^\{\s*"Name"\s*:\s*"([a-z ]*)"\s*\}`)
	plainBegin   = regexp.MustCompile(`^\{?\s*("(N(a(m(e("\s*(:\s*("[a-z ]*("\s*)?)?)?)?)?)?)?)?)?$`)
)

// walk reads a file with lists in it, in which elements are scanned or not, and says all that it
// sees: the elements, where the document is, and what is wrong. It counts those that are scanned
// and those that are decoded.
func walk(t *testing.T, path string, scanned bool) (saw string, taken, decoded int) {
	t.Helper()
	d, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var all strings.Builder
	handle := func(name string) error {
		fmt.Fprintf(&all, "%s;", name)
		switch {
		case strings.HasPrefix(name, "bad"):
			return &sg.BadValue{Problem: name, Pointer: "/Name"}
		case strings.HasPrefix(name, "odd"):
			return &sg.BadValue{Problem: name, Noted: true}
		case name == "stop":
			return &ConsumerError{errors.New("stopped")}
		}
		return nil
	}
	var scan Scan
	if scanned {
		scan = func(text []byte) (int, bool, error) {
			element := plainElement.FindSubmatchIndex(text)
			if element == nil {
				if plainBegin.Match(text) {
					return len(text), false, nil
				}
				return 0, false, nil
			}
			taken++
			return element[1], true, handle(string(text[element[2]:element[3]]))
		}
	}
	err = d.Values(func() error {
		lists := 0
		for d.PeekKind() == '[' { // --query makes lists of answers
			d.ReadToken()
			lists++
		}
		for more := true; more; more = lists > 0 && d.PeekKind() != ']' {
			err := d.Members(func(name string) error {
				fmt.Fprintf(&all, "%s %d %s:", name, d.InputOffset(), d.StackPointer())
				if !strings.HasPrefix(name, "List") {
					return d.SkipValue()
				}
				return Scanned(d, scan, func(e *element) error { decoded++; return handle(e.Name) })
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(&all, "at %d %s\n", d.InputOffset(), d.StackPointer())
		}
		for range lists {
			if _, err := d.ReadToken(); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range []error{err, d.Noted()} {
		var wrong *Error
		if errors.As(err, &wrong) && wrong != nil {
			fmt.Fprintf(&all, "%s %s", wrong.Code, wrong.Describe(t.Context(), path))
		} else {
			fmt.Fprint(&all, err)
		}
	}
	return all.String(), taken, decoded
}

// What is seen of a document is the same whether elements are scanned or decoded, also where
// something is wrong with one of them, or with what is around them.
func TestScanned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	random := rand.New(rand.NewPCG(1, 2))
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	blank := func() string { return one("", "", " ", "\n", "\r\n\t", "\n        ") }
	element := func() string {
		switch random.IntN(30) {
		case 0:
			return one(`{"Name": 5}`, `5`, `null`, `[{}]`, `"a"`, `{"Name": "a", "Name": "b"}`, `{"Name": "stop"}`)
		case 1, 2:
			return one(`{"Name": "a\"}]"}`, `{"x": [{"y": "}\\"}], "Name": "c"}`, `{"Name": "é"}`, `{}`, `{"Name": "BAD"}`)
		case 3:
			return one(`{"Name": "bad one"}`, `{"Name": "odd one"}`, `{"Name":"bad", "x": {}}`)
		}
		return "{" + blank() + `"Name"` + blank() + ":" + blank() + `"` + one("a", "bc", "", "a long name") + `"` + blank() + "}"
	}
	separator := func() string {
		if random.IntN(100) == 0 {
			return one("", ",,", ":")
		}
		return ","
	}
	object := func() string {
		var b strings.Builder
		b.WriteString("{")
		for i := range 1 + random.IntN(3) {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, `%s"%s": [%s`, blank(), one("List", "List2", "Other", strings.Repeat("x", 5000)), blank())
			for i := range random.IntN(8) {
				if i > 0 {
					b.WriteString(blank() + separator() + blank())
				}
				b.WriteString(element())
			}
			b.WriteString(blank() + "]")
		}
		return b.String() + blank() + "}"
	}
	taken, decoded := 0, 0
	for range 800 {
		text := object()
		for random.IntN(3) == 0 {
			text += blank() + object()
		}
		switch random.IntN(4) {
		case 0:
			text = "[" + text + "," + object() + "]" + blank()
		case 1:
			i := random.IntN(len(text))
			text = text[:i] + one("{", "}", "[", "]", ",", `"`, "x", "") + text[i+random.IntN(2):]
		case 2:
			text = text[:random.IntN(len(text))]
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		want, _, _ := walk(t, path, false)
		got, n, others := walk(t, path, true)
		taken, decoded = taken+n, decoded+others
		if got != want {
			t.Fatalf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	if taken < decoded {
		t.Errorf("%d elements were scanned and %d decoded", taken, decoded)
	}
}

// All elements are scanned but those that cannot be, however large they are and whatever is before
// the list, and so are those of all pages.
func TestScannedElements(t *testing.T) {
	long := `{"Name": "` + strings.Repeat("a", 100_000) + `"}`
	many := strings.Repeat(`{"Name": "a"}, `, 5_000)
	page := `{"NextToken": "` + strings.Repeat("x", 3000) + `", "List": [` + many + long + "," + many + `{"x": "}]"}, {"Name": "a"}]}`
	for name, c := range map[string]struct {
		text           string
		taken, decoded int
	}{
		"pages":           {page + "\n" + page, 20_004, 2},
		"a list of pages": {"[" + page + "," + page + "]", 20_004, 2},
		"more than a scan sees": {`{"List": [{"Name": "a"}, {"Name": "` + strings.Repeat("a", 1<<20-100) + `", "x": "` + strings.Repeat("b", 1000) + `"}, {"Name": "a"}]}`,
			1, 2},
		"deeper than package json reads": {strings.Repeat("[", mostNested-2) + `{"List": [{"Name": "a"}]}` + strings.Repeat("]", mostNested-2), 0, 0},
	} {
		path := filepath.Join(t.TempDir(), "a.json")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		want, _, _ := walk(t, path, false)
		got, taken, decoded := walk(t, path, true)
		if got != want {
			t.Errorf("%s: got %.300s, want %.300s", name, got, want)
		}
		if taken != c.taken || decoded != c.decoded {
			t.Errorf("%s: %d elements were scanned and %d decoded, want %d and %d", name, taken, decoded, c.taken, c.decoded)
		}
	}
}

// A text is no longer than its bound, if all of it is scanned.
func TestScannedBound(t *testing.T) {
	lowered := most
	t.Cleanup(func() { most = lowered })
	most.text = 1 << 18
	element := `{"Name": "a"},`
	path := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(path, []byte(`{"List": [`+strings.Repeat(element, 1<<15)+`{}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	want := 1 << 18 / len(element)
	saw, taken, _ := walk(t, path, true)
	if !strings.Contains(saw, "the text of the file is longer than") || taken < want-1 || taken > want+1 {
		t.Errorf("%d elements, and %.300s", taken, saw[max(0, len(saw)-300):])
	}
}
