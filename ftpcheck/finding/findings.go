package finding

import (
	"iter"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Findings are those of a report, in the order in which they are to be shown.
type Findings interface {
	Len() int
	Kind(i int) Kind
	At(i int) Finding
	// Mark says where a finding stands, which it then has.
	Mark(i int, s Standing)
}

// A List is findings in memory.
type List []Finding

// Len is how many there are.
func (l List) Len() int { return len(l) }

// Kind is the kind of one of them.
func (l List) Kind(i int) Kind { return l[i].Kind }

// At is one of them.
func (l List) At(i int) Finding { return l[i] }

// Mark says where one of them stands.
func (l List) Mark(i int, s Standing) { l[i].Standing = s }

// Apart are the findings of a group without what else the group has, for whoever does not ask what to
// do about them: that depends on all of the group, and is empty.
func (l List) Apart() List {
	if len(l) == 0 {
		return nil
	}
	permissions := make([]*sg.Permission, len(l))
	for i, f := range l {
		permissions[i] = f.Permission
	}
	apart, remedy := slices.Clone(l), ""
	for i, p := range l[0].Permission.Group.Only(permissions).Permissions {
		apart[i].Permission, apart[i].remedy = p, &remedy
	}
	return apart
}

// All are the findings of the report with their positions.
func (r *Report) All() iter.Seq2[int, Finding] {
	return func(yield func(int, Finding) bool) {
		for i := range r.Count() {
			if !yield(i, r.Findings.At(i)) {
				return
			}
		}
	}
}

// Count is how many findings are of these kinds; of all, if none is named.
func (r *Report) Count(kinds ...Kind) int {
	switch {
	case r.Findings == nil:
		return 0
	case len(kinds) == 0:
		return r.Findings.Len()
	}
	n := 0
	for i := range r.Findings.Len() {
		if slices.Contains(kinds, r.Findings.Kind(i)) {
			n++
		}
	}
	return n
}

// Has reports whether one of the findings is so.
func (r *Report) Has(so func(Finding) bool) bool {
	for _, f := range r.All() {
		if so(f) {
			return true
		}
	}
	return false
}
