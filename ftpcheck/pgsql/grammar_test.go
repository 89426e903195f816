package pgsql_test

import (
	"maps"
	"slices"
)

// The grammar of generated expressions: what can stand for an expression of each type. A hole
// in braces is for an expression of a type, or for one of the words below, or for what
// generate_test.go knows to fill it with. Most forms cannot fail: what fails depends on the
// rows that a plan looks at, and would prove little. [wild] is for those that can.
var grammar = map[string][]string{
	"bool": {
		"({bool} and {bool})", "({bool} or {bool})", "({bool} and {bool} or {bool})", "(not {bool})",
		"({bool} is {truth})", "({bool} {cmp} {bool})", "({int4} {cmp} {int4})", "({int8} {cmp} {int4})",
		"({numeric} {cmp} {int8})", "({float8} {cmp} {float8})", "({float8} {cmp} {numeric})", "({numeric} {cmp} {numeric})",
		"({text} {cmp} {text})", "({text} {cmp} {string})", "({string} {cmp} {text})", "({date} {cmp} {date})",
		"({tstz} {cmp} {tstz})", "({date} {cmp} {tstz})", "({ts} {cmp} {ts})", "({ts} {cmp} {date})",
		"({interval} {cmp} {interval})", "({jsonb} {cmp} {jsonb})", "({cidr} {cmp} {inet})", "({inet} {cmp} {inet})",
		"({int4s} {cmp} {int4s})", "({texts} {cmp} {texts})", "({date} {cmp} '2026-07-04')", "({int8} {cmp} '3')",
		"({int8} between {int8} and {int8})", "({text} not between {text} and {text})", "({date} between symmetric {date} and {date})",
		"({int4} in ({int4}, {int4}, {int8}))", "({text} in ({string}, {text}, {string}))", "({text} not in ({string}, {string}))",
		"({date} in ({date}, '2026-01-01'))", "({any} is null)", "({any} is not null)",
		"({text} is distinct from {text})", "({int8} is not distinct from {numeric})", "({date} is distinct from {tstz})",
		"({text} {like} {pattern})", "({text} {match} {regex})", "({text} like any (array[{pattern}, {pattern}]))",
		"({int4} = any ({int4s}))", "({text} = any ({texts}))", "({int8} <> all (array[{int8}, {int4}]))", "({text} {cmp} all ({texts}))",
		"({jsonb} @> {jsonb})", "({jsonb} ? {string})", "({jsonb} ?| {texts})", "({cidr} >>= {inet})", "({inet} << {cidr})", "({inet} && {cidr})",
		"({int4s} @> {int4s})", "({texts} && {texts})", "(({int4}, {text}) {cmp} ({int8}, {text}))", "(({text}, {int8}) is not distinct from ({text}, {int8}))",
		"(({int4}, {text}) in (({int4}, {string}), ({int4}, {text})))",
		"exists ({query})", "({int4} in ({query int4}))", "({text} not in ({query text}))", "({int8} {cmp} any ({query int8}))", "({text} <> all ({query text}))",
		"coalesce({bool}, {bool})", "(case when {bool} then {bool} else {bool} end)", "(case {int4} when {int4} then {bool} when {int4} then {bool} end)",
		"starts_with({text}, {string})", "isfinite({date})", "nullif({bool}, {bool})", "({jsonb} -> 'env' = '\"prod\"')", "({int4} % 2 = 0)::int4::bool",
	},
	"int4": {
		"({int4} % 1000 + {int4} % 1000)", "({int4} % 1000 - {int4} % 1000)", "({int4} % 100 * ({int4} % 100))", "({int4} / nullif({int4}, 0))", "({int4} % nullif({int4}, 0))",
		"(- ({int4} % 1000))", "abs({int4} % 1000)", "({int4} & {int4})", "({int4} | {int4})", "({int4} # {int4})", "(~ {int4})", "({int4} % 100 << 2)", "({int4} >> 3)",
		"length({text})", "octet_length({text})", "position({string} in {text})", "strpos({text}, {string})", "ascii({text})", "masklen({inet})", "family({cidr})",
		"cardinality({int4s})", "array_length({texts}, 1)", "({int4s})[{small}]", "{bool}::int4", "({int8} % 100000)::int4", "round({numeric} % 1000)::int4",
		"coalesce({int4}, {int4})", "nullif({int4}, {int4})", "greatest({int4}, {int4})", "least({int4}, {int4}, {int4})",
		"(case when {bool} then {int4} when {bool} then {int4} else {int4} end)", "(case when {bool} then {int4} end)", "(case {text} when {string} then {int4} else {int4} end)",
		"({query1 int4})", "sign({int4})::int4", "num_nulls({any}, {any}, {any})", "array_position({texts}, {text})", "div({int4}, nullif({int4}, 0))::int4", "width_bucket({int4}, 0, 50, 5)",
		"regexp_count({text}, {regex})", "mod({int4}, 7)",
	},
	"int8": {
		"({int8} % 10000 + {int4})", "({int8} % 10000 - {int8} % 10000)", "({int4}::int8 * {int4})", "({int8} / nullif({int4}, 0))", "({int8} % nullif({int8}, 0))", "abs({int8} % 10000)",
		"{int4}::int8", "coalesce({int8}, {int4})", "coalesce({int8}, 0)", "nullif({int8}, {int4})", "greatest({int8}, {int4})", "least({int8}, {int8})",
		"(case when {bool} then {int8} else {int4} end)", "({query1 int8})", "(select count(*) from ({query}) q)", "extract(year from {finite})::int8", "({int8} # {int8})", "gcd({int4}, {int8} % 1000)",
	},
	"numeric": {
		"({numeric} + {numeric})", "({numeric} - {int8})", "({numeric} * {numeric})", "({numeric} / nullif({numeric}, 0))", "({int8} / 3.0)", "({numeric} % nullif({numeric}, 0))", "(- {numeric})",
		"abs({numeric})", "round({numeric})", "round({numeric}, 2)", "round({numeric}, -1)", "trunc({numeric}, 1)", "ceil({numeric})", "floor({numeric})", "sign({numeric})",
		"{int8}::numeric", "({numeric} % 1000)::numeric(10, 2)", "coalesce({numeric}, {int8})", "greatest({numeric}, {int4})", "least({numeric}, {numeric})", "(case when {bool} then {numeric} else {int8} end)",
		"extract({field} from {tstz})", "extract(epoch from {interval})", "extract({datefield} from {date})", "mod({numeric}, 7)", "({query1 numeric})", "trim_scale({numeric})", "sqrt(abs({numeric}))",
	},
	"float8": {
		"({float8} + {float8})", "({float8} - {int4})", "({float8} * 0.5)", "({float8} / nullif({float8}, 0))", "(- {float8})", "abs({float8})", "round({float8})", "floor({float8})", "ceil({float8})", "trunc({float8})",
		"{int4}::float8", "{int8}::float8", "{numeric}::float8", "coalesce({float8}, {int4})", "greatest({float8}, {numeric})", "(case when {bool} then {float8} else {int8} end)", "sqrt(abs({float8}))", "sign({float8})", "({query1 float8})",
		"date_part({fieldname}, {tstz})",
	},
	"text": {
		"({text} || {text})", "({text} || {string})", "({text} || {int8})", "({string} || {date})", "upper({text})", "lower({text})", "initcap({text})", "left({text}, {small})", "right({text}, {small})", "substr({text}, {small}, 2)",
		"substring({text} from {regex})", "replace({text}, {string}, {string})", "translate({text}, 'aeg', 'AE')", "reverse({text})", "trim({text})", "ltrim({text}, 's')", "lpad({text}, 8, '.')", "rpad({text}, 5)", "repeat(left({text}, 3), 2)",
		"split_part({text}, '-', {posint})", "regexp_replace({text}, {regex}, {string})", "regexp_replace({text}, {regex}, '-', 'g')", "md5({text})", "concat({any}, {any}, {string})", "concat_ws('/', {text}, {text}, {int8})",
		"coalesce({text}, {string})", "coalesce({text}, {text})", "nullif({text}, {string})", "greatest({text}, {string})", "least({text}, {text})", "(case when {bool} then {text} else {string} end)", "(case {text} when {string} then {text} end)",
		"{int8}::text", "{numeric}::text", "{float8}::text", "{bool}::text", "{date}::text", "{ts}::text", "{tstz}::text", "{interval}::text", "{jsonb}::text", "{cidr}::text", "{inet}::text", "{int4s}::text", "{texts}::text",
		"({jsonb} ->> {string})", "({jsonb} ->> {small})", "({jsonb} #>> '{a,b}')", "jsonb_typeof({jsonb})", "host({inet})", "abbrev({cidr})", "array_to_string({texts}, ',', '?')", "array_to_string({int4s}, '+')", "({texts})[{small}]",
		"to_char({tstz}, {datepicture})", "to_char({date}, {datepicture})", "to_char({int4}, {numberpicture})", "to_char({numeric} % 10000, {numberpicture})", "format('%s:%s', {any}, {text})", "format('%L', {text})", "quote_literal({text})", "left({text}, 2)::varchar",
		"({query1 text})", "overlay({text} placing {string} from 2)", "encode(convert_to({text}, 'UTF8'), 'hex')",
	},
	"date": {
		"({date} + {int4} % 1000)", "({date} - {small})", "{tstz}::date", "{ts}::date", "date_trunc({unit}, {tstz})::date", "coalesce({date}, {date})", "coalesce({date}, '2026-05-05')", "greatest({date}, {date})", "least({date}, '2026-06-01')", "(case when {bool} then {date} end)", "make_date(2026, {posint}, {posint})", "({query1 date})",
	},
	"ts": {
		"({ts} + {interval0})", "{date}::timestamp", "{tstz}::timestamp", "({tstz} at time zone {zone})", "date_trunc({unit}, {ts})", "coalesce({ts}, {date})", "({date} + {interval0})", "greatest({ts}, {ts})",
	},
	"tstz": {
		"({tstz} + {interval0})", "({tstz} - {interval0})", "date_trunc({unit}, {tstz})", "{date}::timestamptz", "({ts} at time zone {zone})", "coalesce({tstz}, {tstz})", "greatest({tstz}, '2026-03-03')", "least({tstz}, {tstz})", "(case when {bool} then {tstz} else {tstz} end)", "({query1 tstz})", "date_bin('1 day', {finite}, timestamptz '2001-01-01Z')",
	},
	"finite": {"nullif(nullif({tstz}, 'infinity'), '-infinity')"},
	"interval": {
		"({finite} - {finite})", "({interval} + {interval0})", "({interval0} * ({int4} % 2))", "(- {interval})", "({interval} * 0.5)", "({interval} / 3)", "age({finite}, {finite})", "justify_interval({interval})", "justify_days({interval})", "coalesce({interval}, {interval0})", "make_interval(days => {int4} % 100)", "date_trunc('hour', {interval})", "greatest({interval}, {interval})",
	},
	"jsonb": {
		"({jsonb} -> {string})", "({jsonb} -> {small})", "({jsonb} #> '{a,b}')", "to_jsonb({int4})", "to_jsonb({text})", "to_jsonb({bool})", "to_jsonb({numeric})", "to_jsonb({int4s})", "to_jsonb({date})", "to_jsonb({tstz})", "jsonb_build_object('a', {any}, 'b', {any})", "jsonb_build_array({any}, {any})",
		"('[]' || {jsonb})", "coalesce({jsonb}, '{}')", "(case when jsonb_typeof({jsonb}) = 'object' then {same} - 'env' end)", "nullif({jsonb}, 'null')", "jsonb_strip_nulls({jsonb})", "(case when jsonb_typeof({jsonb}) = 'array' then {same} - 0 end)", "({query1 jsonb})",
	},
	"cidr":  {"network({inet})", "coalesce({cidr}, {cidr})", "(case when {bool} then {cidr} end)", "set_masklen({cidr}, 8)", "{inet}::cidr", "nullif({cidr}, {cidr})"},
	"inet":  {"{cidr}::inet", "set_masklen({inet}, 16)", "coalesce({inet}, {cidr})", "broadcast({inet})", "netmask({inet})", "hostmask({cidr})", "greatest({inet}, {inet})", "(~ {inet})", "(case when {bool} then {inet} else {cidr} end)"},
	"int4s": {"array[{int4}, {int4}]", "({int4s} || {int4})", "({int4} || {int4s})", "array_remove({int4s}, {int4})", "array_append({int4s}, {int4})", "coalesce({int4s}, '{}')", "({int4s})[1:2]", "array(select c1 from ({query int4}) q order by 1)", "array[{int4}, null]", "(case when {bool} then {int4s} else array[{int4}] end)"},
	"texts": {"array[{text}, {string}]", "({texts} || {text})", "string_to_array({text}, '-')", "array_replace({texts}, {string}, {string})", "regexp_split_to_array({text}, {regex})", "regexp_match({text}, {regex})", "coalesce({texts}, {texts})", "array[{text}, null, {text}]", "{int4s}::text[]"},
}

// leaves are constants of each type.
var leaves = map[string][]string{
	"bool": {"true", "false", "null::bool"}, "int4": {"0", "1", "2", "21", "(-3)", "100", "null::int4"}, "int8": {"0::int8", "5::int8", "(-7)::int8", "3000000000", "null::int8"},
	"numeric": {"0.0", "1.5", "(-2.50)", "3.333", "100::numeric", "0.001"}, "float8": {"0.5::float8", "1e3::float8", "(-0.1)::float8", "'NaN'::float8", "2::float8"},
	"text": {"'web'::text", "''::text", "'sg-01'::text", "'É x'::text", "null::text"}, "date": {"date '2026-01-31'", "date '2024-02-29'", "null::date"},
	"ts": {"timestamp '2026-03-29 02:30'", "timestamp '1999-12-31 23:59:59.999'"}, "tstz": {"timestamptz '2026-07-04 12:00Z'", "timestamptz '2026-10-25 01:30+02'"},
	"finite": {"timestamptz '2026-07-04 12:00Z'"}, "interval": {"interval '1 day'", "interval '-1 month 3 days 04:05:06.7'", "interval '36 hours'", "interval '0'"},
	"jsonb": {"'{}'::jsonb", "'[21, \"a\", null]'::jsonb", "'{\"env\": \"prod\", \"a\": {\"b\": 1.50}}'::jsonb", "'null'::jsonb", "'7'::jsonb"},
	"cidr":  {"cidr '10.0.0.0/8'", "cidr '::/0'", "cidr '192.168.1.0/24'"}, "inet": {"inet '10.1.2.3'", "inet '2001:db8::1/64'", "inet '192.168.1.5/24'"},
	"int4s": {"array[1, 2, 3]", "'{}'::int4[]", "array[21, null]"}, "texts": {"array['a', 'b']", "'{}'::text[]", "array['sg-01', null, '']"},
}

// words are what is no expression.
var words = map[string][]string{
	"cmp": {"=", "<>", "<", "<=", ">", ">="}, "truth": {"true", "not true", "false", "not false", "unknown", "not unknown", "null"},
	"like": {"like", "not like", "ilike", "not ilike", "similar to"}, "match": {"~", "~*", "!~", "!~*"},
	"pattern": {"'%'", "'web%'", "'%e_'", "'sg-_1'", "'%\\_%'", "''", "'%É%'"}, "regex": {"'e'", "'^[a-z]+'", "'\\d+'", "'(s|sg)-?'", "'[^a-z]'", "'b|$'", "'(.)\\1'", "'^.{2}'"},
	"string": {"'web'", "'e'", "''", "'env'", "'sg-02'", "'10'", "null", "'É'"}, "small": {"0", "1", "2", "-1", "3"}, "posint": {"1", "2", "3"},
	"unit": {"'year'", "'quarter'", "'month'", "'week'", "'day'", "'hour'"}, "zone": {"'UTC'", "'Europe/Berlin'", "'America/New_York'", "'Asia/Kolkata'"},
	"field": {"year", "month", "day", "hour", "minute", "second", "epoch", "dow", "isodow", "doy", "week", "quarter", "milliseconds"}, "datefield": {"year", "month", "day", "dow", "doy", "week", "isoyear", "quarter", "epoch", "century"},
	"fieldname": {"'year'", "'month'", "'epoch'", "'second'"}, "interval0": {"interval '1 day'", "interval '1 month'", "interval '-90 minutes'", "interval '1 year 2 days'", "'3 hours'::interval"},
	"datepicture": {"'YYYY-MM-DD'", "'FMDay, DDth Mon YY'", "'HH24:MI:SS.MS'", "'Q IW DDD'", "'Month'"}, "numberpicture": {"'999'", "'FM9,990.00'", "'S0000'", "'99D9'", "'9999MI'"},
	"nulls": {"", "", " nulls first", " nulls last"}, "direction": {"", " asc", " desc"},
	"start": {"unbounded preceding", "2 preceding", "1 preceding", "current row"}, "end": {"current row", "1 following", "unbounded following"}, "exclude": {"", "", " exclude current row", " exclude ties", " exclude group"},
}

// aggregates are those of each type.
var aggregates = map[string][]string{
	"bool": {"bool_or({bool})", "bool_and({bool})"}, "int4": {"max({int4})", "min({int4})", "bit_or({int4})", "percentile_disc(0.5) within group (order by {int4})"},
	"int8": {"count(*)", "count({any})", "count(distinct {any})", "sum({int4})", "max({int8})", "min({int8})", "count(*)", "sum(distinct {int4})"}, "numeric": {"sum({int8})", "avg({int4})", "sum({numeric})", "avg({numeric})", "max({numeric})", "min({numeric})", "stddev({int4})", "var_pop({int8} % 1000)"},
	"float8": {"max({float8})", "min({float8})", "percentile_cont(0.25) within group (order by {int4})", "sum({int4}::float8)"}, "text": {"max({text})", "min({text})", "string_agg({text}, ',' order by {same})", "string_agg(distinct {text}, '|')", "mode() within group (order by {text})"},
	"date": {"max({date})", "min({date})"}, "ts": {"max({ts})"}, "tstz": {"max({tstz})", "min({tstz})"}, "interval": {"max({interval})", "sum({interval0})"}, "jsonb": {"jsonb_agg({int4} order by {same})", "jsonb_agg({text} order by {same} desc)", "jsonb_object_agg(coalesce({int4}, 0), 1)"},
	"cidr": {"max({cidr})"}, "inet": {"min({inet})"}, "int4s": {"array_agg({int4} order by {same})", "array_agg(distinct {int4})", "max({int4s})"}, "texts": {"array_agg({text} order by {same} desc)", "array_agg(distinct {text} order by {same})"},
}

// windows are window functions of each type; {over} is a window in which the rows have an order.
var windows = map[string][]string{
	"bool": {"bool_or({bool}) over {over}"}, "int4": {"lag({int4}) over {over}", "first_value({int4}) over {over}", "ntile(3) over {over}", "max({int4}) over {over}"},
	"int8":    {"row_number() over {over}", "rank() over {over}", "dense_rank() over {over}", "count(*) over {over}", "sum({int4}) over {over}", "count({any}) over {over}", "lead({int8}, 2, {int8}) over {over}"},
	"numeric": {"avg({int4}) over {over}", "sum({numeric}) over {over}", "sum({int8}) over {over}"}, "float8": {"percent_rank() over {over}", "cume_dist() over {over}"},
	"text": {"lag({text}, 1, {string}) over {over}", "last_value({text}) over {over}", "nth_value({text}, 2) over {over}", "string_agg({text}, ',') over {over}", "min({text}) over {over}"},
	"date": {"max({date}) over {over}"}, "tstz": {"lead({tstz}) over {over}"}, "jsonb": {"jsonb_agg({int4}) over {over}"}, "int4s": {"array_agg({int4}) over {over}"},
}

// wild are forms that may well fail, for statements of nothing but one expression. What fails
// in one engine must fail in the other. {literal} is any constant of any type.
var wild = []string{
	"{literal} + {literal}", "{literal} - {literal}", "{literal} * {literal}", "{literal} / {literal}", "{literal} % {literal}", "{literal} ^ {literal}", "- {literal}", "{literal} || {literal}", "{literal} {cmp} {literal}", "{literal} {like} {literal}", "{literal} {match} {literal}",
	"{literal} in ({literal}, {literal})", "{literal} between {literal} and {literal}", "{literal} is distinct from {literal}", "{literal} is {truth}", "coalesce({literal}, {literal})", "nullif({literal}, {literal})", "greatest({literal}, {literal})", "case when {literal} then {literal} else {literal} end",
	"case {literal} when {literal} then {literal} end", "array[{literal}, {literal}]", "cast({literal} as {type})", "({literal})::{type}", "{literal}::{type}::{type}", "{literal} = any ({literal})", "({literal})[{literal}]", "{literal} and {literal}", "not {literal}", "({literal}, {literal}) = ({literal}, {literal})",
	"{literal} -> {literal}", "{literal} ->> {literal}", "{literal} @> {literal}", "{literal} && {literal}", "{literal} << {literal}", "{literal} & {literal}", "sum({literal})", "max({literal})", "avg({literal})", "string_agg({literal}, {literal})", "array_agg({literal})", "jsonb_agg({literal})", "count(distinct {literal})",
	"{routine1}({literal})", "{routine2}({literal}, {literal})", "{routine3}({literal}, {literal}, {literal})", "{routine}", "{routine}", "{routine}", "{routine}", "{routine}", "{routine}", "{routine}", "{routine}", "extract({field} from {literal})", "{literal} at time zone {literal}", "generate_series({literal}, {literal})", "unnest({literal})",
}

// everyType has the columns of the table every by their types, in which null, the least and the
// greatest values are.
var everyType = map[string]string{
	"bool": "b", "int2": "i2", "int4": "i4", "int8": "i8", "numeric": "n", "float8": "f8", "text": "t", "varchar": "vc", "bytea": "bytes", "date": "d", "time": "tm", "timestamp": "ts", "timestamptz": "tstz", "interval": "iv",
	"json": "j", "jsonb": "jb", "cidr": "c", "inet": "i", "_int4": "i4s", "_text": "ts_", "anyarray": "ns",
}

// everyColumns are these and others.
var everyColumns = append(slices.Sorted(maps.Values(everyType)), "id", "bs", "i8s", "f8s", "ds")

// constants are what a wild form is made of.
var constants = []string{
	"null", "true", "false", "0", "1", "-1", "2", "21", "2147483647", "(-2147483648)", "2147483648", "9223372036854775807", "9223372036854775808", "32767::int2", "1::int2", "5::int8", "0.0", "1.5", "-2.5", "0.1", "1e10", "1e-7", "12345678901234567890.123", "'NaN'::numeric", "'Infinity'::numeric",
	"1.5::float8", "-0.0::float8", "1e300::float8", "'NaN'::float8", "'Infinity'::float8", "'-Infinity'::float8", "''", "'a'", "'abc'", "'1'", "'1.5'", "' 2 '", "'true'", "'t'", "'{1,2}'", "'{}'", "'[1, 2]'", "'{\"a\": 1}'", "'2026-11-27'", "'2026-11-27 10:11:12+02'", "'1 day'", "'10.0.0.0/8'", "'10.0.0.1'", "'x%'", "'UTC'", "'day'",
	"'abc'::text", "''::text", "'ÄÖ ü'::text", "'1'::text", "'ab'::varchar", "'\\xdead'::bytea", "date '2026-11-27'", "date '2024-02-29'", "date 'infinity'", "time '10:11:12.5'", "timestamp '2026-11-27 10:11:12.345'", "timestamp '-infinity'", "timestamptz '2026-11-27 10:11:12Z'", "interval '1 day'", "interval '1 year -2 mons 3 days 04:05:06.7'", "interval '0'",
	"'{\"a\": 1}'::json", "'{\"a\": [1, null], \"b\": \"x\"}'::jsonb", "'[1, 2, \"a\"]'::jsonb", "'5'::jsonb", "'null'::jsonb", "'\"s\"'::jsonb", "cidr '10.0.0.0/8'", "cidr '2001:db8::/32'", "inet '10.0.0.1'", "inet '10.0.0.1/8'", "inet '::1'", "array[1, 2]", "array['a', null]", "'{}'::int[]", "array[1.5, 2]", "array[true]", "array[[1, 2], [3, 4]]", "array[date '2026-01-01']",
	"null::int", "null::text", "null::jsonb", "null::date", "row(1, 'a')", "(select 1)", "(select 'x')",
}
