package syntax

import "reflect"

var posType = reflect.TypeFor[Pos]()

// Equal reports whether two trees are the same but for the places of their nodes.
func Equal(a, b Node) bool { return equal(reflect.ValueOf(a), reflect.ValueOf(b)) }

func equal(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Interface:
		return equal(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equal(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Field(i).Type() != posType && !equal(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// deeper reports whether a way from n to a leaf has more than most nodes.
func deeper(n Node, most int) bool { return deeperValue(reflect.ValueOf(n), most) }

func deeperValue(v reflect.Value, most int) bool {
	switch v.Kind() {
	case reflect.Interface:
		return deeperValue(v.Elem(), most)
	case reflect.Pointer:
		return most == 0 || deeperValue(v.Elem(), most-1)
	case reflect.Slice:
		for i := range v.Len() {
			if deeperValue(v.Index(i), most) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if deeperValue(v.Field(i), most) {
				return true
			}
		}
	}
	return false
}
