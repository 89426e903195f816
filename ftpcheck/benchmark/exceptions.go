package benchmark

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
)

// WritePPVars writes exceptions as a file of variables for Powerpipe. What they are from is said in
// the first line.
func WritePPVars(w io.Writer, from string, exceptions []*exception.Exception) error {
	var all []hclwrite.Tokens
	for _, e := range exceptions {
		var fields []hclwrite.ObjectAttrTokens
		for _, f := range exceptionFields(e) {
			value := hclwrite.TokensForValue(f.value)
			if f.value.Type().IsMapType() {
				value = quotedKeys(f.value)
			}
			fields = append(fields, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForIdentifier(f.name), Value: value})
		}
		all = append(all, hclwrite.TokensForObject(fields))
	}
	file := hclwrite.NewEmptyFile()
	file.Body().SetAttributeRaw("exceptions", hclwrite.TokensForTuple(all))
	_, err := fmt.Fprintf(w, "# Written by ftpcheck exceptions ppvars, from %q: change that, and write this again.\n\n%s", from, file.Bytes())
	return err
}

// quotedKeys is a map with all of its keys in quotes, as { for = 1 } is none.
func quotedKeys(m cty.Value) hclwrite.Tokens {
	var all []hclwrite.ObjectAttrTokens
	for it := m.ElementIterator(); it.Next(); {
		key, value := it.Element()
		all = append(all, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForValue(key), Value: hclwrite.TokensForValue(value)})
	}
	return hclwrite.TokensForObject(all)
}

// Except sets the variable exceptions.
func (s *Settings) Except(exceptions []*exception.Exception) {
	all := cty.EmptyTupleVal
	if len(exceptions) > 0 {
		var values []cty.Value
		for _, e := range exceptions {
			value := map[string]cty.Value{}
			for _, f := range exceptionFields(e) {
				value[f.name] = f.value
			}
			values = append(values, cty.ObjectVal(value))
		}
		all = cty.TupleVal(values)
	}
	s.list = append(s.list, setting{"exceptions", func(cty.Type) (cty.Value, error) { return all, nil }, "the exceptions"})
}

type exceptionField struct {
	name  string
	value cty.Value
}

// exceptionFields are an exception as an element of the variable exceptions. Its patterns, which are
// valid, are regular expressions there.
func exceptionFields(e *exception.Exception) []exceptionField {
	pattern := func(text string) cty.Value {
		expression, err := exception.Regexp(text)
		if err != nil {
			panic(err)
		}
		return cty.StringVal(expression)
	}
	tags := map[string]cty.Value{}
	for _, key := range slices.Sorted(maps.Keys(e.Tags)) {
		tags[key] = pattern(e.Tags[key])
	}
	tagsValue := cty.MapValEmpty(cty.String)
	if len(tags) > 0 {
		tagsValue = cty.MapVal(tags)
	}
	var ports, reasons []cty.Value
	for _, port := range e.Ports.Numbers() {
		ports = append(ports, cty.StringVal(fmt.Sprint(port)))
	}
	for _, reason := range e.Reasons {
		reasons = append(reasons, cty.StringVal(string(reason)))
	}
	return []exceptionField{
		{"exception", cty.StringVal(e.Where)},
		{"group_id", cty.StringVal(e.GroupID)},
		{"account_id", pattern(e.AccountID)},
		{"region", pattern(e.Region)},
		{"name", pattern(e.Name)},
		{"address", pattern(e.Address)},
		{"tags", tagsValue},
		{"rule", cty.StringVal(e.Rule)},
		{"groups", cty.NumberIntVal(int64(e.Groups))},
		{"ports", cty.ListVal(ports)},
		{"reasons", cty.ListVal(reasons)},
		{"reachable", cty.BoolVal(e.Reachable)},
		{"until", cty.StringVal(e.Day())},
		{"why", cty.StringVal(e.Why)},
		{"owner", cty.StringVal(e.Owner)},
		{"ticket", cty.StringVal(e.Ticket)},
		{"approved_by", cty.StringVal(e.ApprovedBy)},
	}
}
