select array[1,2,3][1]
--! 1:20 syntax error at or near "["
--? 1:20 syntax error at or near "["
--? hint: Names are quoted with " , and an element of the value of an expression is (expression)[1].

select 1 is, 2
--= select 1 as "is", 2

select 1 like, 2
--= select 1 as "like", 2

select not 1 between, 2
--! 1:21 syntax error at or near ","

select 1 = 2 between, 3
--! 1:21 syntax error at or near ","

select 1 = 2 is, 3
--= select 1 = 2 as "is", 3

select * from (select 1)
--! 1:15 subquery in FROM must have an alias
--! hint: For example, FROM (SELECT ...) [AS] foo.

select * from (values (1))
--! 1:15 VALUES in FROM must have an alias
--! hint: For example, FROM (VALUES ...) [AS] foo.

select E'\v\x41\u00e9\ud83d\ude00'
--= select 'vAé😀'

select E'\ud83d'
--! 1:16 invalid Unicode surrogate pair at or near "'"

select E'\u12'
--! 1:10 invalid Unicode escape
--! hint: Unicode escapes must be \uXXXX or \UXXXXXXXX.

select E'\xff'
--! 0:0 invalid byte sequence for encoding "UTF8": 0xff
--? 1:8 invalid byte sequence for encoding "UTF8": 0xff

select E'\0'
--! 0:0 invalid byte sequence for encoding "UTF8": 0x00
--? 1:8 invalid byte sequence for encoding "UTF8": 0x00

select U&'\0041'
--? 1:8 U& strings are not supported
--? hint: Write E'\u00e9' instead of U&'\00e9'.

select 1a
--! 1:8 trailing junk after numeric literal at or near "1a"

select 1e+
--! 1:8 trailing junk after numeric literal at or near "1e+"

select $1a
--! 1:8 trailing junk after parameter at or near "$1a"

select values from t
--= select "values" from t

select int from t
--= select "int" from t

select operator(1)
--! 1:17 syntax error at or near "1"

select `a` from t
--! 1:12 syntax error at or near "from"
--? 1:8 syntax error at or near "`"
--? hint: Names are quoted with " .

select $x
--! 1:8 syntax error at or near "$"

select (select 1) limit 1, 2
--! 1:19 LIMIT #,# syntax is not supported
--! hint: Use separate LIMIT and OFFSET clauses.

select a is null is null
--= select (a is null) is null

select a.b.c.d.e.f
--? 1:8 improper qualified name (too many dotted names): a.b.c.d.e.f

select a.*.b
--! 1:13 improper use of "*" at end of input

select (a).*.b
--! 1:15 improper use of "*" at end of input

select count(*) over (rows between unbounded following and current row)
--! 1:36 frame start cannot be UNBOUNDED FOLLOWING

select percentile_cont(distinct 1) within group (order by 1)
--! 1:36 cannot use DISTINCT with WITHIN GROUP

(select 1 limit 1) limit 2
--! 1:26 multiple LIMIT clauses not allowed

(select 1 limit 1) order by 1
--= select 1 order by 1 limit 1

with a as (select 1) (with b as (select 2) select 3)
--! 1:1 multiple WITH clauses not allowed

select ""
--! 1:8 zero-length delimited identifier at or near """"

select 'abc
--! 1:8 unterminated quoted string at or near "'abc"

select "abc
--! 1:8 unterminated quoted identifier at or near ""abc"

select /* abc
--! 1:8 unterminated /* comment at or near "/* abc"

select $a$ abc
--! 1:8 unterminated dollar-quoted string at or near "$a$ abc"

select 1..2
--! 1:9 syntax error at or near ".."

select 1 fetch first row with ties
--! 0:0 WITH TIES cannot be specified without ORDER BY clause
--? 1:16 WITH TIES cannot be specified without ORDER BY clause

select 1::float(99)
--! 1:17 precision for type float must be less than 54 bits

select * from a.b.c.d
--! 1:15 improper qualified name (too many dotted names): a.b.c.d

select (1,2) overlaps (1)
--! 1:25 syntax error at or near ")"
--? 1:26 syntax error at end of input

select row(1) overlaps row(1,2)
--! 1:8 wrong number of parameters on left side of OVERLAPS expression

select default
--? 1:8 DEFAULT is not allowed in this context

values (default)
--? 1:9 DEFAULT is not allowed in this context

select 1 not null
--! 1:14 syntax error at or near "null"
--? 1:14 syntax error at or near "null"
--? hint: Write is not null.

select f(a := 1, b => 2, 3)
--= select f(a => 1, b => 2, 3)

select substring(a, variadic b)
--! 1:21 syntax error at or near "variadic"

select trim(both from a, b)
--= select trim(b from a)

select interval(3) '1' year
--! 1:24 syntax error at or near "year"

select "interval"(3) '1'
--? 1:8 the modifiers of "interval" are not supported
--? hint: Write interval without quotes.

select int(3) '1'
--! 1:11 syntax error at or near "("

select x::interval(3) year
--! 1:23 syntax error at or near "year"

select 1 at time
--! 1:17 syntax error at end of input

with recursive as (select 1) table recursive
--= with recursive as (select 1) select * from recursive

select bpchar(x => 3) 'a'
--! 1:15 type modifier cannot have parameter name

select bpchar(3 order by 1) 'a'
--! 1:17 type modifier cannot have ORDER BY
--? 1:26 type modifier cannot have ORDER BY

select a[1](2)
--! 1:12 syntax error at or near "("

select unique (select 1)
--! 1:8 UNIQUE predicate is not yet implemented

select 1 offset 1+1 rows
--! 1:21 syntax error at or near "rows"

select f(1) f(2)
--! 1:14 syntax error at or near "("

select
--= select

select 1;
--= select 1

;;select 1;; select 2;
--= select 1; select 2

select all from t
--= select from t

select distinct from t
--! 1:17 syntax error at or near "from"

select distinct 1
--= select distinct 1

select distinct on (a, b) a, b from t order by a
--= select distinct on (a, b) a, b from t order by a

select distinct on () a from t
--! 1:21 syntax error at or near ")"

select all a from t
--= select a from t

select *, a, t.*, s.t.* from t
--= select *, a, t.*, s.t.* from t

select a.b.c.* from t
--? 1:8 cross-database references are not implemented: a.b.c

select a as b, a b, a as select, a "select" from t
--= select a as b, a as b, a as "select", a as "select" from t

select a select from t
--= select a as "select" from t

select a day from t
--! 1:10 syntax error at or near "day"

select a as day, a year from t
--! 1:20 syntax error at or near "year"

select 1 month
--! 1:10 syntax error at or near "month"

select 1 name, 2 value, 3 type
--= select 1 as name, 2 as value, 3 as type

select 1 end, 2 then
--= select 1 as "end", 2 as "then"

select 1 and, 2
--= select 1 as "and", 2

select 1 or from t
--= select 1 as "or" from t

select 1 not
--= select 1 as "not"

select 1 in, 2 between, 3 like, 4 ilike, 5 similar, 6 collate, 7 is
--= select 1 as "in", 2 as "between", 3 as "like", 4 as "ilike", 5 as "similar", 6 as "collate", 7 as "is"

select 1 at, 2 operator, 3 escape, 4 and
--= select 1 as at, 2 as operator, 3 as escape, 4 as "and"

select 1 isnull, 2 notnull
--= select 1 is null, 2 is not null

select 1 overlaps
--! 1:10 syntax error at or near "overlaps"

select 1 at time zone 'UTC'
--= select 1 at time zone 'UTC'

select 1 at zone
--! 1:13 syntax error at or near "zone"

select 1 + 2 and, 3
--= select 1 + 2 as "and", 3

select - 1 like, 3
--= select -1 as "like", 3

select 1 is, 2 is null, 3 is not null
--= select 1 as "is", 2 is null, 3 is not null

select a.select, a.from.b, a."Select"
--= select a."select", a."from".b, a."Select"

select A, "A", "a""b"
--= select a, "A", "a""b"

select table.a
--! 1:8 syntax error at or near "table"

select user.a
--! 1:12 syntax error at or near "."

select left.a
--! 1:12 syntax error at or near "."

select coalesce.a from coalesce
--= select "coalesce".a from "coalesce"

select values, row, exists, position, extract, trim from t
--= select "values", "row", "exists", "position", "extract", "trim" from t

select values(1)
--! 1:14 syntax error at or near "("

select row
--= select "row"

select row()
--= select row()

select row(1)
--= select row(1)

select row(1, 2), (1, 2), ((1, 2)), ((1), 2)
--= select row(1, 2), row(1, 2), row(1, 2), row(1, 2)

select (1, 2).f1
--! 1:14 syntax error at or near "."

select ((1, 2)).f1
--= select (row(1, 2)).f1

select row(1, 2).f1
--! 1:17 syntax error at or near "."

select (row(1, 2)).f1, (t).*, (t.a).b.c, ((t.a).b).c[1].d
--= select (row(1, 2)).f1, (t).*, (t.a).b.c, (t.a).b.c[1].d

select a[1], a[1][2], a[1:2], a[:2], a[1:], a[:], a[b:c], a[b :c]
--= select a[1], a[1][2], a[1:2], a[:2], a[1:], a[:], a[b:c], a[b:c]

select a[], b
--! 1:10 syntax error at or near "]"

select a[1:2:3]
--! 1:13 syntax error at or near ":"

select a[1]::int[1], (a::int[])[1]
--= select a[1]::int4[], (a::int4[])[1]

select $1, $2.a, $1[1], ($1).a
--= select $1, $2.a, $1[1], $1.a

select $1.*
--= select $1.*

select 1 -- comment
--= select 1

select 1 --
--= select 1

select /* a /* b */ c */ 1
--= select 1

select /* a /* b */ c
--! 1:8 unterminated /* comment at or near "/* a /* b */ c"

select 1 /* c */ + /* d */ 2
--= select 1 + 2

select '', 'a''b', 'a\b', 'a"b'
--= select '', 'a''b', 'a\b', 'a"b'

select 'a' 'b'
--! 1:12 syntax error at or near "'b'"

select E'a' 'b'
--! 1:13 syntax error at or near "'b'"

select E'a\nb\t\'\\\x41\101\u0041\U00000041'
--= select 'a
--= b	''\AAAA'

select E'a\'
--! 1:8 unterminated quoted string at or near "E'a\'"

select E'\u004'
--! 1:10 invalid Unicode escape
--! hint: Unicode escapes must be \uXXXX or \UXXXXXXXX.

select E'\ud83d\u0041'
--! 1:16 invalid Unicode surrogate pair at or near "\u0041"

select E'\ud83d\ude00', E'\ud83d' E'\ude00'
--! 1:33 invalid Unicode surrogate pair at or near "'"

select E'\ude00'
--! 1:10 invalid Unicode surrogate pair at or near "\ude00"

select $$a$$, $x$a$$b$x$, $x$ $y$ $x$
--= select 'a', 'a$$b', ' $y$ '

select $x$ a $y$
--! 1:8 unterminated dollar-quoted string at or near "$x$ a $y$"

select $x1$a$x1$, $é$a$é$
--= select 'a', 'a'

select $1x$a$1x$
--! 1:8 trailing junk after parameter at or near "$1x$a$1x$"

select a$b$c from t
--= select "a$b$c" from t

select B'101'
--? 1:8 bit strings are not supported

select X'1f'
--? 1:8 bit strings are not supported

select N'abc'
--? 1:8 national character strings are not supported

select U&'\0041', U&"\0041"
--? 1:8 U& strings are not supported
--? hint: Write E'\u00e9' instead of U&'\00e9'.

select U & 'a'
--= select u & 'a'

select 1.5, .5, 1., 1e5, 1e-5, 1.5E+5, .5e5, 1.e5, 007
--= select 1.5, .5, 1., 1e5, 1e-5, 1.5E+5, .5e5, 1.e5, 007

select 1.5.5
--! 1:11 syntax error at or near ".5"

select 1..5
--! 1:9 syntax error at or near ".."

select 1e
--! 1:8 trailing junk after numeric literal at or near "1e"

select 1ex
--! 1:8 trailing junk after numeric literal at or near "1ex"

select 1e+x
--! 1:8 trailing junk after numeric literal at or near "1e+"

select 1_000
--! 1:8 trailing junk after numeric literal at or near "1_000"

select 0x1f
--! 1:8 trailing junk after numeric literal at or near "0x1f"

select 1.a
--! 1:8 trailing junk after numeric literal at or near "1.a"

select 1.5a
--! 1:8 trailing junk after numeric literal at or near "1.5a"

select 1.5e5a
--! 1:8 trailing junk after numeric literal at or near "1.5e5a"

select .5.a
--! 1:10 syntax error at or near "."

select 99999999999999999999999, 2147483648
--= select 99999999999999999999999, 2147483648

select 1+1, 1-1, 1*1, 1/1, 1%1, 1^1, -1, +1, - -1, -+1, 1- -1
--= select 1 + 1, 1 - 1, 1 * 1, 1 / 1, 1 % 1, 1 ^ 1, -1, +1, - -1, - +1, 1 - -1

select 1--1
--= select 1

select 1+-1, 1*-1, 1@-1, 1<-1, 1<>-1, 1>=-1, 1=-1
--= select 1 + -1, 1 * -1, 1 @- 1, 1 < -1, 1 <> -1, 1 >= -1, 1 = -1

select a ||b|| c, a->b->>'c', a #> b, a #>> b, a @> b, a <@ b, a ? b, a ?| b, a ?& b
--= select a || b || c, a -> b ->> 'c', a #> b, a #>> b, a @> b, a <@ b, a ? b, a ?| b, a ?& b

select a & b | c # d << 2 >> 1, ~a, !!a, @a, |/ a, ||/ a
--= select a & b | c # d << 2 >> 1, ~ a, !! a, @ a, |/ a, ||/ a

select a ~ b, a ~* b, a !~ b, a !~* b, a ~~ b, a !~~ b, a ~~* b
--= select a ~ b, a ~* b, a !~ b, a !~* b, a ~~ b, a !~~ b, a ~~* b

select a && b, a -|- b, a &< b, a <<= b, a >>= b, a <-> b
--= select a && b, a -|- b, a &< b, a <<= b, a >>= b, a <-> b

select a <= b, a >= b, a <> b, a != b, a < b, a > b, a = b
--= select a <= b, a >= b, a <> b, a <> b, a < b, a > b, a = b

select a == b
--? 1:10 operator does not exist: ==
--? hint: Equality is written = .

select a <=> b
--= select a <=> b

select a => b
--! 1:10 syntax error at or near "=>"

select a := b
--! 1:10 syntax error at or near ":="

select a +* b
--= select a +* b

select a *+ b
--= select a * +b

select a /* b
--! 1:10 unterminated /* comment at or near "/* b"

select a */ b
--= select a */ b

select a =- b, a *-b, a ~-b, a ~ -b
--= select a = -b, a * -b, a ~- b, a ~ -b

select @ - a, @ -a * b, - @ a, a * @ b + c, a || @ b || c
--= select @ -a, @ -a * b, -(@ a), a * (@ b + c), a || (@ b) || c

select a = b = c
--! 1:14 syntax error at or near "="

select a < b < c
--! 1:14 syntax error at or near "<"

select a = b < c
--! 1:14 syntax error at or near "<"

select (a = b) = c, a = (b = c)
--= select (a = b) = c, a = (b = c)

select a = not b, a = not b = c, not a = b, not not a
--= select a = (not b), a = (not b = c), not a = b, not not a

select a = not b = c = d
--! 1:22 syntax error at or near "="

select a like b like c
--! 1:17 syntax error at or near "like"

select a like b ilike c
--! 1:17 syntax error at or near "ilike"

select a like b || c escape d
--= select a like b || c escape d

select a like b escape c escape d
--! 1:33 syntax error at or near "d"

select a like b = c
--= select a like b = c

select a = b like c
--= select a = b like c

select a like not b like c escape d
--= select a like (not b like c escape d)

select a not like b, a not ilike b escape c, a not similar to b, a similar to b escape 'x'
--= select a not like b, a not ilike b escape c, a not similar to b, a similar to b escape 'x'

select a similar b
--! 1:18 syntax error at or near "b"

select a similar to any (b)
--! 1:21 syntax error at or near "any"

select a not similar to b || c and d
--= select a not similar to b || c and d

select not like from t
--! 1:17 syntax error at or near "from"

select not like('a', 'b')
--= select not like('a', 'b')

select a not, b
--= select a as "not", b

select a not b
--! 1:14 syntax error at or near "b"

select not in (1)
--! 1:12 syntax error at or near "in"

select a is null is null, a isnull isnull, a isnull is null, a notnull notnull
--= select (a is null) is null, (a is null) is null, (a is null) is null, (a is not null) is not null

select a is null = b, a = b is null, not a is null
--= select (a is null) = b, a = b is null, not a is null

select a is distinct from b, a is not distinct from b, a is distinct from b = c, a is distinct from (b is null)
--= select a is distinct from b, a is not distinct from b, a is distinct from b = c, a is distinct from (b is null)

select a is distinct from b is null
--! 1:29 syntax error at or near "is"

select a is distinct b
--! 1:22 syntax error at or near "b"

select a is true, a is not true, a is false, a is not false, a is unknown, a is not unknown
--= select a is true, a is not true, a is false, a is not false, a is unknown, a is not unknown

select a is
--= select a as "is"

select a is b
--! 1:13 syntax error at or near "b"

select a is not b
--! 1:17 syntax error at or near "b"

select a is of (int)
--! 1:13 syntax error at or near "of"

select a is normalized, a is not normalized, a is nfc normalized, a is not nfkd normalized
--= select a is normalized, not a is normalized, a is nfc normalized, not a is nfkd normalized

select a is document
--? 1:10 XML is not supported

select a between 1 and 2, a not between 1 and 2, a between symmetric 1 and 2, a between asymmetric 1 and 2
--= select a between 1 and 2, a not between 1 and 2, a between symmetric 1 and 2, a between 1 and 2

select a between 1 and 2 and b, a between 1 and 2 or b, not a between 1 and 2
--= select a between 1 and 2 and b, a between 1 and 2 or b, not a between 1 and 2

select a between 1 and 2 and 3 and 4
--= select a between 1 and 2 and 3 and 4

select a between 1 and 2 between 3 and 4
--! 1:26 syntax error at or near "between"

select a between 1 or 2 and 3
--! 1:20 syntax error at or near "or"

select a between b < c and d
--= select a between (b < c) and d

select a between b < c < d and e
--! 1:24 syntax error at or near "<"

select a between b is distinct from c and d
--= select a between (b is distinct from c) and d

select a between b is null and c
--! 1:23 syntax error at or near "null"

select a between b collate "C" and d
--! 1:20 syntax error at or near "collate"

select a between (b collate "C") and d
--= select a between (b collate "C") and d

select a between b at time zone 'UTC' and d
--! 1:20 syntax error at or near "at"

select a between -1 and -2, a between b + c and d || e, a between @ b and c::int
--= select a between -1 and -2, a between b + c and d || e, a between @ b and c::int4

select a between not b and c
--! 1:18 syntax error at or near "not"

select a between b in (1) and c
--! 1:20 syntax error at or near "in"

select a between 1 and 2 = b
--= select a between 1 and 2 = b

select a = b between 1 and 2
--= select a = b between 1 and 2

select a in (1), a in (1, 2), a not in (1, 2), a in (select 1), a in ((select 1)), a in ((select 1), 2)
--= select a in (1), a in (1, 2), a not in (1, 2), a in (select 1), a in (select 1), a in ((select 1), 2)

select a in ()
--! 1:14 syntax error at or near ")"
--? 1:14 syntax error at or near ")"
--? hint: A list of nothing can be written any(array[]::text[]).

select a in 1
--! 1:13 syntax error at or near "1"

select a in b
--! 1:13 syntax error at or near "b"

select a in (1) in (2), a in (1) like b
--= select (a in (1)) in (2), (a in (1)) like b

select a like b in (1)
--! 1:17 syntax error at or near "in"

select a in ((select 1) union select 2), a in ((select 1) + 1), a in (((select 1)) union (select 2))
--= select a in (select 1 union select 2), a in ((select 1) + 1), a in (select 1 union select 2)

select a in ((select 1) limit 1), a in ((select 1) order by 1 limit 1), a in ((select 1)::int, 2)
--= select a in (select 1 limit 1), a in (select 1 order by 1 limit 1), a in ((select 1)::int4, 2)

select a in (values (1), (2)), a in (table t), a in (with x as (select 1) select * from x)
--= select a in (values (1), (2)), a in (select * from t), a in (with x as (select 1) select * from x)

select (a, b) in ((1, 2), (3, 4)), (a, b) = (1, 2), row(a, b) in (select 1, 2)
--= select row(a, b) in (row(1, 2), row(3, 4)), row(a, b) = row(1, 2), row(a, b) in (select 1, 2)

select (a, b) overlaps (c, d), row(a, b) overlaps row(c, d), not (a, b) overlaps (c, d), (a, b) overlaps (c, d) = e
--= select (a, b) overlaps (c, d), (a, b) overlaps (c, d), not (a, b) overlaps (c, d), ((a, b) overlaps (c, d)) = e

select (a, b, c) overlaps (d, e)
--! 1:8 wrong number of parameters on left side of OVERLAPS expression

select (a, b) overlaps (d, e, f)
--! 1:24 wrong number of parameters on right side of OVERLAPS expression

select ((a, b)) overlaps (c, d)
--! 1:17 syntax error at or near "overlaps"

select (a, b) overlaps c
--! 1:24 syntax error at or near "c"

select a overlaps b
--! 1:10 syntax error at or near "overlaps"

select 1 + (a, b) overlaps (c, d), ((a, b) overlaps (c, d))
--= select 1 + ((a, b) overlaps (c, d)), (a, b) overlaps (c, d)

select a = any (b), a = some (b), a = all (b), a <> all (array[1, 2]), a || any (b), a = any ('{1,2}'::int[])
--= select a = any (b), a = any (b), a = all (b), a <> all (array[1, 2]), a || any (b), a = any ('{1,2}'::int4[])

select a = any (select 1), a = any ((select 1)), a = any ((select b)::int[]), a < all (values (1))
--= select a = any (select 1), a = any (select 1), a = any ((select b)::int4[]), a < all (values (1))

select a = any b
--! 1:16 syntax error at or near "b"

select a = any (b, c)
--! 1:18 syntax error at or near ","

select a = any ()
--! 1:17 syntax error at or near ")"

select a like any (b), a not like all (b), a ilike any (select 1), a not ilike some (b)
--= select a like any (b), a not like all (b), a ilike any (select 1), a not ilike any (b)

select a = any (b) = c, a = b = any (c)
--! 1:31 syntax error at or near "="

select any (b) = a
--! 1:8 syntax error at or near "any"

select operator(pg_catalog.+) 1, 1 operator(pg_catalog.+) 2, 1 operator(+) 2 operator(*) 3, 1 operator(=) any (a)
--= select +1, 1 + 2, (1 + 2) * 3, 1 = any (a)

select 1 operator(pg_catalog.::) 2
--! 1:30 syntax error at or near "::"

select 1 operator() 2
--! 1:19 syntax error at or near ")"

select 1 operator(a) 2
--! 1:20 syntax error at or near ")"

select 1 operator 2
--! 1:19 syntax error at or near "2"

select exists (select 1), not exists (select 1), exists ((select 1)), exists
--= select exists (select 1), not exists (select 1), exists (select 1), "exists"

select exists (1)
--! 1:16 syntax error at or near "1"

select exists select 1
--! 1:22 syntax error at or near "1"

select array[1, 2], array[], array[[1, 2], [3, 4]], array[array[1]], array(select 1), array((select 1)), array[[]]
--= select array[1, 2], array[], array[array[1, 2], array[3, 4]], array[array[1]], array(select 1), array(select 1), array[array[]]

select array[[1], 2]
--! 1:19 syntax error at or near "2"

select array[1, [2]]
--! 1:17 syntax error at or near "["
--? 1:17 syntax error at or near "["
--? hint: Names are quoted with " , and an element of the value of an expression is (expression)[1].

select array[1:2]
--! 1:15 syntax error at or near ":"

select array
--! 1:13 syntax error at end of input

select array[1, 2][1]
--! 1:19 syntax error at or near "["
--? 1:19 syntax error at or near "["
--? hint: Names are quoted with " , and an element of the value of an expression is (expression)[1].

select (array[1, 2])[1], array[a[1], b]
--= select (array[1, 2])[1], array[a[1], b]

select case when a then b end, case a when b then c else d end, case when a then b when c then d else e end
--= select case when a then b end, case a when b then c else d end, case when a then b when c then d else e end

select case end
--! 1:13 syntax error at or near "end"

select case a end
--! 1:15 syntax error at or near "end"

select case when a end
--! 1:20 syntax error at or near "end"

select case when a then b else end
--! 1:32 syntax error at or near "end"

select case when a then b
--! 1:26 syntax error at end of input

select case a when b then c when d then e end case
--= select case a when b then c when d then e end as "case"

select cast(a as int), cast(a as varchar(10)), cast(cast(a as text) as numeric(10, 2)), cast((a) as int[])
--= select a::int4, a::varchar(10), a::text::numeric(10, 2), a::int4[]

select cast(a, int)
--! 1:14 syntax error at or near ","

select cast(a as)
--! 1:17 syntax error at or near ")"

select a::int::text, -a::int, (-a)::int, a::int + b, a.b::int, a[1]::int, 'a'::text || 'b', -1::int
--= select a::int4::text, -a::int4, (-a)::int4, a::int4 + b, a.b::int4, a[1]::int4, 'a'::text || 'b', -1::int4

select a::int.b
--! 1:14 syntax error at or near "."

select (a::t).b
--= select (a::t).b

select a::int2, a::int4, a::int8, a::smallint, a::bigint, a::integer, a::float4, a::float8, a::real, a::double precision, a::float, a::float(1), a::float(24), a::float(25), a::float(53)
--= select a::int2, a::int4, a::int8, a::int2, a::int8, a::int4, a::float4, a::float8, a::float4, a::float8, a::float8, a::float4, a::float4, a::float8, a::float8

select a::float(0)
--! 1:17 precision for type float must be at least 1 bit

select a::float(54)
--! 1:17 precision for type float must be less than 54 bits

select a::double, a::double precision, a::precision
--! 1:43 syntax error at or near "precision"

select a::numeric, a::numeric(10), a::numeric(10, 2), a::numeric(3, -2), a::decimal(5), a::dec(5, 1), a::numeric(+3)
--= select a::numeric, a::numeric(10), a::numeric(10, 2), a::numeric(3, -2), a::numeric(5), a::numeric(5, 1), a::numeric(3)

select a::numeric('3')
--? 1:19 type modifiers must be simple constants or identifiers

select a::numeric(b)
--? 1:19 type modifiers must be simple constants or identifiers

select a::numeric()
--! 1:19 syntax error at or near ")"

select a::numeric(1+1)
--? 1:20 type modifiers must be simple constants or identifiers

select a::int(3)
--! 1:14 syntax error at or near "("

select a::boolean, a::bool, a::bit, a::bit(3), a::bit varying, a::bit varying(3), a::varbit
--= select a::bool, a::bool, a::"bit"(1), a::"bit"(3), a::varbit, a::varbit(3), a::varbit

select a::char, a::char(3), a::character(3), a::character varying, a::character varying(3), a::char varying, a::varchar, a::varchar(3), a::nchar(3), a::national character varying(3), a::national char, a::bpchar, a::"char", a::bpchar(3)
--= select a::bpchar(1), a::bpchar(3), a::bpchar(3), a::varchar, a::varchar(3), a::varchar, a::varchar, a::varchar(3), a::bpchar(3), a::varchar(3), a::bpchar(1), a::bpchar, a::"char", a::bpchar(3)

select a::varchar(3, 4)
--! 1:20 syntax error at or near ","

select a::varchar()
--! 1:19 syntax error at or near ")"

select a::varchar(a)
--! 1:19 syntax error at or near "a"

select a::varchar varying
--! 1:19 syntax error at or near "varying"

select a::date, a::time, a::time(3), a::time with time zone, a::time(3) without time zone, a::timetz, a::timestamp, a::timestamptz, a::timestamp with time zone, a::timestamp(3) with time zone, a::timestamp without time zone, a::timestamptz(3)
--= select a::date, a::time, a::time(3), a::timetz, a::time(3), a::timetz, a::timestamp, a::timestamptz, a::timestamptz, a::timestamptz(3), a::timestamp, a::timestamptz(3)

select a::timestamp with zone
--! 1:21 syntax error at or near "with"

select a::timestamp with time
--! 1:30 syntax error at end of input

select a::date(3)
--= select a::date(3)

select a::interval, a::interval year, a::interval year to month, a::interval day to second(3), a::interval(3), a::interval second, a::interval hour to minute, a::interval minute to second, a::interval day to hour
--= select a::interval, a::interval year, a::interval year to month, a::interval day to second(3), a::interval(3), a::interval second, a::interval hour to minute, a::interval minute to second, a::interval day to hour

select a::interval year to day
--! 1:28 syntax error at or near "day"

select a::interval month to year
--! 1:26 syntax error at or near "to"

select a::interval(3) second
--! 1:23 syntax error at or near "second"

select a::interval minute(3)
--! 1:26 syntax error at or near "("

select a::text[], a::text[][], a::text[3], a::int array, a::int array[3], a::varchar(3)[], a::timestamp with time zone[], a::text[1][]
--= select a::text[], a::text[][], a::text[], a::int4[], a::int4[], a::varchar(3)[], a::timestamptz[], a::text[][]

select a::int array[]
--! 1:21 syntax error at or near "]"

select a::text[b]
--! 1:16 syntax error at or near "b"

select a::setof int
--? 1:11 SETOF is not supported

select a::pg_catalog.int4, a::pg_catalog."char", a::pg_catalog.numeric(3)
--= select a::int4, a::"char", a::numeric(3)

select a::s.t, a::s.t(3)
--? 1:11 type "s.t" does not exist

select a::a.b.c
--? 1:11 cross-database references are not implemented: a.b.c

select a::inet, a::cidr, a::jsonb, a::json, a::uuid, a::bytea, a::"Foo Bar", a::left
--= select a::inet, a::cidr, a::jsonb, a::json, a::uuid, a::bytea, a::"Foo Bar", a::left

select a::select
--! 1:11 syntax error at or near "select"

select a::values
--! 1:11 syntax error at or near "values"

select a::int %
--! 1:16 syntax error at end of input

select date '2020-01-01', timestamp '2020-01-01', timestamp with time zone '2020-01-01', time '10:00', timestamptz 'now', int '1', numeric '1.5', numeric(3, 1) '1.5', text 'a', jsonb '{}', inet '10.0.0.1', double precision '1', bool 't', float '1', float(3) '1', bit '1', char 'a', char(3) 'a', varchar 'a', character varying(3) 'a', national char 'a', pg_catalog.int4 '1', bpchar(3) 'a'
--= select '2020-01-01'::date, '2020-01-01'::timestamp, '2020-01-01'::timestamptz, '10:00'::time, 'now'::timestamptz, '1'::int4, '1.5'::numeric, '1.5'::numeric(3, 1), 'a'::text, '{}'::jsonb, '10.0.0.1'::inet, '1'::float8, 't'::bool, '1'::float8, '1'::float4, '1'::"bit", 'a'::bpchar, 'a'::bpchar(3), 'a'::varchar, 'a'::varchar(3), 'a'::bpchar, '1'::int4, 'a'::bpchar(3)

select interval '1', interval '1' day, interval '1' day to second, interval '1' second(3), interval(3) '1', interval '1' year to month
--= select '1'::interval, '1'::interval day, '1'::interval day to second, '1'::interval second(3), '1'::interval(3), '1'::interval year to month

select interval '1' day to day
--! 1:28 syntax error at or near "day"

select interval(3) '1' day
--! 1:24 syntax error at or near "day"

select interval 1 day
--! 1:17 syntax error at or near "1"

select int[] '{1}'
--! 1:12 syntax error at or near "]"

select int '1'::text, date '2020-01-01' + 1, - int '1'
--= select '1'::int4::text, '2020-01-01'::date + 1, -'1'::int4

select foo 'a', foo.bar 'a', left 'a', foo(3) 'a', foo(3, 4) 'a'
--? 1:17 type "foo.bar" does not exist

select foo(distinct 3) 'a'
--! 1:24 syntax error at or near "'a'"

select foo(variadic 3) 'a'
--! 1:24 syntax error at or near "'a'"

select foo() 'a'
--! 1:14 syntax error at or near "'a'"

select foo(*) 'a'
--! 1:15 syntax error at or near "'a'"

select foo(a => 3) 'a'
--! 1:12 type modifier cannot have parameter name

select foo(3 order by 1) 'a'
--! 1:14 type modifier cannot have ORDER BY
--? 1:23 type modifier cannot have ORDER BY

select coalesce 'a'
--! 1:17 syntax error at or near "'a'"

select position 'a'
--! 1:17 syntax error at or near "'a'"

select date, time, timestamp, interval, char, int, bit, float from t
--= select date, "time", "timestamp", "interval", "char", "int", "bit", "float" from t

select time with time zone
--! 1:27 syntax error at end of input

select f(), f(1), f(1, 2), s.f(1), f(*), count(*), count(distinct a), count(all a), f(distinct a, b order by c desc nulls last, d), f(a order by b)
--= select f(), f(1), f(1, 2), s.f(1), f(*), count(*), count(distinct a), count(a), f(distinct a, b order by c desc nulls last, d), f(a order by b)

select f(1,)
--! 1:12 syntax error at or near ")"

select f(,1)
--! 1:10 syntax error at or near ","

select f(1 2)
--! 1:12 syntax error at or near "2"

select f(distinct)
--! 1:18 syntax error at or near ")"

select f(distinct *)
--! 1:19 syntax error at or near "*"

select f(*, 1)
--! 1:11 syntax error at or near ","

select f(t.*), f(*) over ()
--= select f(t.*), f(*) over ()

select f(variadic a), f(1, variadic a), f(variadic a order by b)
--= select f(variadic a), f(1, variadic a), f(variadic a order by b)

select f(variadic a, 1)
--! 1:20 syntax error at or near ","

select f(all variadic a)
--! 1:14 syntax error at or near "variadic"

select f(a => 1), f(a := 1), f(1, b => 2), f(a => 1, 2), f("A" => 1)
--= select f(a => 1), f(a => 1), f(1, b => 2), f(a => 1, 2), f("A" => 1)

select f(a.b => 1)
--! 1:14 syntax error at or near "=>"

select f(select => 1)
--! 1:10 syntax error at or near "select"

select f(a = > 1)
--! 1:14 syntax error at or near ">"

select f((select 1)), f((select 1), 2)
--= select f((select 1)), f((select 1), 2)

select f(select 1)
--! 1:10 syntax error at or near "select"

select a.b.c.f(1)
--? 1:8 improper qualified name (too many dotted names): a.b.c.f

select a.b.f(1)
--? 1:8 cross-database references are not implemented: a.b.f

select left('a', 1), right('a', 1), is(1), like(1, 2), natural(1)
--= select left('a', 1), right('a', 1), is(1), like(1, 2), natural(1)

select f(1).a
--! 1:12 syntax error at or near "."

select f(1)[1]
--! 1:12 syntax error at or near "["
--? 1:12 syntax error at or near "["
--? hint: Names are quoted with " , and an element of the value of an expression is (expression)[1].

select (f(1)).a, (f(1))[1], (f(1)).*
--= select (f(1)).a, (f(1))[1], (f(1)).*

select f(a)(b)
--! 1:12 syntax error at or near "("

select sum(a) filter (where b > 1), sum(a) over w, sum(a) over (), sum(a) filter (where true) over (partition by b), percentile_cont(0.5) within group (order by a), percentile_cont(0.5) within group (order by a desc) filter (where b) over ()
--= select sum(a) filter (where b > 1), sum(a) over w, sum(a) over (), sum(a) filter (where true) over (partition by b), percentile_cont(0.5) within group (order by a), percentile_cont(0.5) within group (order by a desc) filter (where b) over ()

select sum(a) over
--! 1:19 syntax error at end of input

select sum(a) filter
--! 1:21 syntax error at end of input

select sum(a) filter (b)
--! 1:23 syntax error at or near "b"

select sum(a) within group
--! 1:27 syntax error at end of input

select sum(a) over w filter (where b)
--! 1:22 syntax error at or near "filter"

select f(a) within group (a)
--! 1:27 syntax error at or near "a"

select f(distinct a) within group (order by b)
--! 1:22 cannot use DISTINCT with WITHIN GROUP

select f(a order by b) within group (order by b)
--! 1:24 cannot use multiple ORDER BY clauses with WITHIN GROUP

select f(variadic a) within group (order by b)
--! 1:22 cannot use VARIADIC with WITHIN GROUP

select f(a) within group (order by b) within group (order by c)
--! 1:39 syntax error at or near "within"

select sum(a) over (partition by b, c order by d desc, e rows between unbounded preceding and current row)
--= select sum(a) over (partition by b, c order by d desc, e rows between unbounded preceding and current row)

select sum(a) over (w), sum(a) over (w order by b), sum(a) over (w rows 1 preceding)
--= select sum(a) over (w), sum(a) over (w order by b), sum(a) over (w rows between 1 preceding and current row)

select sum(a) over (order by b range between interval '1 day' preceding and interval '1 day' following exclude current row)
--= select sum(a) over (order by b range between '1 day'::interval preceding and '1 day'::interval following exclude current row)

select sum(a) over (rows unbounded preceding), sum(a) over (rows current row), sum(a) over (rows 2 preceding), sum(a) over (groups between 1 preceding and 1 following exclude ties)
--= select sum(a) over (rows between unbounded preceding and current row), sum(a) over (rows between current row and current row), sum(a) over (rows between 2 preceding and current row), sum(a) over (groups between 1 preceding and 1 following exclude ties)

select sum(a) over (rows between 1 preceding and 1 following exclude group), sum(a) over (rows between 1 preceding and 1 following exclude no others)
--= select sum(a) over (rows between 1 preceding and 1 following exclude group), sum(a) over (rows between 1 preceding and 1 following)

select sum(a) over (rows between a and b preceding and c following)
--= select sum(a) over (rows between a and b preceding and c following)

select sum(a) over (rows unbounded following)
--! 1:26 frame start cannot be UNBOUNDED FOLLOWING

select sum(a) over (rows 1 following)
--! 1:26 frame starting from following row cannot end with current row

select sum(a) over (rows between unbounded following and unbounded following)
--! 1:34 frame start cannot be UNBOUNDED FOLLOWING

select sum(a) over (rows between 1 preceding and unbounded preceding)
--! 1:50 frame end cannot be UNBOUNDED PRECEDING

select sum(a) over (rows between current row and 1 preceding)
--! 1:50 frame starting from current row cannot have preceding rows

select sum(a) over (rows between 1 following and 1 preceding)
--! 1:50 frame starting from following row cannot have preceding rows

select sum(a) over (rows between 1 following and current row)
--! 1:50 frame starting from following row cannot have preceding rows

select sum(a) over (rows between 1 following and 2 following), sum(a) over (rows between 2 preceding and 1 preceding)
--= select sum(a) over (rows between 1 following and 2 following), sum(a) over (rows between 2 preceding and 1 preceding)

select sum(a) over (rows)
--! 1:25 syntax error at or near ")"

select sum(a) over (rows between 1 preceding)
--! 1:45 syntax error at or near ")"

select sum(a) over (rows 1)
--! 1:27 syntax error at or near ")"

select sum(a) over (rows 1 preceding exclude)
--! 1:45 syntax error at or near ")"

select sum(a) over (order by b partition by c)
--! 1:32 syntax error at or near "partition"

select sum(a) over (partition)
--! 1:30 syntax error at or near ")"

select sum(a) over ("partition")
--= select sum(a) over ("partition")

select sum(a) over (rows unbounded + 1 preceding)
--= select sum(a) over (rows between unbounded + 1 preceding and current row)

select sum(a) over (rows current preceding)
--= select sum(a) over (rows between current preceding and current row)

select sum(a) over w from t window w as (partition by a), v as (w order by b)
--= select sum(a) over w from t window w as (partition by a), v as (w order by b)

select a from t window w
--! 1:25 syntax error at end of input

select a from t window w as w
--! 1:29 syntax error at or near "w"

select a from t window w as () where b
--! 1:32 syntax error at or near "where"

select coalesce(a, b), greatest(a, b), least(a), nullif(a, b), grouping(a, b)
--= select coalesce(a, b), greatest(a, b), least(a), nullif(a, b), grouping(a, b)

select coalesce()
--! 1:17 syntax error at or near ")"

select nullif(a)
--! 1:16 syntax error at or near ")"

select nullif(a, b, c)
--! 1:19 syntax error at or near ","

select coalesce(a) over ()
--! 1:20 syntax error at or near "over"

select coalesce(distinct a)
--! 1:17 syntax error at or near "distinct"

select grouping()
--! 1:17 syntax error at or near ")"

select extract(year from a), extract('year' from a), extract(epoch from a), extract("Year" from a), extract(second from a), extract(dow from a::date)
--= select extract('year' from a), extract('year' from a), extract('epoch' from a), extract('Year' from a), extract('second' from a), extract('dow' from a::date)

select extract(year, a)
--! 1:20 syntax error at or near ","

select extract(week a)
--! 1:21 syntax error at or near "a"

select extract(select from a)
--! 1:16 syntax error at or near "select"

select extract(name from a)
--! 1:16 syntax error at or near "name"

select extract()
--! 1:16 syntax error at or near ")"

select position('a' in b), position(a || b in c), position(a in b::text)
--= select position('a' in b), position(a || b in c), position(a in b::text)

select position('a', b)
--! 1:20 syntax error at or near ","

select position(a in b in c)
--! 1:24 syntax error at or near "in"

select position(a and b in c)
--! 1:19 syntax error at or near "and"

select position((a and b) in c)
--= select position((a and b) in c)

select substring(a from 1), substring(a from 1 for 2), substring(a for 2), substring(a for 2 from 1), substring(a similar b escape c), substring(a, 1), substring(a, 1, 2), substring(), substring(a), substring(a => 1)
--= select substring(a from 1), substring(a from 1 for 2), substring(a from 1 for 2::int4), substring(a from 1 for 2), substring(a from b for c), "substring"(a, 1), "substring"(a, 1, 2), "substring"(), "substring"(a), "substring"(a => 1)

select substring(a similar b)
--! 1:29 syntax error at or near ")"

select substring(a from 1 for 2 from 3)
--! 1:33 syntax error at or near "from"

select substring(a, b order by c)
--! 1:23 syntax error at or near "order"

select substring(distinct a)
--! 1:18 syntax error at or near "distinct"

select substring(a from 1) over ()
--! 1:28 syntax error at or near "over"

select substring(a, 1) over ()
--! 1:24 syntax error at or near "over"

select overlay(a placing b from 1), overlay(a placing b from 1 for 2), overlay(a, b, 1, 2), overlay()
--= select overlay(a placing b from 1), overlay(a placing b from 1 for 2), "overlay"(a, b, 1, 2), "overlay"()

select overlay(a placing b)
--! 1:27 syntax error at or near ")"

select overlay(a from 1)
--! 1:18 syntax error at or near "from"

select trim(a), trim(both from a), trim(both 'x' from a), trim(leading 'x' from a), trim(trailing from a), trim('x' from a), trim(from a), trim(a, 'x'), trim(both a, b), trim(both 'x' from a, b)
--= select trim(a), trim(a), trim('x' from a), trim(leading 'x' from a), trim(trailing a), trim('x' from a), trim(a), trim('x' from a), trim(b from a), trim(a, b, 'x')

select trim()
--! 1:13 syntax error at or near ")"

select trim(both)
--! 1:17 syntax error at or near ")"

select trim(a from b from c)
--! 1:22 syntax error at or near "from"

select normalize(a), normalize(a, nfc), normalize(a, NFKD)
--= select normalize(a), normalize(a, nfc), normalize(a, nfkd)

select normalize(a, b)
--! 1:21 syntax error at or near "b"

select normalize(a, 'nfc')
--! 1:21 syntax error at or near "'nfc'"

select treat(a as int)
--? 1:8 TREAT is not supported
--? hint: Write cast(x as type).

select xmlconcat(a)
--? 1:8 XML is not supported

select xmlelement(name a)
--? 1:8 XML is not supported

select collation for (a), collation('a')
--= select collation for (a), collation('a')

select collation for a
--! 1:22 syntax error at or near "a"

select current_date, current_time, current_time(3), current_timestamp, current_timestamp(0), localtime, localtimestamp(2), current_user, session_user, user, current_role, current_catalog, current_schema, current_schema()
--= select current_date, current_time, current_time(3), current_timestamp, current_timestamp(0), localtime, localtimestamp(2), current_user, session_user, user, current_role, current_catalog, current_schema, current_schema()

select current_date()
--! 1:20 syntax error at or near "("

select current_timestamp()
--! 1:26 syntax error at or near ")"

select current_timestamp(a)
--! 1:26 syntax error at or near "a"

select current_user()
--! 1:20 syntax error at or near "("

select now(), current_date - 1, current_date::text
--= select now(), current_date - 1, current_date::text

select a collate "C", a collate "C" || b, a || b collate "C", a collate pg_catalog."C", a collate c
--= select a collate "C", a collate "C" || b, a || b collate "C", a collate pg_catalog."C", a collate c

select a collate 'C'
--! 1:18 syntax error at or near "'C'"

select a collate
--= select a as "collate"

select -a collate "C", a::text collate "C", a at time zone 'x' collate "C", a collate "C" at time zone 'x'
--= select -a collate "C", a::text collate "C", a at time zone 'x' collate "C", a collate "C" at time zone 'x'

select a at time zone 'x' at time zone 'y', a at time zone b || c, a at time zone b::text, - a at time zone 'x', a + b at time zone c
--= select a at time zone 'x' at time zone 'y', a at time zone b || c, a at time zone b::text, -a at time zone 'x', a + b at time zone c

select a at time zone
--! 1:22 syntax error at end of input

select (select 1), (select 1) + 1, ((select 1)), ((select 1) + 1), (select 1)::int, (select a)[1], (select a).b, ((select 1) union (select 2)), (values (1)), (table t), ((select 1), 2)
--= select (select 1), (select 1) + 1, (select 1), (select 1) + 1, (select 1)::int4, (select a)[1], (select a).b, (select 1 union select 2), (values (1)), (select * from t), row((select 1), 2)

select (select 1, 2) = (1, 2), (select)
--= select (select 1, 2) = row(1, 2), (select)

select (1
--! 1:10 syntax error at end of input

select 1)
--! 1:9 syntax error at or near ")"

select ((1)
--! 1:12 syntax error at end of input

select ()
--! 1:9 syntax error at or near ")"

select (,)
--! 1:9 syntax error at or near ","

select 1,
--! 1:10 syntax error at end of input

select , 1
--! 1:8 syntax error at or near ","

select 1 2
--! 1:10 syntax error at or near "2"

select 1 a b
--! 1:12 syntax error at or near "b"

select 'a' a, 'b' as b
--= select 'a' as a, 'b' as b

select 'a' 'b' c
--! 1:12 syntax error at or near "'b'"

select from
--! 1:12 syntax error at end of input

select a from
--! 1:14 syntax error at end of input

select a from t,
--! 1:17 syntax error at end of input

select a from , t
--! 1:15 syntax error at or near ","

select a from t u, u v
--= select a from t as u, u as v

select a from t as u (b, c), s.t u (b), t as "U"
--= select a from t as u (b, c), s.t as u (b), t as "U"

select a from t as u ()
--! 1:23 syntax error at or near ")"

select a from t as select
--! 1:20 syntax error at or near "select"

select a from t left
--! 1:21 syntax error at end of input

select a from t values
--= select a from t as "values"

select a from t cross
--! 1:22 syntax error at end of input

select a from t set
--= select a from t as set

select a from t as natural
--! 1:20 syntax error at or near "natural"

select a from a.b.c
--? 1:15 cross-database references are not implemented: a.b.c

select a from a.b.c.d
--! 1:15 improper qualified name (too many dotted names): a.b.c.d

select a from t*, only t, only (t), t * u
--= select a from t, t, t, t as u

select a from only only
--! 1:20 syntax error at or near "only"

select a from only (s.t) u
--= select a from s.t as u

select a from t[1]
--! 1:19 syntax error at end of input
--? 1:16 syntax error at or near "["
--? hint: Names are quoted with " , and an element of the value of an expression is (expression)[1].

select a from t.*
--! 1:18 syntax error at end of input
--? 1:17 syntax error at or near "*"

select a from 't'
--! 1:15 syntax error at or near "'t'"

select a from 1
--! 1:15 syntax error at or near "1"

select a from "t", "S"."T"
--= select a from t, "S"."T"

select * from t join u on true, t inner join u on a = b, t left join u on a, t left outer join u on a, t right join u on a, t full outer join u on a, t cross join u, t natural join u, t natural left join u, t join u using (a), t join u using (a, b) as x
--= select * from t join u on true, t join u on a = b, t left join u on a, t left join u on a, t right join u on a, t full join u on a, t cross join u, t natural join u, t natural left join u, t join u using (a), t join u using (a, b) as x

select * from t join u
--! 1:23 syntax error at end of input

select * from t join on a
--! 1:22 syntax error at or near "on"

select * from t join u using a
--! 1:30 syntax error at or near "a"

select * from t join u using ()
--! 1:31 syntax error at or near ")"

select * from t join u using (a.b)
--! 1:32 syntax error at or near "."

select * from t join u on a on b
--! 1:29 syntax error at or near "on"

select * from t cross join u on a
--! 1:30 syntax error at or near "on"

select * from t natural join u on a
--! 1:32 syntax error at or near "on"

select * from t natural cross join u
--! 1:25 syntax error at or near "cross"

select * from t natural inner join u natural full join v natural right outer join w
--= select * from t natural join u natural full join v natural right join w

select * from t inner outer join u on a
--! 1:23 syntax error at or near "outer"

select * from t outer join u on a
--! 1:17 syntax error at or near "outer"

select * from t left inner join u on a
--! 1:22 syntax error at or near "inner"

select * from t join u join v on a on b
--= select * from t join (u join v on a) on b

select * from t join u join v on a join w on b on c
--= select * from t join (u join v on a join w on b) on c

select * from t join u cross join v on a
--= select * from t join (u cross join v) on a

select * from t join u natural join v on a
--= select * from t join (u natural join v) on a

select * from t join u on a join v on b left join w on c
--= select * from t join u on a join v on b left join w on c

select * from t join (u join v on a) on b
--= select * from t join (u join v on a) on b

select * from (t join u on a) as j, (t join u on a) j (a, b), ((t join u on a)), ((t cross join u) join v on a), ((t join u on a) as j join v on b)
--= select * from (t join u on a) as j, (t join u on a) as j (a, b), t join u on a, t cross join u join v on a, (t join u on a) as j join v on b

select * from ((t join u on a) as j)
--! 1:36 syntax error at or near ")"

select * from (t)
--! 1:17 syntax error at or near ")"

select * from (t u)
--! 1:19 syntax error at or near ")"

select * from ((t))
--! 1:18 syntax error at or near ")"

select * from (t, u)
--! 1:17 syntax error at or near ","

select * from (t join u on a) join v on b
--= select * from t join u on a join v on b

select * from (select 1) s, (select 1) as s, (select 1) s (a), (values (1, 2)) v (a, b), ((select 1)) s, (table t) t, (with x as (select 1) select 2) y
--= select * from (select 1) as s, (select 1) as s, (select 1) as s (a), (values (1, 2)) as v (a, b), (select 1) as s, (select * from t) as t, (with x as (select 1) select 2) as y

select * from (select 1), t
--! 1:15 subquery in FROM must have an alias
--! hint: For example, FROM (SELECT ...) [AS] foo.

select * from ((select 1))
--! 1:15 subquery in FROM must have an alias
--! hint: For example, FROM (SELECT ...) [AS] foo.

select * from ((select 1) s)
--! 1:28 syntax error at or near ")"

select * from ((select 1) s join t on true)
--= select * from (select 1) as s join t on true

select * from ((select 1) union select 2) s, ((select 1) limit 1) s, (((select 1)) order by 1) s, ((select 1) union (select 2) join t on true) s
--! 1:128 syntax error at or near "join"

select * from ((select 1) join t on true)
--! 1:16 subquery in FROM must have an alias
--! hint: For example, FROM (SELECT ...) [AS] foo.

select * from (select 1 union select 2) s join (values (1)) v on true
--= select * from (select 1 union select 2) as s join (values (1)) as v on true

select * from ((select 1) cross join t) x
--! 1:16 subquery in FROM must have an alias
--! hint: For example, FROM (SELECT ...) [AS] foo.

select * from lateral (select 1) s, lateral f(1), lateral f(1) as g (a), lateral rows from (f(1)) r
--= select * from lateral (select 1) as s, lateral f(1), lateral f(1) as g (a), lateral rows from (f(1)) as r

select * from lateral (select 1)
--! 1:23 subquery in FROM must have an alias
--! hint: For example, FROM (SELECT ...) [AS] foo.

select * from lateral t
--! 1:24 syntax error at end of input

select * from lateral (t join u on a)
--! 1:24 syntax error at or near "t"

select * from t, lateral (select a from u where u.b = t.b) x
--= select * from t, lateral (select a from u where u.b = t.b) as x

select * from t cross join lateral f(t.a) left join lateral (select 1) x on true
--= select * from t cross join lateral f(t.a) left join lateral (select 1) as x on true

select * from f(), f(1) g, f(1) as g, f(1) g (a, b), f(1) as g (a int, b text), f(1) g (a int), f(1) as (a int, b varchar(3)), s.f(1)
--= select * from f(), f(1) as g, f(1) as g, f(1) as g (a, b), f(1) as g (a int4, b text), f(1) as g (a int4), f(1) as (a int4, b varchar(3)), s.f(1)

select * from f(1) as (a, b)
--! 1:25 syntax error at or near ","

select * from f(1) (a int)
--! 1:20 syntax error at or near "("

select * from f(1) as g ()
--! 1:26 syntax error at or near ")"

select * from f(1) as (a int collate "C")
--? 1:30 COLLATE in a list of columns is not supported

select * from f(1) with ordinality, f(1) with ordinality as g (a, n), rows from (f(1), g(2)) with ordinality as r (a, b, n), rows from (f(1) as (a int)) r
--? 1:142 a list of columns within ROWS FROM is not supported

select * from f(1) with
--! 1:20 syntax error at or near "with"

select * from f(1) with ordinality with ordinality
--! 1:36 syntax error at or near "with"

select * from rows, rows r, rows from (f())
--= select * from rows, rows as r, rows from (f())

select * from rows from ()
--! 1:26 syntax error at or near ")"

select * from rows from (t)
--! 1:27 syntax error at or near ")"

select * from rows from (select 1)
--! 1:26 syntax error at or near "select"

select * from current_date, current_timestamp(3) t, coalesce(1, 2) c, cast(1 as int) x, extract(year from now()) y, current_schema, current_user u
--? 1:71 only a function can be in FROM
--? hint: Write (select …) instead.

select * from left('a', 1), generate_series(1, 10) as n, unnest(array[1, 2]) with ordinality as u (v, i), jsonb_array_elements('[]') j
--= select * from left('a', 1), generate_series(1, 10) as n, unnest(array[1, 2]) with ordinality as u (v, i), jsonb_array_elements('[]') as j

select * from left
--! 1:19 syntax error at end of input

select * from f(1) over ()
--! 1:26 syntax error at or near ")"

select * from f(1) filter (where true)
--! 1:28 syntax error at or near "where"

select * from f(distinct a)
--= select * from f(distinct a)

select * from f(variadic a) x, f(a => 1) y, f(a order by b) z, f(*) c
--= select * from f(variadic a) as x, f(a => 1) as y, f(a order by b) as z, f(*) as c

select * from f(1).a
--! 1:19 syntax error at or near "."

select * from a.b.c.f(1)
--? 1:15 improper qualified name (too many dotted names): a.b.c.f

select * from xmltable('x' passing a columns b int)
--? 1:15 XML is not supported

select * from t tablesample system (10)
--? 1:17 TABLESAMPLE is not supported

select * from t tablesample
--! 1:28 syntax error at end of input
--? 1:17 TABLESAMPLE is not supported

select a where b
--= select a where b

select a from t where
--! 1:22 syntax error at end of input

select a from t where a = 1 b
--! 1:29 syntax error at or near "b"

select a from t where a where b
--! 1:25 syntax error at or near "where"

select a from t where a glob 'x'
--! 1:25 syntax error at or near "glob"
--? 1:25 syntax error at or near "glob"
--? hint: Write like with % and _, or ~ with a regular expression.

select a from t where a regexp 'x'
--! 1:25 syntax error at or near "regexp"
--? 1:25 syntax error at or near "regexp"
--? hint: Write ~ for a match with a regular expression.

select a from t where a not null
--! 1:25 syntax error at or near "not"

select a from t where a is not null and b or not c
--= select a from t where a is not null and b or not c

select a from t where a at
--! 1:27 syntax error at end of input

select a from t where a and
--! 1:28 syntax error at end of input

select a group by a, b having c
--= select a group by a, b having c

select a group by
--! 1:18 syntax error at end of input

select a group a
--! 1:16 syntax error at or near "a"

select a group by (), a, (a, b), rollup (a, b), rollup ((a, b), c), cube (a, (b, (c, d))), grouping sets ((), (a), (a, b), rollup (a), grouping sets (b))
--= select a group by (), a, (a, b), rollup(a, b), rollup((a, b), c), cube(a, (b, c, d)), grouping sets ((), a, (a, b), rollup(a), grouping sets (b))

select a group by all a, b
--= select a group by a, b

select a group by distinct rollup (a), cube (b)
--= select a group by distinct rollup(a), cube(b)

select a group by grouping sets
--! 1:32 syntax error at end of input

select a group by grouping sets ()
--! 1:34 syntax error at or near ")"

select a group by grouping sets (())
--= select a group by grouping sets (())

select a group by grouping, cube, rollup
--= select a group by "grouping", cube, rollup

select a group by rollup ()
--! 1:27 syntax error at or near ")"

select a group by cube ()
--! 1:25 syntax error at or near ")"

select a group by rollup (a) + 1
--! 1:30 syntax error at or near "+"

select a group by (rollup (a)), (a), ((a, b)), row(a, b), (a).b, (a, b) = (c, d)
--= select a group by "rollup"(a), a, (a, b), row(a, b), (a).b, row(a, b) = row(c, d)

select a group by rollup (())
--! 1:28 syntax error at or near ")"

select a group by grouping sets ((a, b), c), grouping(a)
--= select a group by grouping sets ((a, b), c), grouping(a)

select a group by grouping sets (rollup (a, b), cube (c))
--= select a group by grouping sets (rollup(a, b), cube(c))

select a group by a order by b having c
--! 1:32 syntax error at or near "having"

select a having b group by c
--! 1:19 syntax error at or near "group"

select a having count(*) > 1
--= select a having count(*) > 1

select a order by a, b desc, c asc nulls first, d nulls last, e desc nulls last
--= select a order by a, b desc, c nulls first, d nulls last, e desc nulls last

select a order by
--! 1:18 syntax error at end of input

select a order a
--! 1:16 syntax error at or near "a"

select a order by a desc asc
--! 1:26 syntax error at or near "asc"

select a order by a nulls
--! 1:21 syntax error at or near "nulls"

select a order by nulls, nulls nulls first, nulls first
--! 1:45 syntax error at or near "nulls"

select a order by a using <
--? 1:21 ORDER BY … USING is not supported
--? hint: Write asc for using <, and desc for using >.

select a order by a using operator(pg_catalog.<) nulls first
--? 1:21 ORDER BY … USING is not supported
--? hint: Write asc for using <, and desc for using >.

select a order by a + b, (select 1), not c
--= select a order by a + b, (select 1), not c

select a limit 1, 2
--! 1:10 LIMIT #,# syntax is not supported
--! hint: Use separate LIMIT and OFFSET clauses.

select a limit 1 offset 2
--= select a limit 1 offset 2

select a offset 2 limit 1
--= select a limit 1 offset 2

select a limit all
--= select a

select a limit all offset 1
--= select a offset 1

select a limit null
--= select a limit null

select a limit 1 + 1 offset (select 1)
--= select a limit 1 + 1 offset (select 1)

select a limit 1 limit 2
--! 1:18 syntax error at or near "limit"

select a offset 1 offset 2
--! 1:19 syntax error at or near "offset"

select a limit
--! 1:15 syntax error at end of input

select a offset
--! 1:16 syntax error at end of input

select a limit a order by b
--! 1:18 syntax error at or near "order"

select a offset 1 row
--= select a offset 1

select a offset 1 rows limit 1
--= select a limit 1 offset 1

select a offset (1 + 1) rows
--= select a offset 1 + 1

select a offset 1 + 1 rows
--! 1:23 syntax error at or near "rows"

select a offset -1 rows
--= select a offset -1

select a offset - a rows
--! 1:21 syntax error at or near "rows"

select a offset -1 + 1
--= select a offset -1 + 1

select a offset f(1) rows fetch next 2 rows only
--= select a limit 2 offset f(1)

select a offset not b rows
--! 1:23 syntax error at or near "rows"

select a fetch first row only
--= select a limit 1

select a fetch first rows only
--= select a limit 1

select a fetch next 5 rows only
--= select a limit 5

select a fetch first (1 + 1) rows only
--= select a limit 1 + 1

select a fetch first 1 + 1 rows only
--! 1:24 syntax error at or near "+"

select a fetch first -5 rows only
--= select a limit -5

select a fetch first +5.5 rows only
--= select a limit +5.5

select a fetch first -a rows only
--! 1:23 syntax error at or near "a"

select a fetch first $1 rows only
--= select a limit $1

select a fetch first 5 only
--! 1:24 syntax error at or near "only"

select a fetch first 5 rows
--! 1:28 syntax error at end of input

select a fetch 5 rows only
--! 1:16 syntax error at or near "5"

select a fetch first 5 percent rows only
--! 1:24 syntax error at or near "percent"

select a order by b fetch first 5 rows with ties
--= select a order by b fetch first (5) rows with ties

select a fetch first 5 rows with ties
--! 0:0 WITH TIES cannot be specified without ORDER BY clause
--? 1:16 WITH TIES cannot be specified without ORDER BY clause

select a order by b limit 1 with ties
--! 1:29 syntax error at or near "with"

select a order by b offset 1 fetch first 5 rows with ties
--= select a order by b offset 1 fetch first (5) rows with ties

select a order by b fetch first row with ties offset 3 rows
--= select a order by b offset 3 fetch first (1) rows with ties

select a limit 1 fetch first 1 row only
--! 1:18 syntax error at or near "fetch"

select 1 union select 2
--= select 1 union select 2

select 1 union all select 2 union distinct select 3
--= select 1 union all select 2 union select 3

select 1 union select 2 intersect select 3 except select 4
--= select 1 union select 2 intersect select 3 except select 4

(select 1 union select 2) intersect select 3
--= (select 1 union select 2) intersect select 3

select 1 except (select 2 except select 3)
--= select 1 except (select 2 except select 3)

select 1 union (select 2 order by 1 limit 1)
--= select 1 union (select 2 order by 1 limit 1)

(select 1 order by 1) union all (select 2 limit 3)
--= (select 1 order by 1) union all (select 2 limit 3)

select 1 union select 2 order by 1 limit 2
--= select 1 union select 2 order by 1 limit 2

select 1 order by 1 union select 2
--! 1:21 syntax error at or near "union"

select 1 limit 1 union select 2
--! 1:18 syntax error at or near "union"

(select 1) order by 1
--= select 1 order by 1

((select 1)) limit 1
--= select 1 limit 1

(select 1 order by 1) limit 1
--= select 1 order by 1 limit 1

(select 1 order by 1) order by 2
--! 1:32 multiple ORDER BY clauses not allowed

(select 1 limit 1) limit 1
--! 1:26 multiple LIMIT clauses not allowed

(select 1 limit all) limit 1
--! 1:28 multiple LIMIT clauses not allowed

(select 1 limit all) offset 1
--= select 1 offset 1

(select 1 offset 1) offset 1
--! 1:28 multiple OFFSET clauses not allowed

(select 1 offset 1) limit 1 offset 2
--! 1:36 multiple OFFSET clauses not allowed

(select 1 order by 1 fetch first row with ties) limit 1
--! 1:55 multiple LIMIT clauses not allowed

((select 1 order by 1) limit 1) offset 1
--= select 1 order by 1 limit 1 offset 1

(select 1 union select 2) order by 1
--= select 1 union select 2 order by 1

((select 1) union (select 2)) limit 1
--= select 1 union select 2 limit 1

(select 1), 2
--! 1:11 syntax error at or near ","

(select 1) + 1
--! 1:12 syntax error at or near "+"

(1)
--! 1:2 syntax error at or near "1"

(select 1
--! 1:10 syntax error at end of input

((select 1)
--! 1:12 syntax error at end of input

select 1 union
--! 1:15 syntax error at end of input

union select 1
--! 1:1 syntax error at or near "union"

select 1 union all all select 2
--! 1:20 syntax error at or near "all"

select 1 union values (2) union table t
--= select 1 union values (2) union select * from t

select 1 minus select 2
--! 1:16 syntax error at or near "select"

values (1), (2, 3)
--= values (1), (2, 3)

values (1), (2) order by 1 limit 1
--= values (1), (2) order by 1 limit 1

values ()
--! 1:9 syntax error at or near ")"

values (1),
--! 1:12 syntax error at end of input

values 1
--! 1:8 syntax error at or near "1"

values
--! 1:7 syntax error at end of input

values (1) as v
--! 1:12 syntax error at or near "as"

table t
--= select * from t

table s.t
--= select * from s.t

table only t
--= select * from t

table only (t)
--= select * from t

table t *
--= select * from t

table t u
--! 1:9 syntax error at or near "u"

table t order by 1 limit 1
--= select * from t order by 1 limit 1

table t where a
--! 1:9 syntax error at or near "where"

table f(1)
--! 1:8 syntax error at or near "("

table
--! 1:6 syntax error at end of input

table "T" union table u
--= select * from "T" union select * from u

with a as (select 1) select * from a
--= with a as (select 1) select * from a

with a (b, c) as (select 1, 2), d as (table a) select * from d
--= with a (b, c) as (select 1, 2), d as (select * from a) select * from d

with recursive a as (select 1 union all select a + 1 from a) select * from a
--= with recursive a as (select 1 union all select a + 1 from a) select * from a

with a as materialized (select 1), b as not materialized (values (1)) table a
--= with a as materialized (select 1), b as not materialized (values (1)) select * from a

with a as not (select 1) table a
--! 1:15 syntax error at or near "("

with a as (select 1)
--! 1:21 syntax error at end of input

with a as select 1 select 2
--! 1:11 syntax error at or near "select"

with a (select 1) select 2
--! 1:9 syntax error at or near "select"

with as (select 1) select 2
--! 1:6 syntax error at or near "as"

with a () as (select 1) select 2
--! 1:9 syntax error at or near ")"

with a as (select 1), select 2
--! 1:23 syntax error at or near "select"

with a as ((select 1)) select 2
--= with a as (select 1) select 2

with a as (select 1) (select 2) limit 1
--= with a as (select 1) select 2 limit 1

(with a as (select 1) select 2) limit 1
--= with a as (select 1) select 2 limit 1

with a as (select 1) with b as (select 2) select 3
--! 1:22 syntax error at or near "with"

with a as (with b as (select 1) table b) table a
--= with a as (with b as (select 1) select * from b) select * from a

select (with a as (select 1) select * from a)
--= select (with a as (select 1) select * from a)

with recursive (a) as (select 1) table recursive
--= with recursive (a) as (select 1) select * from recursive

with recursive recursive as (select 1) table recursive
--= with recursive recursive as (select 1) select * from recursive

with time as (select 1) table time
--= with "time" as (select 1) select * from "time"

with ordinality as (select 1) table ordinality
--= with ordinality as (select 1) select * from ordinality

with a as (insert into t values (1) returning *) select 1
--? 1:12 statements that change data are not supported in WITH

with a as (delete from t) select 1
--? 1:12 statements that change data are not supported in WITH

with a as (update t set a = 1) select 1
--? 1:12 statements that change data are not supported in WITH

with a as (select 1) insert into t select 1
--? 1:22 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

with a as (select 1) update t set a = 1
--? 1:22 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

with recursive a as (select 1) search depth first by b set c table a
--? 1:32 SEARCH and CYCLE are not supported

with recursive a as (select 1) cycle b set c using d table a
--? 1:32 SEARCH and CYCLE are not supported

with select as (select 1) table a
--! 1:6 syntax error at or near "select"

with a as (select 1) values (1)
--= with a as (select 1) values (1)

with a as (explain select 1) select 2
--! 1:12 syntax error at or near "explain"

explain select 1
--= explain select 1

explain (select 1)
--= explain select 1

explain ((select 1) union select 2)
--= explain select 1 union select 2

explain values (1)
--= explain values (1)

explain with a as (select 1) table a
--= explain with a as (select 1) select * from a

explain
--! 1:8 syntax error at end of input

explain 1
--! 1:9 syntax error at or near "1"

explain explain select 1
--! 1:9 syntax error at or near "explain"

explain analyze select 1
--? 1:9 EXPLAIN is taken without options
--? hint: Write explain select …

explain verbose select 1
--? 1:9 EXPLAIN is taken without options
--? hint: Write explain select …

explain analyse verbose select 1
--? 1:9 EXPLAIN is taken without options
--? hint: Write explain select …

explain (analyze, costs off) select 1
--? 1:9 EXPLAIN is taken without options
--? hint: Write explain select …

explain (format json) values (1)
--? 1:9 EXPLAIN is taken without options
--? hint: Write explain select …

explain insert into t values (1)
--? 1:9 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

insert into t values (1)
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

update t set a = 1
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

delete from t
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

merge into t using u on a when matched then delete
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

create table t (a int)
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

create view v as select 1
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

drop table t
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

alter table t add b int
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

truncate t
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

set search_path to a, b
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Name the schema before the table: connection.table.

set search_path = a
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Name the schema before the table: connection.table.

set timezone to 'UTC'
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: There are no settings. The time zone is UTC.

set local search_path to a
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Name the schema before the table: connection.table.

show search_path
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: There are no settings. The time zone is UTC.

reset all
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: There are no settings. The time zone is UTC.

begin
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Queries need no transaction.

commit
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Queries need no transaction.

rollback
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Queries need no transaction.

start transaction
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Queries need no transaction.

copy t to stdout
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Write the query itself.

copy (select 1) to stdout
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Write the query itself.

prepare x as select 1
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

execute x
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

declare c cursor for select 1
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

fetch 1 from c
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

vacuum
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

analyze
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

lock table t
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

grant select on t to u
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

do $$ begin end $$
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

call f(1)
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

listen x
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

comment on table t is 'x'
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

select 1 into t
--? 1:10 SELECT INTO is not supported: no table can be created

select a into t from u
--? 1:10 SELECT INTO is not supported: no table can be created

select into t
--? 1:8 SELECT INTO is not supported: no table can be created

select a from t for update
--? 1:17 rows cannot be locked: FOR UPDATE and its like are not supported

select a from t for update of t nowait
--? 1:17 rows cannot be locked: FOR UPDATE and its like are not supported

select a from t for share skip locked limit 1
--? 1:17 rows cannot be locked: FOR UPDATE and its like are not supported

select a from t for read only
--? 1:17 rows cannot be locked: FOR UPDATE and its like are not supported

select a from t limit 1 for update
--? 1:25 rows cannot be locked: FOR UPDATE and its like are not supported

select a from t for
--! 1:20 syntax error at end of input
--? 1:17 rows cannot be locked: FOR UPDATE and its like are not supported

(select a from t for update) limit 1
--? 1:18 rows cannot be locked: FOR UPDATE and its like are not supported

select 1; insert into t values (1)
--? 1:11 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

select 1 select 2
--! 1:17 syntax error at or near "2"

select 1; select
--= select 1; select

select 1; foo
--! 1:11 syntax error at or near "foo"

foo
--! 1:1 syntax error at or near "foo"

foo bar
--! 1:1 syntax error at or near "foo"

1
--! 1:1 syntax error at or near "1"

'a'
--! 1:1 syntax error at or near "'a'"

"select" 1
--! 1:1 syntax error at or near ""select""

describe t
--! 1:1 syntax error at or near "describe"

pragma table_info(t)
--! 1:1 syntax error at or near "pragma"

use db
--! 1:1 syntax error at or near "use"

\d
--! 1:1 syntax error at or near "\"
--? 1:1 syntax error at or near "\"
--? hint: The commands of psql are not available. A statement ends with a semicolon.

\dt t
--! 1:1 syntax error at or near "\"
--? 1:1 syntax error at or near "\"
--? hint: The commands of psql are not available. A statement ends with a semicolon.

select 1 \g
--! 1:10 syntax error at or near "\"
--? 1:10 syntax error at or near "\"
--? hint: The commands of psql are not available. A statement ends with a semicolon.

select `a` from `t`
--! 1:12 syntax error at or near "from"
--? 1:8 syntax error at or near "`"
--? hint: Names are quoted with " .

select [a] from t
--! 1:8 syntax error at or near "["
--? 1:8 syntax error at or near "["
--? hint: Names are quoted with " , and an element of the value of an expression is (expression)[1].

select top 10 a from t
--! 1:12 syntax error at or near "10"
--? 1:12 syntax error at or near "10"
--? hint: Write limit at the end.

select a from t limit 10, 20
--! 1:17 LIMIT #,# syntax is not supported
--! hint: Use separate LIMIT and OFFSET clauses.

select a div b, 1
--! 1:14 syntax error at or near "b"
--? 1:14 syntax error at or near "b"
--? hint: Write / : of integers it gives an integer.

select a mod b
--! 1:14 syntax error at or near "b"
--? 1:14 syntax error at or near "b"
--? hint: Write % .

select a rlike b
--! 1:16 syntax error at or near "b"
--? 1:16 syntax error at or near "b"
--? hint: Write ~ for a match with a regular expression.

select ifnull(a, b)
--? 1:8 function ifnull does not exist
--? hint: Write coalesce(x, y).

select isnull(a)
--? 1:8 function isnull does not exist
--? hint: Write x is null, or coalesce(x, y).

select isnull(a, 0)
--? 1:8 function isnull does not exist
--? hint: Write x is null, or coalesce(x, y).

select a isnull
--= select a is null

select iif(a, b, c)
--? 1:8 function iif does not exist
--? hint: Write case when x then y else z end.

select nvl(a, b), group_concat(c)
--? 1:8 function nvl does not exist
--? hint: Write coalesce(x, y).

select strftime('%Y', a)
--? 1:8 function strftime does not exist
--? hint: Write to_char(x, 'YYYY-MM-DD').

select a && b || c
--= select a && b || c

select !a
--= select ! a

select a::int[]::text[]::text
--= select a::int4[]::text[]::text

select #1
--= select # 1

select ?
--! 1:9 syntax error at end of input

select a = ?
--! 1:13 syntax error at end of input

select :a
--! 1:8 syntax error at or near ":"
--= select :a

select :a + :b_2, a = :c, f(:d), array[:e, :f], (:g)::int, :h::int, :i[1], :j.k
--! 1:8 syntax error at or near ":"
--= select :a + :b_2, a = :c, f(:d), array[:e, :f], :g::int4, :h::int4, :i[1], :j.k

select a[:b], a[b:c], a[(:b)], a[1::b]
--! 1:26 syntax error at or near ":"
--= select a[:b], a[b:c], a[(:b)], a[1::b]

select a[:b:c]
--! 1:12 syntax error at or near ":"

select :
--! 1:8 syntax error at or near ":"

select : a
--! 1:8 syntax error at or near ":"

select :1
--! 1:8 syntax error at or near ":"

select :'a'
--! 1:8 syntax error at or near ":"
--? 1:8 syntax error at or near ":"
--? hint: Write :name without quotes: its value is no text but a value already.

select :"a"
--! 1:8 syntax error at or near ":"
--? 1:8 syntax error at or near ":"
--? hint: Write :name without quotes: its value is no text but a value already.

select a:b
--! 1:9 syntax error at or near ":"

select a :b
--! 1:10 syntax error at or near ":"

select ::a
--! 1:8 syntax error at or near "::"

select a::
--! 1:11 syntax error at end of input

select a:::b
--! 1:11 syntax error at or near ":"

select @
--! 1:9 syntax error at end of input

select a +
--! 1:11 syntax error at end of input

select + from t
--! 1:10 syntax error at or near "from"

select * from t where a = 'x' and (b = 1 or c in (1, 2)) and not exists (select 1 from u where u.a = t.a) group by a having count(*) > 1 order by 1 desc limit 10
--= select * from t where a = 'x' and (b = 1 or c in (1, 2)) and not exists (select 1 from u where u.a = t.a) group by a having count(*) > 1 order by 1 desc limit 10

select é, "É", É from ü
--= select "é", "É", "É" from "ü"

select a from t where b = '
--! 1:27 unterminated quoted string at or near "'"

select a from t where b = "x
--! 1:27 unterminated quoted identifier at or near ""x"

select "a
--! 1:8 unterminated quoted identifier at or near ""a"

select a; -- done
--= select a

select a /* done
--! 1:10 unterminated /* comment at or near "/* done"

select abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz
--= select abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk

select a~b, a ~~~~ b, a@b, a@@b
--= select a ~ b, a ~~~~ b, a @ b, a @@ b

select aggregate, cascade, name, type, row_number() over () from absolute
--= select aggregate, cascade, name, type, row_number() over () from absolute

select a between, b
--= select a as "between", b

select between between between and between
--= select "between" between "between" and "between"

select a in, b
--= select a as "in", b

select interval, interval '1' from t
--= select "interval", '1'::interval from t

select null, true, false, null::int, not true, null is null
--= select null, true, false, null::int4, not true, null is null

select null.a
--! 1:12 syntax error at or near "."

select true.a
--! 1:12 syntax error at or near "."

select all, b
--! 1:11 syntax error at or near ","

select any
--! 1:8 syntax error at or near "any"

select a as all, b as any
--= select a as "all", b as "any"

select desc
--! 1:8 syntax error at or near "desc"

select a desc
--= select a as "desc"

select a asc from t
--= select a as "asc" from t

select a from t order by 1 asc desc
--! 1:32 syntax error at or near "desc"

select a limit b
--= select a limit b

select case
--! 1:12 syntax error at end of input

select case when
--! 1:17 syntax error at end of input

select case case when a then b end when c then d end
--= select case case when a then b end when c then d end

select count(*) count, sum(a) sum, min(b) as min from t
--= select count(*) as count, sum(a) as sum, min(b) as min from t

select count(*) filter (where a) as f, b filter
--! 1:42 syntax error at or near "filter"

select b within
--! 1:10 syntax error at or near "within"

select b over
--! 1:10 syntax error at or near "over"

select b within group
--! 1:10 syntax error at or near "within"

select (a).b(c)
--! 1:13 syntax error at or near "("

select a.*(1)
--! 1:11 syntax error at or near "("

select a.*[1]
--! 1:14 improper use of "*" at end of input

select t.* as x, t.* y from t
--= select t.* as x, t.* as y from t

select * as x from t
--! 1:10 syntax error at or near "as"

select * y from t
--! 1:10 syntax error at or near "y"

select *.* from t
--! 1:9 syntax error at or near "."

select t.*, from t
--! 1:13 syntax error at or near "from"

select *, * from t
--= select *, * from t

select (*) from t
--! 1:9 syntax error at or near "*"

select (t.*), (t).*, row(t.*, 1), (t.*, 1) from t
--= select t.*, (t).*, row(t.*, 1), row(t.*, 1) from t

select a.b.c, a.b.c.d
--? 1:15 cross-database references are not implemented: a.b.c.d

select a.b.c.d.e
--? 1:8 improper qualified name (too many dotted names): a.b.c.d.e

select current_schema.a
--! 1:22 syntax error at or near "."

select session_user.a
--! 1:20 syntax error at or near "."

select xmlparse(document a)
--? 1:8 XML is not supported

select 1 where 1 = 1 order by 1
--= select 1 where 1 = 1 order by 1

select where a
--= select where a

select order by a
--= select order by a

select limit 1
--= select limit 1

select union select
--= select union select

select group by a
--= select group by a

select having a
--= select having a

select window w as ()
--= select window w as ()

(select)
--= select

()
--! 1:2 syntax error at or near ")"

((select))
--= select

select(1)
--= select 1

select(select 1)
--= select (select 1)

select(1)from(select 1)a
--= select 1 from (select 1) as a

select'a'from t
--= select 'a' from t

select"a"from"t"
--= select a from t

select a.b .c, a . b, a. b
--= select a.b.c, a.b, a.b

select 1from t
--! 1:8 trailing junk after numeric literal at or near "1from"

select 1 from t
--= select 1 from t

select a=-1,a>-1,a||-1
--= select a = -1, a > -1, a ||- 1

select a-1,a -1,a- 1,a--1
--= select a - 1, a - 1, a - 1, a

select '1'::int4range, '[1,2]'::numrange
--= select '1'::int4range, '[1,2]'::numrange

select a is json
--! 1:13 syntax error at or near "json"

select json_object('a': 1)
--! 1:23 syntax error at or near ":"

select json_object('a' value 1)
--! 1:24 syntax error at or near "value"

select any_value(a), range_agg(a)
--= select any_value(a), range_agg(a)

select trim(both x from y)::int, substring(x from 'a.c')::text
--= select trim(x from y)::int4, substring(x from 'a.c')::text

select a not between symmetric 1 and 2 and b
--= select a not between symmetric 1 and 2 and b

select a, b from t where (a, b) > (1, 2) and (a, b) is not null
--= select a, b from t where row(a, b) > row(1, 2) and row(a, b) is not null

select a from t where not a in (1, 2) and not (b like 'x%' escape '!')
--= select a from t where not a in (1, 2) and not b like 'x%' escape '!'

select not a and b or c, a or b and not c, (a or b) and c, not (a and b)
--= select not a and b or c, a or b and not c, (a or b) and c, not (a and b)

select a and (b and c), (a and b) and c, a or (b or c) or d
--= select a and (b and c), (a and b) and c, a or (b or c) or d

select 1 - (2 - 3), (1 - 2) - 3, 1 - 2 - 3, 2 ^ 3 ^ 4, 2 ^ (3 ^ 4), - 2 ^ 2, -(2 ^ 2)
--= select 1 - (2 - 3), 1 - 2 - 3, 1 - 2 - 3, 2 ^ 3 ^ 4, 2 ^ (3 ^ 4), -2 ^ 2, -(2 ^ 2)

select a || (b + c), (a || b) + c, a || b + c, a + b || c
--= select a || b + c, (a || b) + c, a || b + c, a + b || c

select 1,
  2 +
 é é, from
--! 3:7 syntax error at or near "from"

select 'a'
'b', 'a' -- c
 -- d
 'b', E'a'
'\n'
--= select 'ab', 'ab', 'a
--= '

select 'a' /* c */
'b'
--! 2:1 syntax error at or near "'b'"

select /* a
b */ 1 +
--! 2:9 syntax error at end of input

select 1
from t -- c
where 'é' = 1 1
--! 3:15 syntax error at or near "1"

select $1 + $2, $0
--? 1:17 there is no parameter $0

select $99999999999
--? 1:8 there is no parameter $99999999999

select 'a', E'a\0b'
--! 0:0 invalid byte sequence for encoding "UTF8": 0x00
--? 1:13 invalid byte sequence for encoding "UTF8": 0x00

select E'a\u0000'
--! 1:11 invalid Unicode escape value at or near "\u0000"

select E'\v\q\8'
--= select 'vq8'

select abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789éé from t
--= select abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789 from t

select 1 nulls first
--! 1:10 syntax error at or near "nulls"

select a.nulls, nulls from t order by nulls nulls last
--= select a.nulls, nulls from t order by nulls nulls last

select 1 as nulls first
--! 1:13 syntax error at or near "nulls"

select 1 operator(*) operator(*) 2
--= select 1 * (operator(*) 2)

select rows, range, groups, unbounded, current, cube, rollup, operator, recursive, filter, over, within from t
--= select rows, range, groups, unbounded, current, cube, rollup, operator, recursive, filter, over, within from t

select "operator"(1), "cube"(1), "rollup"(1), "row"(1), "values"(1), "interval"(1), "left"(1), "overlay"(1, 2)
--= select "operator"(1), "cube"(1), "rollup"(1), "row"(1), "values"(1), "interval"(1), left(1), "overlay"(1, 2)

select sum(a) over ("rows" order by "unbounded" range between "unbounded" preceding and "unbounded".a following)
--= select sum(a) over ("rows" order by unbounded range between "unbounded" preceding and "unbounded".a following)

select "Int", "a b", "1a", "a$", "select", "a""b", "_a1" from "T"."U" as "V" ("W")
--= select "Int", "a b", "1a", "a$", "select", "a""b", _a1 from "T"."U" as "V" ("W")

select a::"int", a::"timestamp"(3), a::"interval", a::"varchar"(3), a::"bit", a::"double", a::"numeric"
--= select a::"int", a::timestamp(3), a::interval, a::varchar(3), a::"bit", a::double, a::numeric

select a::"interval"(3)
--? 1:11 the modifiers of "interval" are not supported
--? hint: Write interval without quotes.

select - - a, - (-1), -(+a), @ (- a), - @ a, (- 1)::int, - 1::int, (a - b) - -c
--= select - -a, - -1, - +a, @ -a, -(@ a), (-1)::int4, -1::int4, a - b - -c

select a[(:b)], a[(:b + 1):c], a[1:(:b)], a[:(:b)], a[(:b)::int]
--! 1:11 syntax error at or near ":"
--= select a[(:b)], a[(:b + 1):c], a[1:(:b)], a[:(:b)], a[(:b::int4)]

select fetch from t
--! 1:14 syntax error at or near "from"

select x from t fetch
--! 1:22 syntax error at end of input

select * from t, (select 1
--! 1:27 syntax error at end of input

select * from t where a in (1, 2
--! 1:33 syntax error at end of input

select case when a then
--! 1:24 syntax error at end of input

create
--! 1:7 syntax error at end of input
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: Nothing can be changed here.

set
--! 1:4 syntax error at end of input
--? 1:1 only queries can be run: SELECT, WITH, VALUES, TABLE or EXPLAIN
--? hint: There are no settings. The time zone is UTC.

-- nothing
--=

;
--=

select 1 where a = 1 -- ;
--= select 1 where a = 1

select ';' ; select ";"
--= select ';'; select ";"

select 1 /* ; */ ; select 2
--= select 1; select 2

select a from t group by rollup (a, (b, c)), ((a)), (a, row(b, c))
--= select a from t group by rollup(a, (b, c)), a, (a, row(b, c))

select count(distinct (a, b)), count((a, b))
--= select count(distinct row(a, b)), count(row(a, b))

select (select 1)[1], ((a).b).c, (a).b[1].c, ((a)[1]).b, ('{1}'::int[])[1], (array[1])[1], ($1)[1]
--= select (select 1)[1], (a).b.c, (a).b[1].c, a[1].b, ('{1}'::int4[])[1], (array[1])[1], $1[1]

select not (a = b), not a = b, (not a) = b, not (a and b), (not a) and b, not (a is null), (not a) is null
--= select not a = b, not a = b, (not a) = b, not (a and b), not a and b, not a is null, (not a) is null

select (a = b) is null, a = (b is null), (a is null) = b, (a, b) is null, ((a is null) is null)
--= select a = b is null, a = (b is null), (a is null) = b, row(a, b) is null, (a is null) is null

select (a like b) like c, a like (b like c), (a like b) = c, (a between b and c) between d and e
--= select (a like b) like c, a like (b like c), a like b = c, (a between b and c) between d and e

select a || (b || c), (a || b) || c, a = any (b) || c, (a = any (b)) || c
--= select a || (b || c), a || b || c, (a = any (b)) || c, (a = any (b)) || c

select (a and b) and c, a and (b and c), (a or b) or c, a or (b or c), a and (b or c), (a and b) or c
--= select (a and b) and c, a and (b and c), (a or b) or c, a or (b or c), a and (b or c), a and b or c

select (a at time zone b) at time zone c, a at time zone (b at time zone c), (a || b) at time zone c, (a collate "C")::text, (-a) at time zone b, -(a at time zone b)
--= select a at time zone b at time zone c, a at time zone (b at time zone c), (a || b) at time zone c, (a collate "C")::text, -a at time zone b, -(a at time zone b)

select f(a, (b, c)), f((a, b)), f(((a)))
--= select f(a, row(b, c)), f(row(a, b)), f(a)

select a from t where x = 'y' limit :lim offset :off
--! 1:37 syntax error at or near ":"
--= select a from t where x = 'y' limit :lim offset :off

select make_interval(days => 30, hours := 2)
--= select make_interval(days => 30, hours => 2)

select a #>> '{b,c}', a->'b'->>0, a @> '{"a": 1}'::jsonb, a ?| array['b'], cidr '10.0.0.0/8' >>= b, b << '10.0.0.0/8'
--= select a #>> '{b,c}', a -> 'b' ->> 0, a @> '{"a": 1}'::jsonb, a ?| array['b'], '10.0.0.0/8'::cidr >>= b, b << '10.0.0.0/8'

select 1 operator(s.+) 2
--? 1:10 operator does not exist: s.+

select 1 operator(pg_catalog.=) 2, 3 operator(pg_catalog.>=) 4
--= select 1 = 2, 3 >= 4

select ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ 1
--! 1:8 operator too long at or near "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"

select 'a'
 'b'
 c
--= select 'ab' as c

select 'a'
 -- x
 + 'b'
--= select 'a' + 'b'

select 'a'
 -- 'x
'b'
--= select 'ab'

select E'abc
--! 1:8 unterminated quoted string at or near "E'abc"

select E'a\u00zz'
--! 1:11 invalid Unicode escape
--! hint: Unicode escapes must be \uXXXX or \UXXXXXXXX.

select E'\ud83d\u00zz'
--! 1:16 invalid Unicode escape
--! hint: Unicode escapes must be \uXXXX or \UXXXXXXXX.

select E'\ud83d\n'
--! 1:16 invalid Unicode surrogate pair at or near "\"

select E'\ud83d
--! 1:16 invalid Unicode surrogate pair at end of input

select E'\U0001F600', E'\ud83d\U0000de00'
--= select '😀', '😀'

select E'\U00110000'
--! 1:10 invalid Unicode escape value at or near "\U00110000"

select E'\xc3\xa9', E'\303\251'
--= select 'é', 'é'

select E'\xc3'
--! 0:0 invalid byte sequence for encoding "UTF8": 0xc3
--? 1:8 invalid byte sequence for encoding "UTF8": 0xc3

select E'\xe2\x82'
--! 0:0 invalid byte sequence for encoding "UTF8": 0xe2 0x82
--? 1:8 invalid byte sequence for encoding "UTF8": 0xe2 0x82

select E'\xf0\x9f\x98'
--! 0:0 invalid byte sequence for encoding "UTF8": 0xf0 0x9f 0x98
--? 1:8 invalid byte sequence for encoding "UTF8": 0xf0 0x9f 0x98

select E'a\
--! 1:8 unterminated quoted string at or near "E'a\"

select a::numeric(99999999999)
--? 1:19 value "99999999999" is out of range for type integer

select a::varchar(99999999999)
--! 1:19 syntax error at or near "99999999999"

select a::numeric(2147483647)
--= select a::numeric(2147483647)

(select 1 order by 1 fetch first row with ties) offset 1
--! 0:0 multiple limit options not allowed
--? 1:56 multiple limit options not allowed

select 1e5.a
--! 1:11 syntax error at or near "."

select $
--! 1:8 syntax error at or near "$"

select $$a
--! 1:8 unterminated dollar-quoted string at or near "$$a"

select $a
--! 1:8 syntax error at or near "$"

select a$1 from t
--= select "a$1" from t

select 1 $a$b$a$
--! 1:10 syntax error at or near "$a$b$a$"

select "a"b, "a" "b"
--= select a as b, a as b

select a"b" from t
--= select a as b from t

select a'b'
--= select 'b'::a

select a from t where a = 'b' 'c'
--! 1:31 syntax error at or near "'c'"

select "A".b as "C", x."Y" from "A", x
--= select "A".b as "C", x."Y" from "A", x

select Abc, ABC, "Abc"
--= select abc, abc, "Abc"

select x'1', b'1', n'1', u&'1'
--? 1:8 bit strings are not supported

select e'a', E'a'
--= select 'a', 'a'

select a from t order by b using > nulls last
--? 1:28 ORDER BY … USING is not supported
--? hint: Write asc for using <, and desc for using >.

select * from t, lateral u
--! 1:27 syntax error at end of input

select * from t as t tablesample bernoulli (1)
--? 1:22 TABLESAMPLE is not supported

select count(*) from t group by all
--! 1:36 syntax error at end of input

select sum(x) over (order by y rows between 1 preceding and 1 preceding)
--= select sum(x) over (order by y rows between 1 preceding and 1 preceding)

select sum(x) over (groups between unbounded preceding and unbounded following exclude no others)
--= select sum(x) over (groups between unbounded preceding and unbounded following)

select a from t group by grouping sets ((a), ()), b
--= select a from t group by grouping sets (a, ()), b

select now() - interval '30 days' as since, t between now() - interval '1 day' and now() from t
--= select now() - '30 days'::interval as since, t between now() - '1 day'::interval and now() from t

select a from t where b between now() - interval '1 day' and now() and c between 1 + 2 * -3 and 4::int
--= select a from t where b between now() - '1 day'::interval and now() and c between 1 + 2 * -3 and 4::int4

select a from t where b between (select 1) and x[1] and c between (d in (1)) and (e and f)
--= select a from t where b between (select 1) and x[1] and c between (d in (1)) and (e and f)

select x between (a collate "C" || b) and c, x between (b || a collate "C") and c, x between (- (a at time zone b)) and c, x between (a collate "C")::text and d
--= select x between (a collate "C" || b) and c, x between (b || a collate "C") and c, x between (-(a at time zone b)) and c, x between ((a collate "C")::text) and d

select 1 */* c */ 2, 1 +/* c */ 2, 1 @/* c */ 2
--= select 1 * 2, 1 + 2, 1 @ 2

select 1 +-- x
 2, 1 *--
3
--= select 1 + 2, 1 * 3

select a = b ilike c, a = b not ilike c, a = b similar to c, a = b not similar to c, a = b in (c), a = b not in (c), a = b not like c, a = b not between c and d
--= select a = b ilike c, a = b not ilike c, a = b similar to c, a = b not similar to c, a = b in (c), a = b not in (c), a = b not like c, a = b not between c and d

select (a = b) ilike c, (a = b) similar to c, (a = b) in (c), (a = b) between c and d, (a || b) like c, (a like b) || c
--= select (a = b) ilike c, (a = b) similar to c, (a = b) in (c), (a = b) between c and d, a || b like c, (a like b) || c

select a, z, A, Z, az, AZ, aZ09_, _z from "AZ"
--= select a, z, a, z, az, az, az09_, _z from "AZ"

select E'\U0010FFFF', E'\uffff', E'\U00110000'
--! 1:36 invalid Unicode escape value at or near "\U00110000"

select E'\U0010FFFF', E'\uffff', E'\ud7ff\ue000', E'\udbff\udfff'
--= select '􏿿', '￿', '퟿', '􏿿'

select E'\ud800\ud800'
--! 1:16 invalid Unicode surrogate pair at or near "\ud800"

select @ (@ a), @ @ a, @ (a || b), (@ a) || b, @ (a + b), - (@ a), (- a) ^ b, -(a ^ b), (-a)::int, -(a::int)
--= select @ (@ a), @ (@ a), @ (a || b), @ a || b, @ a + b, -(@ a), -a ^ b, -(a ^ b), (-a)::int4, -a::int4

select (a is null) is true, (a is distinct from b) is null, (a is null) is distinct from b, a is distinct from (b is distinct from c)
--= select (a is null) is true, (a is distinct from b) is null, (a is null) is distinct from b, a is distinct from (b is distinct from c)

select not (not a), (not a) = (not b), not (a or b), (not a) or b, (a or b) or (c or d), (a and b) and (c and d)
--= select not not a, (not a) = (not b), not (a or b), not a or b, (a or b) or (c or d), (a and b) and (c and d)

select (a + b) * c, a + (b * c), (a * b) + c, a - (b + c), a * (b / c), (a ^ b) * c, a ^ (b * c), (a % b) % c
--= select (a + b) * c, a + b * c, a * b + c, a - (b + c), a * (b / c), a ^ b * c, a ^ (b * c), a % b % c

select (a || b) + c, a || (b + c), (a < b) + c, a < (b + c), (a + b) < c, (a = b) <> (c = d)
--= select (a || b) + c, a || b + c, (a < b) + c, a < b + c, a + b < c, (a = b) <> (c = d)

select (a at time zone b)::text, a at time zone (b || c), a at time zone (b::text), (a + b) at time zone c, a + (b at time zone c)
--= select (a at time zone b)::text, a at time zone (b || c), a at time zone b::text, (a + b) at time zone c, a + b at time zone c

select (a collate "C") collate "D", (a || b) collate "C", a || (b collate "C"), (-a) collate "C", -(a collate "C")
--= select a collate "C" collate "D", (a || b) collate "C", a || b collate "C", -a collate "C", -(a collate "C")

select (a::int)::text, (a + b)::int, a + (b::int), (a::int)[1], (a::int).b, (a[1])::int, (a.b)::int
--= select a::int4::text, (a + b)::int4, a + b::int4, (a::int4)[1], (a::int4).b, a[1]::int4, a.b::int4
