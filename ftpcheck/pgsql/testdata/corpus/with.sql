-- WITH, also recursive.

with a as (select 1 as x) select * from a;

with a as (select 1 as x), b as (select x + 1 as y from a) select a.x, b.y from a, b;

with open as (select * from groups where unrestricted_ftp) select region, count(*) from open group by region order by region;

with a (n, m) as (select 1, 2) select m, n from a;

with a (n) as (select 1, 2) select * from a;

-- error
with a (n, m) as (select 1) select * from a;

with a as (values (1, 'x'), (2, 'y')) select column2, column1 from a order by 1;

with groups as (select 'mine' as group_id) select * from groups;

with a as (select 1 as x) select (select x from a), exists (select from a), 1 in (select x from a);

with a as (select 1 as x) select * from a a1 join a a2 using (x);

with a as materialized (select 1 as x), b as not materialized (select 2 as y) select * from a, b;

with a as (select 1 as x) select * from (with b as (select x + 1 as y from a) select y from b) t;

with a as (select 1 as x) select * from (with a as (select 2 as x) select x from a) t, a;

select (with a as (select 1 as x) select x from a), array(with a (x) as (values (2), (1)) select x from a order by x);

with a as (select 1 / 0) select 1;

-- error
with a as (select * from b), b as (select 1) select * from a;

-- error
with a as (select 1), a as (select 2) select * from a;

-- error
with a as (select 1) select * from b;

-- error
with a as (select * from a) select * from a;

with recursive t (n) as (select 1 union all select n + 1 from t where n < 10) select * from t;

with recursive t (n) as (values (1) union all select n + 1 from t where n < 100) select sum(n), count(*) from t;

with recursive t (n) as (select 1 union select (n + 1) % 5 from t) select n from t order by n;

with recursive t (n, s) as (select 1, 'a' union all select n + 1, s || 'a' from t where n < 5) select * from t order by n;

with recursive fib (a, b) as (select 0::int8, 1::int8 union all select b, a + b from fib where b < 1000) select a from fib order by a;

-- error
with recursive t (n) as (select 1 union all select n + 1.5 from t where n < 5) select * from t;

-- error
with recursive t (n) as (select 1 union all select count(*) from t) select * from t;

-- error
with recursive t (n) as (select n from t union all select 1) select * from t;

-- error
with recursive t (n) as (select 1 union all select a.n + b.n from t a, t b) select * from t;

-- error
with recursive t (n) as (select 1 union all select n + 1 from t where n in (select n from t)) select * from t;

with recursive t (n) as (select 1 union all select n + 1 from t) select n from t limit 5;

-- Which group can be reached from which, by references.
with recursive edges as (select group_id as a, referenced_group_id as b from permissions where referenced_group_id is not null and group_id is not null),
reach (a, b) as (select a, b from edges union select reach.a, edges.b from reach join edges on edges.a = reach.b)
select a, count(*), string_agg(b, ',' order by b) from reach group by a order by a;

with recursive walk (id, path) as (
  select 'sg-05', array['sg-05']
  union all
  select p.group_id, path || p.group_id from permissions p join walk w on p.referenced_group_id = w.id where p.group_id <> all (path)
)
select id, array_to_string(path, '>') from walk order by 2;

with recursive t (n, d) as (select 1, date '2026-01-31' union all select n + 1, (d + interval '1 month')::date from t where n < 4) select * from t order by n;

with recursive a (n) as (select 1 union all select n + 1 from a where n < 3), b as (select n * 10 as m from a) select * from a, b order by 1, 2;

with recursive t as (select 1 as n) select * from t;

with a as (select region, count(*) as n from groups group by region), total as (select sum(n) as all from a)
select a.region, a.n, round(100 * a.n / total."all", 1) as percent from a cross join total order by a.n desc, a.region;

with ranked as (select group_id, region, permission_count, row_number() over (partition by region order by permission_count desc nulls last, group_id) as n from groups)
select region, group_id, permission_count from ranked where n <= 2 order by region, n;

with p as (select group_id, bool_or(cidr_ip = '0.0.0.0/0' or cidr_ipv6 = '::/0') as world from permissions where is_egress is not true group by group_id)
select g.group_id, coalesce(p.world, false) as world from groups g left join p using (group_id) order by 1;

with a as (select 1 as x union all select 2) select x from a union all select x * 10 from a order by x;

with a as (select 1 as x) (select x from a) union all (select 2) order by 1 desc;

with t as (select * from groups), n as (select count(*) from t) select * from n;

with a (x) as (select generate_series(1, 3)) select sum(x) from a;

-- error
with a as (select 1 as x) select y from a;

with recursive t (n) as (select 1 union all (select n + 1 from t order by n)) select * from t limit 3;

with a as (select now() as x), b as (select now() as x) select a.x = b.x from a, b;

with t (a, b) as (values (1, null), (null, 'x')) select a is null, b from t order by b nulls first;

with recursive search (n) as (select 1 union all select n * 2 from search where n < 50) select max(n) from search;

with a as (table scans) select count(*) from a;

-- The types of both parts must be the same to the digit.
-- error
with recursive t (i) as (select 1::numeric(3, 0) union all select (i + 1)::numeric(10, 0) from t where i < 10) select * from t;

-- error
with recursive t (s) as (select 'a'::varchar(3) union all select (s || 'b')::varchar(10) from t where length(s) < 3) select * from t;

with recursive t (n) as (select 1 union select n + 1 from t) select n from t limit 5;
