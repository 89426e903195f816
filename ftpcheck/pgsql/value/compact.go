package value

import "github.com/go-json-experiment/json/jsontext"

// Compact returns the document without white space, as programs write it. A document made
// by [NewDocument] is the text that it was made of.
func (d *Document) Compact() string {
	if d.text != "" {
		return d.text
	}
	text := jsontext.Value(d.String())
	if err := text.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return d.String() // it is JSON all the same
	}
	return string(text)
}
