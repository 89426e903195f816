-- Booleans and casts between types.

select 'true'::bool, 't'::bool, 'yes'::bool, 'y'::bool, 'on'::bool, '1'::bool, 'TRUE'::bool, ' true '::bool, 'tru'::bool;

select 'false'::bool, 'f'::bool, 'no'::bool, 'n'::bool, 'off'::bool, 'of'::bool, '0'::bool;

-- error
select 'o'::bool;

-- error
select ''::bool;

-- error
select 'maybe'::bool;

-- error
select -1::bool;

select 1::bool, 0::bool, (-1)::bool, 2::bool, true::int, false::int;

-- error
select 1::int8::bool;

-- error
select true::int8;

-- error
select 1.0::bool;

select true::text, false::text, true::varchar, 't'::text::bool, ('tr' || 'ue')::bool;

select true || '', 'is ' || true, concat(true, false, null), format('%s', true);

select bool_and(b), bool_or(b), every(b) from every;

select '12'::int, ' 12 '::int, '-12'::int, '+12'::int, '0012'::int;

-- error
select '12a'::int;

-- error
select ''::int;

-- error
select '1.5'::int;

-- error
select '1e3'::int;

-- error
select '99999999999'::int;

-- error
select 99999999999::int;

-- error
select 32768::int2;

-- error
select '32768'::int2;

-- error
select 9223372036854775808::int8;

-- error
select '9223372036854775808'::int8;

select 2147483648::int8, 2147483647::int, -2147483648::int8, 9223372036854775807, 9223372036854775808, -9223372036854775808;

-- Half goes away from zero for numeric, and to even for double precision.
select 0.5::int, 1.5::int, 2.5::int, -0.5::int, -2.5::int, 0.5::float8::int, 1.5::float8::int, 2.5::float8::int, -2.5::float8::int;

select 1.4::numeric::int8, '1.9'::numeric::int, 1e3::int, 123.456::numeric(5, 1), 123.456::numeric(5), 0.05::numeric(3, 1), -0.05::numeric(3, 1);

-- error
select 1000::numeric(3);

-- error
select 'NaN'::numeric::int;

-- error
select 'Infinity'::float8::int8;

-- error
select 1e20::float8::int8;

select 1::text, 1.50::text, 1.5e10::float8::text, 1e100::float8::text, 1e-5::float8::text, 0.1::float8::text, 100000000000000000000::float8::text;

select '1.50'::numeric::text, '1e5'::numeric::text, '.5'::numeric, '5.'::numeric, '-.5'::numeric, 'nan'::numeric, 'inf'::numeric, '-infinity'::float8;

select 'abc'::varchar(2), 'abc'::text::varchar(2), 'a'::varchar(2), 'abc'::varchar;

-- refused: the type bpchar
select 'ab'::char(5) is not null;

select '2026-11-27'::date::text, '2026-11-27 10:11:12'::timestamp::date, '2026-11-27'::date::timestamp, '2026-11-27'::date::timestamptz;

select '2026-11-27 10:11:12.5'::timestamp::time, '2026-11-27 10:11:12+02'::timestamptz::timestamp, '10:11'::time::interval, '26:10:11'::interval::time;

select '{"a":1}'::jsonb::text, '{"a" : 1}'::json::text, '{"a" : 1}'::json::jsonb, '{"b":1,"a":2}'::jsonb::json;

select '1'::jsonb::int, '1.5'::jsonb::numeric, 'true'::jsonb::bool, '2'::jsonb::int8, '1.5'::jsonb::float8, '1.6'::jsonb::int;

-- error
select '"1"'::jsonb::int;

-- error
select 'null'::jsonb::bool;

-- error
select '{}'::jsonb::int;

select '{1,2}'::int[], array['1', '2']::int[], array[1, 2]::text[], array[1.4, 2.5]::int[], '{1,2}'::text::int[], array[1, 2]::text;

select '10.0.0.0/8'::cidr::inet, '10.0.0.1/8'::inet::cidr, '10.0.0.1'::inet::text, '10.0.0.0/8'::cidr::text;

select cast(null as int), null::text, null::jsonb, null::int[];

select 1, 1.0, 'a', null, 9999999999, 'a'::text || 'b';

select 1 + 1.5, 1 / 2, 1::int8 + 1, 1.0::float8 + 1, sum(1), avg(1), count(*);

select coalesce(1, 2.5), coalesce(null, 1::int8, 2), case when true then 1 else 2.5 end, greatest(1, 2.5, 3::float8);

select coalesce('1', 2), case when false then '1' else 2 end, nullif('1', 1), 1 in ('1', '2');

-- error
select coalesce('a', 1);

-- error
select case when true then 1 else 'a'::text end;

-- error
select 1 = 'a'::text;

-- error
select 'a' + 1;

-- error
select '1'::text + 1;

select '1' + 1, 1 + '1', '5' * 2.5, '2026-11-27' - date '2026-11-01', date '2026-11-27' + 1;

-- error
select date '2026-11-27' + '1 day';

select 1 = 1.0, 1::int8 = 1::int2, 1.5 = 1.5::float8, 0.1 = 0.1::float8, 0.1::float8 + 0.2::float8 = 0.3, 0.1 + 0.2 = 0.3;

select 1 union all select 2.5;

select null union all select 1;

select 'a' union all select null;

-- error
select 1 union select 'a';

select '1' union select 2;

select id, b::text, b::int from every where id <= 4 order by id;

select id, i2::int4, i4::int8, i8::numeric, i4::float8 from every order by id;

select id, n::text, f8::text from every order by id;

select id, d::text, tm::text, ts::text, tstz::text, iv::text from every order by id;

select id, j::text, jb::text, c::text, i::text, bytes::text from every order by id;

select id, bs::text, i4s::text, ns::text, f8s::text, ts_::text, ds::text from every order by id;

select id, t::bytea from every where id in (1, 4, 5) order by id;

select '\x6162'::bytea, 'abc'::bytea, '\101'::bytea, encode('abc', 'hex'), encode('abc', 'base64'), decode('616263', 'hex');

-- refused: convert_from
select convert_from('\xc3a9', 'UTF8');

select text '1' || 1, 1 || text 'x', 'a' || null || 'b', 1.5 || 'x', 'd: ' || date '2026-11-27';

-- error
select 1 || 2;

-- error
select cast('x' as no_such_type);

select int4(1.6), text(true), int8('5'), float8(1), bool('t'), date('2026-01-01');

select text(1);

select '1'::int::bool::text::bool::int;

select (1.0 / 3)::numeric(10, 4), (2.0 / 3)::float8, (1 / 3.0)::text;
