package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A document is what a jsonb is.
type document = value.Document

var jsonOperators = []routine{
	// Looking into documents.
	op("jsonb -> text: jsonb", pure2((*document).Field)),
	op("jsonb -> int4: jsonb", pure2((*document).Element)),
	op("jsonb ->> text: text", pure2(func(d *document, key string) any { return value.TextIn(d.Field(key)) })),
	op("jsonb ->> int4: text", pure2(func(d *document, i int64) any { return value.TextIn(d.Element(i)) })),
	op("jsonb #> text[]: jsonb", pure2((*document).Path)),
	op("jsonb #>> text[]: text", pure2(pathText)),
	op("jsonb ? text: bool", pure2((*document).Has)),
	op("jsonb ?| text[]: bool", pure2(hasAny)),
	op("jsonb ?& text[]: bool", pure2(hasAll)),
	op("jsonb @> jsonb: bool", pure2((*document).Contains)),
	op("jsonb <@ jsonb: bool", pure2(func(d, e *document) bool { return e.Contains(d) })),

	// Changing documents.
	op("jsonb || jsonb: jsonb", pure2((*document).Concat)),
	op("jsonb - text: jsonb", try2(func(d *document, key string) (*document, error) { return d.Without(key) })),
	op("jsonb - text[]: jsonb", try2((*document).WithoutAll)),
	op("jsonb - int4: jsonb", try2((*document).WithoutElement)),
	op("jsonb #- text[]: jsonb", try2((*document).DeletePath)),

	// The text of json.
	op("json -> text: json", try2(value.JSONField)),
	op("json -> int4: json", try2(value.JSONElement)),
	op("json ->> text: text", try2(func(j, key string) (any, error) { return value.JSONText(value.JSONField(j, key)) })),
	op("json ->> int4: text", try2(func(j string, i int64) (any, error) { return value.JSONText(value.JSONElement(j, i)) })),
	op("json #> text[]: json", try2(value.JSONAtPath)),
	op("json #>> text[]: text", try2(jsonPathText)),
}

var jsonFunctions = []routine{
	// Looking into documents.
	fn("jsonb_typeof(jsonb): text", pure1((*document).Kind)),
	fn("jsonb_array_length(jsonb): int4", try1((*document).ArrayLength)),
	fn("jsonb_extract_path(jsonb, variadic text[]): jsonb", withPath(pure2((*document).Path))),
	fn("jsonb_extract_path_text(jsonb, variadic text[]): text", withPath(pure2(pathText))),
	fn("jsonb_pretty(jsonb): text", try1((*document).Pretty)),
	fn("json_typeof(json): text", pure1(value.JSONKind)),
	fn("json_array_length(json): int4", try1(value.JSONArrayLength)),
	fn("json_extract_path(json, variadic text[]): json", withPath(try2(value.JSONAtPath))),
	fn("json_extract_path_text(json, variadic text[]): text", withPath(try2(jsonPathText))),

	// Changing documents.
	fn("jsonb_set(jsonb, text[], jsonb, [bool]): jsonb", jsonbSet),
	fn("jsonb_set_lax(jsonb, text[], jsonb, [bool], [text]): jsonb", nil, nullsOK),
	fn("jsonb_insert(jsonb, text[], jsonb, [bool]): jsonb", jsonbInsert),
	fn("jsonb_strip_nulls(jsonb): jsonb", pure1((*document).StripNulls)),
	fn("json_strip_nulls(json): json", try1(value.JSONStripNulls)),

	// Making documents.
	fn("to_jsonb(anyelement): jsonb", toJSONB),
	fn("to_json(anyelement): json", toJSON),
	fn("array_to_json(anyarray): json", toJSON),
	fn("array_to_json(anyarray, bool): json", toJSON),
	fn("row_to_json(record): json", nil),
	fn("row_to_json(record, bool): json", nil),
	fn("jsonb_build_object(): jsonb", jsonbBuildObject),
	fn("jsonb_build_object(variadic any): jsonb", jsonbBuildObject, nullsOK),
	fn("jsonb_build_array(): jsonb", jsonbBuildArray),
	fn("jsonb_build_array(variadic any): jsonb", jsonbBuildArray, nullsOK),
	fn("json_build_object(): json", jsonBuildObject),
	fn("json_build_object(variadic any): json", jsonBuildObject, nullsOK),
	fn("json_build_array(): json", jsonBuildArray),
	fn("json_build_array(variadic any): json", jsonBuildArray, nullsOK),
	fn("jsonb_object(text[]): jsonb", try1(func(pairs *value.List) (*document, error) { return value.DocumentOfPairs(value.ObjectOfPairs(pairs)) })),
	fn("jsonb_object(text[], text[]): jsonb", try2(func(keys, values *value.List) (*document, error) {
		return value.DocumentOfPairs(value.ObjectOfLists(keys, values))
	})),
	fn("json_object(text[]): json", try1(func(pairs *value.List) (string, error) { return value.JSONOfPairs(value.ObjectOfPairs(pairs)) })),
	fn("json_object(text[], text[]): json", try2(func(keys, values *value.List) (string, error) {
		return value.JSONOfPairs(value.ObjectOfLists(keys, values))
	})),

	// Into rows of a type, of which there are none here.
	fn("jsonb_populate_record(anyelement, jsonb): anyelement", nil, nullsOK),
	fn("json_populate_record(anyelement, json, [bool]): anyelement", nil, nullsOK),
	fn("jsonb_to_record(jsonb): record", nil),
	fn("json_to_record(json): record", nil),
}

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

// jsonCasts are those of json and jsonb.
var jsonCasts = []cast{
	{value.JSON, value.JSONB, assignment, func(_ *call, v any) (any, error) { return orError(value.ParseDocument(v.(string))) }},
	{value.JSONB, value.JSON, assignment, func(_ *call, v any) (any, error) { return v.(*document).String(), nil }},
	{value.JSONB, value.Bool, explicit, func(_ *call, v any) (any, error) { return orError(v.(*document).Bool()) }},
	{value.JSONB, value.Int2, explicit, jsonbToInt},
	{value.JSONB, value.Int4, explicit, jsonbToInt},
	{value.JSONB, value.Int8, explicit, jsonbToInt},
	{value.JSONB, value.Numeric, explicit, func(c *call, v any) (any, error) { return orError(v.(*document).Decimal(c.result)) }},
	{value.JSONB, value.Float8, explicit, func(c *call, v any) (any, error) {
		d, err := v.(*document).Decimal(c.result)
		if err != nil {
			return nil, err
		}
		return orError(d.Float())
	}},
}

func jsonbToInt(c *call, v any) (any, error) {
	d, err := v.(*document).Decimal(c.result)
	if err != nil {
		return nil, err
	}
	return orError(d.Int(c.result))
}
