package output

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

func fitted(t *testing.T, width int, columns []Column, rows [][]any) string {
	t.Helper()
	var b strings.Builder
	w := NewTable(&b, columns, width)
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

func TestTableFits(t *testing.T) {
	columns := Texts("account_id", "group_id", "unrestricted_ftp_reason", "why")
	rows := [][]any{
		{"123456789012", "sg-0c088684ea2f48a2d", "internet", "lets the whole internet in on TCP 20 and 21"},
		{"123456789012", "sg-0b7ff405ddbd1d92b", "prefix_list", "could not be determined: a prefix list was not read"},
	}
	for _, test := range []struct {
		width int
		want  string
	}{
		{80, `
account_id: 123456789012
+----------------------+-------------------------+----------------------------+
| group_id             | unrestricted_ftp_reason | why                        |
+----------------------+-------------------------+----------------------------+
| sg-0c088684ea2f48a2d | internet                | lets the whole internet in |
|                      |                         | on TCP 20 and 21           |
| sg-0b7ff405ddbd1d92b | prefix_list             | could not be determined: a |
|                      |                         | prefix list was not read   |
+----------------------+-------------------------+----------------------------+
`},
		{65, `
account_id: 123456789012
+----------------------+---------------+---------------------+
| group_id             | unrestricted_ | why                 |
|                      | ftp_reason    |                     |
+----------------------+---------------+---------------------+
| sg-0c088684ea2f48a2d | internet      | lets the whole      |
|                      |               | internet in on TCP  |
|                      |               | 20 and 21           |
| sg-0b7ff405ddbd1d92b | prefix_list   | could not be        |
|                      |               | determined: a       |
|                      |               | prefix list was not |
|                      |               | read                |
+----------------------+---------------+---------------------+
`},
		{50, `
account_id: 123456789012
-[ RECORD 1 ]-------------------------------------
group_id
  sg-0c088684ea2f48a2d
unrestricted_ftp_reason
  internet
why
  lets the whole internet in on TCP 20 and 21
-[ RECORD 2 ]-------------------------------------
group_id
  sg-0b7ff405ddbd1d92b
unrestricted_ftp_reason
  prefix_list
why
  could not be determined: a prefix list was not
  read
`},
	} {
		if diff := cmp.Diff(test.want, "\n"+fitted(t, test.width, columns, rows)); diff != "" {
			t.Errorf("%d columns:\n%s", test.width, diff)
		}
	}
	// Where there is room, nothing changes.
	if wide := fitted(t, 1000, columns, rows); wide != fitted(t, 0, columns, rows) {
		t.Errorf("a table that fits is not the plain one:\n%s", wide)
	}
}

// TestTablesFitAnyWidth holds any table to be no wider than the terminal, and to show every
// letter of every cell.
func TestTablesFitAnyWidth(t *testing.T) {
	letters := []rune("ab_ -éü漢字かな\u0301🙂{}\":x\x1b\u202e")
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		text := func(most int) string {
			b := make([]rune, rnd.IntN(most))
			for i := range b {
				b[i] = letters[rnd.IntN(len(letters))]
			}
			return string(b)
		}
		var columns []Column
		for range 1 + rnd.IntN(7) {
			columns = append(columns, Column{Name: "n" + text(25), Type: relation.Text})
		}
		var rows [][]any
		shown := map[rune]int{}
		for range rnd.IntN(5) {
			row := make([]any, len(columns))
			for i := range row {
				row[i] = "v" + text(60)
			}
			rows = append(rows, row)
		}
		if rnd.IntN(2) == 0 && len(rows) > 1 {
			for _, row := range rows {
				row[0] = rows[0][0] // a column to be lifted out
			}
		}
		width := []int{20, 40, 60, 80, 120, 200}[rnd.IntN(6)]
		got := fitted(t, width, columns, rows)
		for line := range strings.SplitSeq(got, "\n") {
			if displayWidth(line) > width {
				t.Errorf("seed %d: a line is %d wide on a terminal of %d:\n%s", seed, displayWidth(line), width, got)
				break
			}
		}
		count := func(s string, by int, counts map[rune]int) {
			for _, r := range s {
				if unicode.IsLetter(r) || unicode.IsMark(r) || r == '🙂' {
					counts[r] += by
				}
			}
		}
		have := map[rune]int{}
		count(got, 1, have)
		for i := range columns {
			cells := make([]string, len(rows))
			for j, row := range rows {
				cells[j] = Printable(row[i].(string))
			}
			if len(rows) > 1 && len(slices.Compact(slices.Clone(cells))) == 1 {
				cells = cells[:1] // it may be shown once
			}
			for _, cell := range cells {
				count(cell, 1, shown)
			}
		}
		for r, n := range shown {
			if have[r] < n {
				t.Errorf("seed %d: %q is there %d times and shown %d times at %d columns:\n%s", seed, r, n, have[r], width, got)
				break
			}
		}
	}
}
