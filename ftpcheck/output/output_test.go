package output

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// everyType has a column of each type.
var everyType = []Column{
	{"ok", relation.Bool}, {"n", relation.Int}, {"name", relation.Text}, {"range", relation.CIDR}, {"tags", relation.JSON}, {"seen", relation.Timestamp},
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
	return func(w io.Writer) (Writer, error) { return NewTable(w, columns), nil }
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
	// RFC 4180 ends lines with CRLF.
	if diff := cmp.Diff(strings.ReplaceAll(want, "\n", "\r\n"), written(t, csvOf(everyType, true), rows...)); diff != "" {
		t.Errorf("for spreadsheets (-want +got):\n%s", diff)
	}
}

// TestCSVFormulas holds what a spreadsheet would run against what is written.
func TestCSVFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1":                           "'=1+1",
		"=HYPERLINK(\"http://x\",\"y\")": "'=HYPERLINK(\"http://x\",\"y\")",
		"+1+1":                           "'+1+1",
		"-2+3":                           "'-2+3",
		"@SUM(A1)":                       "'@SUM(A1)",
		"\t=1":                           "'\t=1",
		"\r=1":                           "'\r=1",
		"\n=1":                           "'\n=1",
		"-":                              "'-",
		"+49 30 1234":                    "'+49 30 1234",
		"-1e5":                           "'-1e5",
		"-1":                             "-1", // the protocol for all
		"+3.5":                           "+3.5",
		"a=1":                            "a=1",
		" =1":                            " =1",
		"'=1":                            "'=1",
		"":                               "",
	} {
		out := written(t, csvOf(Texts("=header", "second"), true), []any{text, "x"})
		header, row, _ := strings.Cut(out, "\r\n")
		if header != "'=header,second" {
			t.Errorf("the header is %q", header)
		}
		// Go's writer drops a lone \r in a cell, and its reader makes \n of \r\n.
		cells, err := csv.NewReader(strings.NewReader(row)).Read()
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.ReplaceAll(want, "\r", ""); cells[0] != want {
			t.Errorf("%q is written as %q, want %q", text, cells[0], want)
		}
		if raw := written(t, csvOf(Texts("a", "b"), false), []any{text, "x"}); strings.Contains(raw, "'") != strings.Contains(text, "'") {
			t.Errorf("for programs, %q is written as %q", text, raw)
		}
	}
	// A number is none of these, whatever its sign.
	if out := written(t, csvOf([]Column{{"n", relation.Int}}, true), []any{int64(-5)}); out != "n\r\n-5\r\n" {
		t.Errorf("a number is written as %q", out)
	}
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

// full is a disk that is full.
type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestErrorsOfTheDestination checks that no writer ends well if nothing could be written.
func TestErrorsOfTheDestination(t *testing.T) {
	for name, open := range map[string]func(io.Writer) (Writer, error){
		"csv": csvOf(Texts("a"), true), "json": jsonOf(Texts("a")), "table": tableOf(Texts("a")), "line": lineOf(Texts("a")),
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
