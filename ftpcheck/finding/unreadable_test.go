package finding

import (
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A finding that cannot be read again is an error, and not one finding less.
func TestSpoolThatCannotBeRead(t *testing.T) {
	s := NewSpool(t.TempDir())
	defer s.Close()
	g := &sg.Group{Description: strings.Repeat("x", 1<<20)}
	for range 3 { // so that the first is in the file
		kept, err := s.Keep(List{{Kind: Undetermined, Permission: &sg.Permission{Group: g}}})
		if err != nil {
			t.Fatal(err)
		}
		s.Add(kept)
	}
	r := &Report{Findings: s}
	n := func() (n int) {
		for range r.All() {
			n++
		}
		return n
	}
	if n() != 3 || s.Err() != nil || s.At(0).Permission.Group.Description != g.Description {
		t.Fatalf("it cannot be read at all: %v", s.Err())
	}
	s.kept[0].size = 8 << 20 // of which the file has less
	if n() != 3 || s.Err() == nil || !strings.HasPrefix(s.Err().Error(), "a finding that was kept cannot be read: ") {
		t.Errorf("the error is %v", s.Err())
	}
}
