package elb

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Decode reads the result of an action from the body of its answer into a structure of pages or what
// this package has, whose fields are named as elements. What it has no fields for is passed over, as
// by the SDK, and a number that is none is an error.
func Decode(action string, body []byte, out any) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return fmt.Errorf("there is no %sResult: %w", action, err)
		}
		if t, ok := token.(xml.StartElement); ok && t.Name.Local == action+"Result" {
			return decode(d, t.Name.Local, reflect.ValueOf(out).Elem())
		}
	}
}

// decode reads the rest of an element.
func decode(d *xml.Decoder, element string, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	_, isTime := v.Interface().(time.Time)
	isStruct, isList := v.Kind() == reflect.Struct && !isTime, v.Kind() == reflect.Slice
	if isList {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // which says that it was there
	}
	var text []byte
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.EndElement:
			if isStruct || isList {
				return nil
			}
			if err := set(v, string(text)); err != nil {
				return fmt.Errorf("%s is %.40q: %w", element, text, err)
			}
			return nil
		case xml.StartElement:
			var child reflect.Value
			switch {
			case isStruct:
				child = v.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, t.Name.Local) })
			case isList:
				v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
				child = v.Index(v.Len() - 1)
			default:
				return fmt.Errorf("%s holds %s", element, t.Name.Local)
			}
			if !child.IsValid() {
				err = d.Skip()
			} else {
				err = decode(d, t.Name.Local, child)
			}
			if err != nil {
				return err
			}
		}
	}
}

// set gives a value its text.
func set(v reflect.Value, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return err
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(n)
		return err
	default:
		at, err := time.Parse(time.RFC3339, text)
		v.Set(reflect.ValueOf(at.UTC()))
		return err
	}
	return nil
}
