-- Functions that give rows, and how their columns are named.

-- ordered
select * from generate_series(1, 5);

-- ordered
select * from generate_series(5, 1, -2);

select * from generate_series(5, 1);

select * from generate_series(1, null);

-- error
select * from generate_series(1, 5, 0);

select n from generate_series(1, 3) n;

select n.n, n from generate_series(1, 3) as n order by 1;

select g.x from generate_series(1, 3) as g (x) order by x desc;

select generate_series from generate_series(1, 2) order by 1;

select generate_series.generate_series from generate_series(1, 2) order by 1;

-- error
select t.generate_series from generate_series(1, 2) as s (t);

-- error
select generate_series from generate_series(1, 2) as n;

select * from generate_series(1.0, 2.0, 0.25);

select * from generate_series(1::int8, 3);

-- error
select * from generate_series(1::float8, 2);

select * from generate_series(timestamp '2026-01-01', '2026-01-03', '12 hours');

select * from generate_series(timestamptz '2026-01-31Z', '2026-05-01Z', '1 month');

select * from generate_series(date '2026-01-01', date '2026-01-03', '1 day');

select d::date as day from generate_series('2026-11-25'::date, '2026-11-27', '1 day') d order by 1;

select * from unnest(array[1, 2]) u;

select * from unnest(array[1, 2]) with ordinality;

select u.x, u.n from unnest(array['a', 'b']) with ordinality u (x, n) order by n;

select u.ordinality, u.u from unnest(array['a', 'b']) with ordinality u order by 1;

select * from unnest(array[1, 2], array['x']);

select * from rows from (generate_series(1, 3), unnest(array['a', 'b'])) as t (n, s);

select * from rows from (generate_series(1, 2), generate_series(5, 7)) with ordinality;

-- The columns of jsonb_each are named by the function, that of jsonb_array_elements, too.
select key, value from jsonb_each('{"a": 1}');

select e.key, e.value from jsonb_each('{"a": 1}') e;

select k, v from jsonb_each('{"a": 1}') as e (k, v);

select value from jsonb_array_elements('[1, 2]');

select e.value from jsonb_array_elements('[1, 2]') e order by 1;

select e from jsonb_array_elements('[1, 2]') e order by 1;

select x from jsonb_array_elements('[1, 2]') as e (x) order by 1;

select jsonb_object_keys from jsonb_object_keys('{"a": 1, "b": 2}');

select k from jsonb_object_keys('{"a": 1, "b": 2}') k order by k;

select k.k from jsonb_object_keys('{"a": 1, "b": 2}') k order by 1;

-- error
select k.jsonb_object_keys from jsonb_object_keys('{"a": 1}') k;

select regexp_matches from regexp_matches('a1b2', '\d', 'g');

select m[1] from regexp_matches('a1b2', '\d', 'g') m order by 1;

select part, n from regexp_split_to_table('a,b,c', ',') with ordinality as t (part, n) order by n;

select string_to_table from string_to_table('a,b', ',');

select s from string_to_table('a,,b', ',', '') s order by s nulls first;

-- In the select list.
-- ordered
select generate_series(1, 3);

-- ordered
select generate_series(1, 3), 'x';

-- ordered
select generate_series(1, 3), generate_series(1, 2);

select generate_series(1, 2) + 10 as n order by n;

select group_id, unnest(array['a', 'b']) from groups where group_id < 'sg-03' order by 1, 2;

select group_id, jsonb_array_elements(ports) from groups where group_id in ('sg-01', 'sg-07');

-- refused: fields of composite values
select group_id, (jsonb_each(tags)).key from groups where group_id = 'sg-01';

-- refused: fields of composite values
select group_id, (jsonb_each(tags)).* from groups where group_id = 'sg-01';

select unnest(array[1, 2]), unnest(array['a', 'b', 'c']);

select count(*) from (select generate_series(1, 10)) t;

select x, count(*) from (select unnest(array['a', 'b', 'a']) as x) t group by x order by x;

-- refused: set-returning functions in GROUP BY
select unnest(array['a', 'b', 'a']) as x, count(*) from groups group by 1 order by 1;

select sum(x) from (select generate_series(1, 3) as x) t;

-- error
select sum(generate_series(1, 3));

-- error
select 1 where generate_series(1, 3) = 2;

-- error
select case when true then generate_series(1, 3) end;

-- error
select coalesce(generate_series(1, 3), 0);

select unnest('{}'::int[]), 1;

select unnest(null::int[]);

select group_id, unnest(regions) from groups join scans using (region) where group_id in ('sg-01', 'sg-13') order by 1, 2 nulls last;

select generate_series(1, 2), generate_series(3, 4) from generate_series(1, 2);

select * from generate_series(1, 3) a, generate_series(a, 3) b order by 1, 2;

select * from generate_series(1, 2) a cross join lateral unnest(array[a, a * 10]) b order by 1, 2;

select a, b from generate_series(1, 3) a left join generate_series(2, 3) b on a = b order by a;

select * from upper('a');

select * from upper('a') as x;

select * from abs(-1) with ordinality;

select n = now() from now() n;

select * from coalesce(1, 2) c;

-- refused: a function with a list of column definitions
select * from jsonb_to_record('{"a": 1}') as t (a int, b text);

-- error
select * from jsonb_to_record('{"a": 1}');

-- error
select * from jsonb_each('{"a": 1}') as t (a, b, c);

-- error
select * from generate_series(1, 2) as t (a, b);

-- error
select * from no_such_function(1);

-- error
select * from sum(1);

-- error
select * from row_number();

select distinct generate_series(1, 3) % 2 order by 1;

select generate_series(1, 10) order by 1 desc limit 3;

select generate_series(1, 3) limit 0;

select * from (select 1 as a, generate_series(1, 2) as b) t order by b;

select array(select generate_series(1, 3)), (select generate_series(7, 7)), 2 in (select generate_series(1, 3));
