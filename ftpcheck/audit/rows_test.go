package audit

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Rows come out place by place and by the IDs of what they are of, each with the values that it
// had, whatever the order in which these came.
func TestSortedRows(t *testing.T) {
	// A row is its values, which are all that a value can be.
	column := func(i int) relation.Column {
		return relation.Column{Value: func(row relation.Row, _ any) any { return row.([]any)[i] }}
	}
	outer := &relation.Table{Name: "outer", Columns: []relation.Column{column(0), column(1), column(2)}}
	inner := &relation.Table{Name: "inner", Columns: []relation.Column{column(0), column(1)}}
	r := rand.New(rand.NewPCG(3, 4))
	values := []any{nil, true, false, int64(0), int64(-1), int64(1 << 62), "", "a", strings.Repeat("long ", 1000), "\x00\xff",
		time.Unix(1, 999).UTC(), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
	some := func(n int) (row []any) {
		for range n {
			row = append(row, values[r.IntN(len(values))])
		}
		return row
	}

	var got, want []string
	d := &derivation{dir: t.TempDir()}
	spool := finding.NewSpool(d.dir)
	defer spool.Close()
	s := d.sorted(func(found []finding.Kept) { got = append(got, fmt.Sprint(found)) }, outer, inner)
	s.write = func(table *relation.Table, values []any) error {
		got = append(got, fmt.Sprintf("%s %#v", table.Name, values))
		return nil
	}
	for place := range 3 {
		type group struct {
			id    string
			lines []string
		}
		var groups []group
		for range 200 {
			// Two may have one ID; these stay in their order.
			g := group{id: fmt.Sprintf("sg-%02d", r.IntN(100))}
			found, err := spool.Keep(finding.List{{Kind: finding.Undetermined, Permission: &sg.Permission{Group: &sg.Group{ID: g.id}}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.begin("", fmt.Sprint(place), "", g.id, found); err != nil {
				t.Fatal(err)
			}
			for n := range r.IntN(20) {
				table, row := inner, some(2)
				if n == 0 {
					table, row = outer, some(3)
				}
				s.row(table, row)
				g.lines = append(g.lines, fmt.Sprintf("%s %#v", table.Name, row))
			}
			g.lines = append(g.lines, fmt.Sprint(found))
			groups = append(groups, g)
		}
		slices.SortStableFunc(groups, func(a, b group) int { return strings.Compare(a.id, b.id) })
		for _, g := range groups {
			want = append(want, g.lines...)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	d.close()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What a place has many of is not in memory while its rows are sorted.
func TestSortedRowsAreOnDisk(t *testing.T) {
	const groups, size = 2000, 16 << 10 // of which all rows are 32 MB
	table := &relation.Table{Columns: []relation.Column{{Value: func(row relation.Row, _ any) any { return row }}}}
	d := &derivation{dir: t.TempDir()}
	s := d.sorted(func([]finding.Kept) {}, table)
	written := 0
	s.write = func(*relation.Table, []any) error { written++; return nil }
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := inUse()
	for i := range groups {
		if err := s.begin("", "", "", fmt.Sprint(i), nil); err != nil {
			t.Fatal(err)
		}
		s.row(table, strings.Repeat("x", size))
	}
	if more := inUse() - before; more > groups*size/4 {
		t.Errorf("%d MB are in memory of rows that are %d MB", more>>20, groups*size>>20)
	}
	if err := s.flush(); err != nil || written != groups {
		t.Errorf("%d of %d rows were written: %v", written, groups, err)
	}
	d.close()
}
