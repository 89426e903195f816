package value

import (
	"fmt"
	"slices"
	"strings"
)

// Subscript returns an element, counted from 1, or nil. Of nested arrays it is an array,
// whereas PostgreSQL has null unless there are as many subscripts as dimensions.
func Subscript(l *List, i int64) any {
	if i < 1 || i > int64(len(l.Elems)) {
		return nil
	}
	return l.Elems[i-1]
}

// Slice returns the elements from one to another, both included and counted from 1. A bound
// that is nil is that of the array.
func Slice(l *List, low, high *int64) *List {
	from, to := int64(1), int64(len(l.Elems))
	if low != nil {
		from = max(*low, 1)
	}
	if high != nil {
		to = min(*high, to)
	}
	if from > to {
		return &List{Elem: l.Elem}
	}
	return &List{Elem: l.Elem, Elems: l.Elems[from-1 : to]}
}

// CheckComparable is an error if the elements of a type of arrays cannot be compared.
func CheckComparable(array Type, order bool) error {
	switch {
	case array.Elem() != JSON:
		return nil
	case order:
		return failure("could not identify a comparison function for type json")
	}
	return failure("could not identify an equality operator for type json")
}

// contains reports whether an element is there. Null is none.
func (l *List) contains(v any) bool {
	return v != nil && slices.ContainsFunc(l.Flat(), func(e any) bool { return e != nil && Compare(l.Elem, e, v) == 0 })
}

// ContainsAll reports whether all elements of m are in l.
func (l *List) ContainsAll(m *List) (bool, error) {
	return !slices.ContainsFunc(m.Flat(), func(v any) bool { return !l.contains(v) }), CheckComparable(l.Elem.Array(), false)
}

// ContainsAny reports whether an element of m is in l.
func (l *List) ContainsAny(m *List) (bool, error) {
	return slices.ContainsFunc(m.Flat(), l.contains), CheckComparable(l.Elem.Array(), false)
}

// Append returns the array with one more element.
func (l *List) Append(v any) (*List, error) {
	if len(l.Dims()) > 1 {
		return nil, failure("argument must be empty or one-dimensional array")
	}
	return &List{Elem: l.Elem, Elems: slices.Concat(l.Elems, []any{v})}, nil
}

// Prepend returns the array with one more element before the others.
func (l *List) Prepend(v any) (*List, error) {
	if len(l.Dims()) > 1 {
		return nil, failure("argument must be empty or one-dimensional array")
	}
	return &List{Elem: l.Elem, Elems: slices.Concat([]any{v}, l.Elems)}, nil
}

// Concat joins two arrays, or puts one into the other as an element if it has one dimension
// less.
func (l *List) Concat(m *List) (*List, error) {
	a, b := l.Dims(), m.Dims()
	switch {
	case len(a) == 0:
		return m, nil
	case len(b) == 0:
		return l, nil
	case len(a) == len(b) && slices.Equal(a[1:], b[1:]):
		return &List{Elem: l.Elem, Elems: slices.Concat(l.Elems, m.Elems)}, nil
	case len(a) == len(b)+1 && slices.Equal(a[1:], b):
		return &List{Elem: l.Elem, Elems: slices.Concat(l.Elems, []any{m})}, nil
	case len(a)+1 == len(b) && slices.Equal(a, b[1:]):
		return &List{Elem: l.Elem, Elems: slices.Concat([]any{l}, m.Elems)}, nil
	}
	return nil, failure("cannot concatenate incompatible arrays")
}

// Length returns the length of a dimension, or nil.
func (l *List) Length(dimension int64) any {
	dims := l.Dims()
	if dimension < 1 || dimension > int64(len(dims)) {
		return nil
	}
	return int64(dims[dimension-1])
}

// DimsText returns the dimensions as [1:2][1:3], or nil.
func (l *List) DimsText() any {
	var text strings.Builder
	for _, n := range l.Dims() {
		fmt.Fprintf(&text, "[1:%d]", n)
	}
	if text.Len() == 0 {
		return nil
	}
	return text.String()
}

// Positions returns where an element is, counted from 1. Null is where null is.
func (l *List) Positions(v any) (*List, error) {
	if len(l.Dims()) > 1 {
		return nil, failure("searching for elements in multidimensional arrays is not supported")
	}
	found := &List{Elem: Int4}
	for i, e := range l.Elems {
		if compareNullable(l.Elem, e, v) == 0 {
			found.Elems = append(found.Elems, int64(i+1))
		}
	}
	return found, CheckComparable(l.Elem.Array(), false)
}

// Remove leaves out all elements that are the same.
func (l *List) Remove(v any) (*List, error) {
	if len(l.Dims()) > 1 {
		return nil, failure("removing elements from multidimensional arrays is not supported")
	}
	rest := slices.DeleteFunc(slices.Clone(l.Elems), func(e any) bool { return compareNullable(l.Elem, e, v) == 0 })
	return &List{Elem: l.Elem, Elems: rest}, CheckComparable(l.Elem.Array(), false)
}

// Replace puts one element in the place of all that are the same, in all dimensions.
func (l *List) Replace(old, with any) (*List, error) {
	replaced := &List{Elem: l.Elem, Elems: make([]any, len(l.Elems))}
	for i, e := range l.Elems {
		if inner, ok := e.(*List); ok {
			e, _ = inner.Replace(old, with)
		} else if compareNullable(l.Elem, e, old) == 0 {
			e = with
		}
		replaced.Elems[i] = e
	}
	return replaced, CheckComparable(l.Elem.Array(), false)
}

// Trim leaves out the last n elements.
func (l *List) Trim(n int64) (*List, error) {
	length := int64(len(l.Elems))
	if n < 0 || n > length {
		return nil, failure("number of elements to trim must be between 0 and %d", length)
	}
	return &List{Elem: l.Elem, Elems: l.Elems[:length-n]}, nil
}
