package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// everyType has a column of each type.
var everyType = []Column{
	{Name: "ok", Type: relation.Bool}, {Name: "n", Type: relation.Int}, {Name: "name", Type: relation.Text}, {Name: "range", Type: relation.CIDR}, {Name: "tags", Type: relation.JSON}, {Name: "seen", Type: relation.Timestamp},
}

var noon = time.Date(2026, 3, 4, 14, 0, 0, 123456000, time.FixedZone("", 2*60*60))

// written is what a writer writes of rows.
func written(t *testing.T, open func(io.Writer) (Writer, error), rows ...[]any) string {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func csvOf(columns []Column, safe bool) func(io.Writer) (Writer, error) {
	return func(w io.Writer) (Writer, error) { return NewCSV(w, columns, safe) }
}

func jsonOf(columns []Column) func(io.Writer) (Writer, error) {
	return func(w io.Writer) (Writer, error) { return NewJSON(w, columns) }
}

func tableOf(columns []Column) func(io.Writer) (Writer, error) {
	return func(w io.Writer) (Writer, error) { return NewTable(w, columns, 0), nil }
}

func lineOf(columns []Column) func(io.Writer) (Writer, error) {
	return func(w io.Writer) (Writer, error) { return NewLine(w, columns), nil }
}

func TestCSV(t *testing.T) {
	rows := [][]any{
		{true, int64(math.MinInt64), "Zürich, \"A\"", "::/0", `{"a":1}`, noon},
		{nil, nil, nil, nil, nil, nil},
		{false, int64(-1), "two\nlines", "10.0.0.0/8", `[]`, nil},
	}
	want := `ok,n,name,range,tags,seen
true,-9223372036854775808,"Zürich, ""A""",::/0,"{""a"":1}",2026-03-04T12:00:00.123456Z
,,,,,
false,-1,"two
lines",10.0.0.0/8,[],
`
	if diff := cmp.Diff(want, written(t, csvOf(everyType, false), rows...)); diff != "" {
		t.Errorf("for programs (-want +got):\n%s", diff)
	}
	// For spreadsheets, texts are in quotes and lines end with CRLF, as RFC 4180 has it.
	want = `"ok","n","name","range","tags","seen"` + "\r\n" +
		`true,-9223372036854775808,"Zürich, ""A""","::/0","{""a"":1}",2026-03-04T12:00:00.123456Z` + "\r\n" +
		`,,,,,` + "\r\n" +
		`false,-1,"two` + "\n" + `lines","10.0.0.0/8","[]",` + "\r\n"
	if diff := cmp.Diff(want, written(t, csvOf(everyType, true), rows...)); diff != "" {
		t.Errorf("for spreadsheets (-want +got):\n%s", diff)
	}
}

// TestCSVFormulas holds what a spreadsheet would run, or take for another number, against
// what is written.
func TestCSVFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1":                           "'=1+1",
		"=HYPERLINK(\"http://x\",\"y\")": "'=HYPERLINK(\"http://x\",\"y\")",
		"+1+1":                           "'+1+1",
		"-2+3":                           "'-2+3",
		"@SUM(A1)":                       "'@SUM(A1)",
		"\t=1":                           "'\t'=1",
		"\r=1":                           "'\r'=1",
		"\n=1":                           "'\n'=1",
		"-":                              "'-",
		"+49 30 1234":                    "'+49 30 1234",
		"-1e5":                           "'-1e5",
		"-1":                             "-1", // the protocol for all
		"+3.5":                           "+3.5",
		"a=1":                            "a=1",
		" =1":                            " =1",
		"'=1":                            "'=1",
		"":                               "",
		// The wide forms, as they are typed in East Asia.
		"＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠SUM(A1)": "'＠SUM(A1)", "a＝1": "a＝1",
		// Where a cell begins for who reads the file with another separator.
		"a;=HYPERLINK(A1)": "a;'=HYPERLINK(A1)", "a;=cmd|calc!A0;b": "a;'=cmd|calc!A0;b", "x\t=1+1": "x\t'=1+1", "x;＝1": "x;'＝1", "x\r@A1": "x\r'@A1", "x\n-1": "x\n'-1",
		"a;\"=1\"": "a;'\"=1\"", ";=;=": ";'=;'=", "=a;=b": "'=a;'=b", "a;b": "a;b", "a; =1": "a; =1",
		// What is carriage returns stays.
		"a\rb": "a\rb", "a\r\nb": "a\r\nb",
		// Digits of which a spreadsheet would make another number.
		"012345678901": "'012345678901", "00": "'00", "1e5": "'1e5", "1E5": "'1E5", "1.50": "'1.50", "1234567890123456": "'1234567890123456",
		"0": "0", "123456789012": "123456789012", "1.5": "1.5", "01a": "01a",
	} {
		out := written(t, csvOf(Texts("=header", "second"), true), []any{text, "x"})
		if want := "\"'=header\",\"second\"\r\n\"" + strings.ReplaceAll(want, `"`, `""`) + "\",\"x\"\r\n"; out != want {
			t.Errorf("%q is written as %q, want %q", text, out, want)
		}
		if raw := written(t, csvOf(Texts("a", "b"), false), []any{text, "x"}); strings.Contains(raw, "'") != strings.Contains(text, "'") {
			t.Errorf("for programs, %q is written as %q", text, raw)
		}
	}
	// A number is none of these, whatever its sign.
	if out := written(t, csvOf([]Column{{Name: "n", Type: relation.Int}}, true), []any{int64(-5)}); out != "\"n\"\r\n-5\r\n" {
		t.Errorf("a number is written as %q", out)
	}
}

// TestCSVInEverySeparator reads texts that are made of nothing but what is dangerous, with
// each separator that a spreadsheet offers: no cell is a formula. And what reads it back
// has the texts as they were.
func TestCSVInEverySeparator(t *testing.T) {
	alphabet := []rune("=+-@＝＠;\t\r\n\",a1 ")
	random := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		text := make([]rune, 1+random.IntN(8))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		s := string(text)
		out := written(t, csvOf(Texts("a", "b", "c"), true), []any{"x", s, "y"})
		for _, separator := range ",;\t" {
			for _, cell := range cellsOf(out, separator) {
				cell = strings.TrimLeft(cell, "\t\r\n") // which some do
				if beginsFormula(cell) && !plainNumber.MatchString(cell) {
					t.Fatalf("%q is written as %q, of which the separator %q makes the cell %q", s, out, separator, cell)
				}
			}
		}
		err := ReadCSV(strings.NewReader(out), true, func([]string) error { return nil }, func(record []string) error {
			// Go's reader makes \n of \r\n.
			if want := strings.ReplaceAll(s, "\r\n", "\n"); record[1] != want {
				t.Errorf("%q is written as %q and read as %q", want, out, record[1])
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What is no CSV is told of in words, with its line.
func TestReadCSVProblems(t *testing.T) {
	ignore := func([]string) error { return nil }
	for text, want := range map[string]string{
		"":                        "it is empty",
		"a,\"b\n":                 "line 1 has a quote in the wrong place, or lacks one",
		"a,b\n\"1\n\",2\n3\n":     "line 4 has more or fewer cells than the header",
		"a,b\n1,2,3\n":            "line 2 has more or fewer cells than the header",
		"a,b\n1,2\n3,\"x\"y\n4,5": "line 3 has a quote in the wrong place, or lacks one",
		"a,b\n1,2\n3,\"4\n5,6\n":  "line 3 has a quote in the wrong place, or lacks one",
	} {
		if err := ReadCSV(strings.NewReader(text), true, ignore, ignore); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	broken := errors.New("the disk is broken")
	if err := ReadCSV(iotest.ErrReader(broken), true, ignore, ignore); err != broken {
		t.Error(err)
	}
}

// cellsOf reads CSV as a spreadsheet does, which takes whatever comes: a cell that begins
// with a quote goes on to the next single one, and what follows up to the separator is of
// it, too; a line ends at CR, LF or both.
func cellsOf(text string, separator rune) []string {
	var cells []string
	var cell strings.Builder
	runes := []rune(text)
	quoted, begin := false, true
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case quoted && r == '"' && i+1 < len(runes) && runes[i+1] == '"':
			cell.WriteRune('"')
			i++
		case quoted && r == '"':
			quoted = false
		case quoted:
			cell.WriteRune(r)
		case begin && r == '"':
			quoted, begin = true, false
		case r == separator || r == '\r' || r == '\n':
			cells = append(cells, cell.String())
			cell.Reset()
			begin = true
		default:
			cell.WriteRune(r)
			begin = false
		}
	}
	return append(cells, cell.String())
}

func TestJSON(t *testing.T) {
	out := written(t, jsonOf(everyType),
		[]any{true, int64(math.MaxInt64), "</script>\u2028\"\x00", "::/0", `{"b":1,"a":[1.50]}`, noon.UTC()},
		[]any{nil, nil, nil, nil, nil, nil},
		[]any{false, int64(0), "{}", "", "no JSON", nil},
	)
	want := `{
 "columns": [
  {"name": "ok", "data_type": "boolean"}, {"name": "n", "data_type": "bigint"}, {"name": "name", "data_type": "text"},
  {"name": "range", "data_type": "cidr"}, {"name": "tags", "data_type": "jsonb"}, {"name": "seen", "data_type": "timestamp with time zone"}
 ],
 "rows": [
  {"ok": true, "n": 9223372036854775807, "name": "</script>\u2028\"\u0000", "range": "::/0", "tags": {"b": 1, "a": [1.50]}, "seen": "2026-03-04T12:00:00.123456Z"},
  {"ok": null, "n": null, "name": null, "range": null, "tags": null, "seen": null},
  {"ok": false, "n": 0, "name": "{}", "range": "", "tags": "no JSON", "seen": null}
 ]
}`
	if diff := cmp.Diff(decoded(t, want), decoded(t, out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !json.Valid([]byte(written(t, jsonOf(everyType)))) {
		t.Error("without rows, the output is no JSON")
	}
}

// decoded is JSON as Go values that lose no digit.
func decoded(t *testing.T, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return v
}

func TestJSONNames(t *testing.T) {
	out := written(t, jsonOf(Texts("a", "a_2", "a", "b", "a")), []any{"1", "2", "3", "4", "5"})
	rows := decoded(t, out).(map[string]any)["rows"].([]any)
	if diff := cmp.Diff(map[string]any{"a": "1", "a_2": "2", "a_3": "3", "b": "4", "a_4": "5"}, rows[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJSONWithoutNumber(t *testing.T) {
	out := written(t, jsonOf(Texts("a", "b")), []any{math.Inf(1), math.NaN()})
	if want := []any{map[string]any{"a": "+Inf", "b": "NaN"}}; !cmp.Equal(want, decoded(t, out).(map[string]any)["rows"]) {
		t.Errorf("got %s", out)
	}
}

// TestJSONLines holds JSON Lines to the rows of JSON: the same values of the same names, of
// every type, and each on one line.
func TestJSONLines(t *testing.T) {
	columns := slices.Concat(everyType, Texts("ok", "inf"), []Column{{Name: "digits", Type: Float}})
	rows := [][]any{
		{true, int64(math.MaxInt64), "two\nlines \u2028", "::/0", "{\n \"b\": [1.50,\n 2]\n}", noon, "twice", math.Inf(-1), Number("1.50")},
		make([]any, len(columns)),
		{false, int64(0), "{}", "caf\xe9", "no JSON", nil, "", math.NaN(), Number("Infinity")},
	}
	linesOf := func(w io.Writer) (Writer, error) { return NewJSONLines(w, columns), nil }
	out := written(t, linesOf, rows...)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(rows) || !strings.HasSuffix(out, "\n") {
		t.Fatalf("%d rows are\n%s", len(rows), out)
	}
	for i, want := range decoded(t, written(t, jsonOf(columns), rows...)).(map[string]any)["rows"].([]any) {
		if diff := cmp.Diff(want, decoded(t, lines[i])); diff != "" {
			t.Errorf("row %d (-JSON +JSON Lines):\n%s", i, diff)
		}
	}
	if !strings.HasPrefix(out, `{"ok":true,"n":`) {
		t.Errorf("the members are in another order than the columns: %s", lines[0])
	}
	if out := written(t, linesOf); out != "" {
		t.Errorf("without rows, there is %q", out)
	}
}

// hostile is a text that would clear a terminal, turn its direction and break a line.
const hostile = "a\x1b[2Jb\u202Ec\nd\te\u0085"

const harmless = `a\x1b[2Jb\u202ec\x0ad\x09e\x85`

func TestTable(t *testing.T) {
	want := `+---------------------------------+--------+
| ` + harmless + `  | second |
+---------------------------------+--------+
| <null>                          | true   |
| ` + harmless + `  | 日本   |
+---------------------------------+--------+
`
	width := len(harmless)
	want = strings.ReplaceAll(want, strings.Repeat("-", 33), strings.Repeat("-", width+2))
	want = strings.ReplaceAll(want, harmless+"  |", harmless+" |")
	want = strings.ReplaceAll(want, "<null>"+strings.Repeat(" ", 26), "<null>"+strings.Repeat(" ", width-5))
	got := written(t, tableOf(Texts(hostile, "second")), []any{nil, true}, []any{hostile, "日本"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLine(t *testing.T) {
	got := written(t, lineOf(Texts("a", "long")), []any{nil, hostile}, []any{"", noon})
	dashes := strings.Repeat("-", 60)
	want := "-[ RECORD 1  ]" + dashes + "\na    | <null>\nlong | " + harmless + "\n" +
		"-[ RECORD 2  ]" + dashes + "\na    | \nlong | 2026-03-04T12:00:00.123456Z\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := written(t, lineOf(Texts("a"))); got != "" {
		t.Errorf("without rows, there is %q", got)
	}
}

// TestTextThatIsNotUTF8 writes what some names of files are: the formats that take UTF-8
// alone show what they can of it.
func TestTextThatIsNotUTF8(t *testing.T) {
	row := []any{"caf\xe9.json", "[\"\xff\"]"}
	columns := []Column{{Name: "name", Type: relation.Text}, {Name: "list", Type: relation.JSON}}
	rows := decoded(t, written(t, jsonOf(columns), row)).(map[string]any)["rows"]
	if want := []any{map[string]any{"name": "caf\uFFFD.json", "list": []any{"\uFFFD"}}}; !cmp.Equal(want, rows) {
		t.Errorf("JSON: %q", rows)
	}
	for name, open := range map[string]func(io.Writer) (Writer, error){
		"Parquet": func(w io.Writer) (Writer, error) { return NewParquet(w, columns) },
		"PostgreSQL": func(w io.Writer) (Writer, error) {
			script := NewPostgresScript(w)
			return ended{script.Table("t", "", columns, make([]string, len(columns))), script}, nil
		},
	} {
		out := written(t, open, row)
		if !strings.Contains(out, "caf\uFFFD.json") || strings.Contains(out, "caf\xe9") {
			t.Errorf("%s does not hold the name in UTF-8: %q", name, out)
		}
	}
	// For a shell and a spreadsheet, bytes are bytes.
	if out := written(t, csvOf(columns, false), row); !strings.Contains(out, "caf\xe9.json") {
		t.Errorf("CSV: %q", out)
	}
}

// ended is a script that ends with its one table.
type ended struct {
	Writer
	script *PostgresScript
}

func (e ended) End() error { return errors.Join(e.Writer.End(), e.script.End()) }

// full is a disk that is full.
type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestErrorsOfTheDestination checks that no writer ends well if nothing could be written.
func TestErrorsOfTheDestination(t *testing.T) {
	for name, open := range map[string]func(io.Writer) (Writer, error){
		"csv": csvOf(Texts("a"), true), "json": jsonOf(Texts("a")), "json lines": func(w io.Writer) (Writer, error) { return NewJSONLines(w, Texts("a")), nil }, "table": tableOf(Texts("a")), "line": lineOf(Texts("a")),
		"parquet": func(w io.Writer) (Writer, error) { return NewParquet(w, Texts("a")) },
	} {
		w, err := open(full{})
		if err == nil {
			err = w.Row([]any{"x"})
		}
		if err == nil {
			err = w.End()
		}
		if !errors.Is(err, errFull) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}
