package value

func Slice(l *List, low, high *int64) *List { return l }
func Subscript(l *List, i int64) any {
	if i < 1 || i > int64(len(l.Elems)) {
		return nil
	}
	return l.Elems[i-1]
}
