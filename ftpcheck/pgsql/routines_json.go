package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A document is what a jsonb is.
type document = value.Document

// withPath takes a path as an array or as steps.
func withPath(f run) run {
	return func(c *call, args []any) (any, error) {
		path, ok := args[1].(*value.List)
		if !ok {
			path = &value.List{Elem: value.Text, Elems: args[1:]}
		}
		return f(c, []any{args[0], path})
	}
}

func pathText(d *document, path *value.List) any { return value.TextIn(d.Path(path)) }

func jsonPathText(j string, path *value.List) (any, error) {
	return value.JSONText(value.JSONAtPath(j, path))
}

func hasAny(d *document, keys *value.List) bool {
	for _, key := range keys.Flat() {
		if s, ok := key.(string); ok && d.Has(s) {
			return true
		}
	}
	return false
}

func hasAll(d *document, keys *value.List) bool {
	for _, key := range keys.Flat() {
		if s, ok := key.(string); ok && !d.Has(s) {
			return false
		}
	}
	return true
}

func jsonbSet(_ *call, args []any) (any, error) {
	create := len(args) == 3 || args[3].(bool)
	return orError(args[0].(*document).Set(args[1].(*value.List), args[2].(*document), create))
}

func jsonbInsert(_ *call, args []any) (any, error) {
	after := len(args) == 4 && args[3].(bool)
	return orError(args[0].(*document).Insert(args[1].(*value.List), args[2].(*document), after))
}

func toJSONB(c *call, args []any) (any, error) { return orError(value.ToJSONB(c.args[0], args[0])) }

func toJSON(c *call, args []any) (any, error) {
	return orError(value.ToJSON(c.args[0], args[0], len(args) == 2 && args[1].(bool)))
}

func jsonbBuildObject(c *call, args []any) (any, error) {
	return orError(value.BuildObject("jsonb_build_object", c.args, args))
}

func jsonbBuildArray(c *call, args []any) (any, error) {
	return orError(value.BuildArray(c.args, args))
}

func jsonBuildObject(c *call, args []any) (any, error) {
	return orError(value.BuildJSONObject(c.args, args))
}

func jsonBuildArray(c *call, args []any) (any, error) {
	return orError(value.BuildJSONArray(c.args, args))
}

func jsonbToInt(c *call, v any) (any, error) {
	d, err := v.(*document).Decimal(c.result)
	if err != nil {
		return nil, err
	}
	return orError(d.Int(c.result))
}
