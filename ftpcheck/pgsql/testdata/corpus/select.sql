-- The select list and the names of its columns.

select 1;

select 1, 'one', 1.0, true, null;

select 1 as a, 2 as "A", 3 as "a b", 4 "quoted", 5 bare;

select 1 + 1, -1, 'a' || 'b', not true, 1 = 1;

-- A function names its column, and so do a cast and CASE.
select upper('a'), count(*), coalesce(null, 1), nullif(1, 2), greatest(1, 2), least(1, 2);

select '1'::int, cast('1' as bigint), int '1', 1::text, '1'::numeric(10, 2), '1'::double precision;

select 1::int4, 1::int8, 1::int2, 1.5::float8, 'a'::varchar(3), 'a'::character varying;

select case when true then 1 end, case 1 when 1 then 'a' else 'b' end;

select case when true then group_name end, case when false then arn else group_id end from groups where group_id = 'sg-01';

select (case when true then 1 end)::text, upper('a')::text, (1 + 1)::text;

select current_date is not null, exists (select 1), 1 in (1, 2), 1 between 0 and 2, array[1, 2], row(1, 2) = row(1, 2);

select array[1, 2], array(select 1), (select 1), (select 1 as x), (select group_id from groups where group_id = 'sg-01');

select (array[1, 2])[1], ('{"a": 1}'::jsonb)->'a', ('{"a": 1}'::jsonb) ->> 'a';

select extract(year from date '2026-11-27'), position('b' in 'abc'), substring('abc' from 2), trim(' a '), overlay('abc' placing 'x' from 2);

select 'a' collate "C", 'a' like 'a', 'a' similar to 'a', 1 is null, true is true, 1 is distinct from 2;

select timestamp '2026-11-27 10:00' at time zone 'UTC', interval '1 day', date '2026-11-27';

-- Names of tables and columns are folded, quoted ones are not.
select GROUP_ID, "group_id", Groups.Group_Id, "groups"."group_id" from GROUPS where group_id = 'sg-01';

select g.* from groups g where g.group_id = 'sg-01';

select *, group_id as again from groups where group_id = 'sg-02';

select g.group_id, p.* from groups g, permissions p where g.group_id = p.group_id and p.rule_id = 'sgr-001';

select * from groups g cross join scans s where g.group_id = 'sg-26' and s.scan_id = 10;

select count(*) from groups;

select count(*) as n, count(arn) as with_arn from groups;

-- Every column of ours as it is written.
select * from groups order by group_id;

select * from permissions order by rule_id;

select * from scans order by scan_id;

select * from every order by id;

select groups.group_id from groups where groups.region = 'sa-east-1' order by 1;

-- A column can be named as a keyword that is not reserved.
select 1 as name, 2 as value, 3 as type, 4 as "order", 5 as year, 6 as key;

select 1 as select_, 'x' as "from", 'y' as "select";

select name.value from (select 1 as value) as name;

-- A long name is cut off at 63 bytes.
select 1 as a234567890123456789012345678901234567890123456789012345678901234567890;

select 1 as "ÄÖÜ", 2 as ÄÖÜ, 3 as état;

select;

select from groups where group_id = 'sg-01';

select distinct region from groups;

select all region from groups where region = 'eu-west-1';

table scans;

select (1), ((2)), (((select 3)));

select 'it''s', E'a\nb\t\\';

-- refused: U& strings
select U&'\00e9\+01F600';

-- error
select 'a' 'b';

select 'a'
  'b';

select $$dollar 'quoted'$$, $tag$a $$ b$tag$;

-- refused: bit strings
select B'1' is null;

-- refused: bit strings
select X'1F' is not null;

select 1 /* a comment /* in a comment */ */ + 2 -- and one to the end of the line
  , 3;

select "group_id" "id", group_name "Name" from groups where group_id = 'sg-30';

select 1 as a, 1 as a, 1 as a;

select a + b as sum from (select 1 as a, 2 as b) t;

-- refused: fields of composite values
select (t).a from (select 1 as a, 2 as b) t;

select t.a, t.b from (values (1, 'x')) as t (a, b);

select count(*) filter (where true), sum(1) over (), row_number() over () from groups where group_id = 'sg-01';

-- The row of a table as a value.
-- refused: a whole row as a value
select g is null, g is not null from groups g where group_id = 'sg-26';

select true and true, true or false, not false, (true), null and true, null or true;

select 1 where true;

select 1 where false;

select 'a' as x where 1 = 1 order by x limit 1;

select jsonb_build_object('id', group_id, 'open', unrestricted_ftp) from groups where group_id in ('sg-01', 'sg-03');

select group_id, unrestricted_ftp, case when unrestricted_ftp then 'alarm' when not unrestricted_ftp then 'ok' else 'error' end as status, group_name || coalesce(' in ' || vpc_id, '') as reason from groups order by group_id;

select abs(-1), pg_catalog.abs(-1), pg_catalog.upper('a');

select int8 '1', text 'a', bool 't', date '2026-01-01', jsonb '{"b":1,"a":2}', cidr '10.0.0.0/8', inet '10.0.0.1';

-- refused: current_user
select current_user is not null;

select interval '1' day, interval '1-2' year to month, interval '1 2:03' day to minute, interval(0) '1.6 seconds';

select not not true, - - 1, + 1, 1 - -1, ~1, @ -1;

select 2 ^ 3 ^ 2, 2 + 3 * 4, -2 ^ 2, 10 - 5 - 2, 7 / 2 * 2, (1 < 2) = true, not 1 = 2;

-- error
select 1 < 2 = true;

select 1 between 0 and 2 and true, 'a' || 'b' = 'ab', 1 + 1 || 'x', 'a' like 'a' = true;

-- refused: pg_typeof
select pg_typeof(1)::text;

-- refused: pg_typeof
select pg_typeof('a'::text)::text;
