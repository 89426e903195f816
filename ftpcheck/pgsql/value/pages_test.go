package value

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// Values are the same after they were kept, on whatever page they are.
func TestPages(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	list := &List{Elem: Text, Elems: []any{"a", nil}}
	pick := func() any {
		all := []any{nil, true, false, int64(random.Uint64()), random.NormFloat64(), "", "=1+1", "=1+2", strings.Repeat("ä\xff", random.IntN(300)),
			time.Unix(random.Int64N(4e9), 123456789).UTC(), Moment(random.Int64()), list}
		return all[random.IntN(len(all))]
	}
	p := Pages{Width: 3}
	var want [][]any
	for range 5000 {
		row := []any{pick(), pick(), pick()}
		want = append(want, row)
		p.Add(row)
	}
	if len(p.full) < 3 || len(p.open) == 0 || p.Len() != len(want) {
		t.Fatalf("%d full pages, %d bytes on the last, %d rows", len(p.full), len(p.open), p.Len())
	}
	for range 2 { // it can be read again
		var got [][]any
		if err := p.Each(func(row []any) error {
			got = append(got, slices.Clone(row))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
	same := Pages{Width: 1}
	same.Add([]any{"twice"})
	same.Add([]any{"twice"})
	var texts []*byte
	if err := same.Each(func(row []any) error {
		texts = append(texts, unsafe.StringData(row[0].(string)))
		return nil
	}); err != nil || texts[0] != texts[1] {
		t.Errorf("a text that comes twice is twice in memory: %v", err)
	}
}

// Rows without columns count, too.
func TestPagesWithoutColumns(t *testing.T) {
	var p Pages
	p.Add(nil)
	p.Add([]any{})
	n := 0
	if err := p.Each(func(row []any) error { n++; return nil }); err != nil || n != 2 || p.Len() != 2 {
		t.Errorf("%d rows of %d: %v", n, p.Len(), err)
	}
}

// What is accounted for a row is no less than what it takes: a text is as long as it is, and a value
// that is kept as it is takes its own memory.
func TestPagesAccount(t *testing.T) {
	p := Pages{Width: 2}
	list := &List{Elem: Text, Elems: []any{strings.Repeat("x", 1000)}}
	if size := p.Add([]any{strings.Repeat("x", 1000), list}); size < 2000 || size > 2200 {
		t.Errorf("accounted: %d bytes", size)
	}
}
