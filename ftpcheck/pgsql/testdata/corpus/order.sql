-- ORDER BY, nulls, LIMIT, FETCH WITH TIES.

select group_id, region from groups order by region, group_id;

select group_id, region from groups order by region desc, group_id;

select group_id, region from groups order by region nulls first, group_id desc;

select group_id, region from groups order by region desc nulls last, group_id;

select group_id, permission_count from groups order by 2 desc, 1;

select group_id as id from groups order by id desc;

-- A name of the select list wins over a column, but not inside an expression.
select group_id, -permission_count as permission_count from groups where permission_count < 100 order by permission_count, group_id;

select group_id, -permission_count as permission_count from groups where permission_count < 100 order by permission_count + 0, group_id;

-- error
select group_id as id from groups order by id || '';

-- error
select group_id from groups order by 2;

-- error
select group_id from groups order by 0;

-- error
select group_id from groups order by 'group_id';

select group_id from groups order by 'group_id'::text, group_id;

select group_id from groups order by 1 + 1, group_id;

select group_id from groups order by length(group_name), group_name, group_id;

select group_id from groups order by unrestricted_ftp, group_id;

select group_id from groups order by unrestricted_ftp desc nulls last, permission_count nulls first, group_id desc;

select group_id from groups order by unrestricted_ftp is null, not unrestricted_ftp, group_id;

select group_id from groups order by case region when 'us-east-1' then 1 when 'eu-west-1' then 2 else 3 end, group_id;

select group_id, risk from groups order by risk, group_id;

select group_id, ratio from groups order by ratio desc, group_id;

select group_id, started_at from groups order by started_at desc nulls last, group_id;

select group_id, day from groups order by day, group_id;

select group_id from groups order by lower(group_name) desc nulls last, group_id;

-- refused: ORDER BY … USING
select group_name from groups order by group_name using <;

-- refused: ORDER BY … USING
select group_name from groups order by group_name using >;

-- refused: ordering by a row
select group_id from groups order by (region, group_id) desc;

select group_id from groups order by group_id limit 5;

select group_id from groups order by group_id limit 5 offset 3;

select group_id from groups order by group_id offset 27;

select group_id from groups order by group_id offset 3 limit 2;

select group_id from groups order by group_id limit 0;

select group_id from groups order by group_id limit all;

select group_id from groups order by group_id limit null offset null;

select group_id from groups order by group_id offset 100;

select group_id from groups order by group_id limit 1 + 1 offset 2 * 2;

select group_id from groups order by group_id limit (select count(*) from scans) - 7;

select group_id from groups order by group_id limit '2';

select group_id from groups order by group_id limit 2.5;

-- error
select group_id from groups order by group_id limit -1;

-- error
select group_id from groups order by group_id offset -1;

-- error
select group_id from groups order by group_id limit 'x';

-- error
select group_id from groups order by group_id limit permission_count;

-- error
select group_id from groups order by group_id limit 1 limit 2;

select group_id from groups order by group_id fetch first 3 rows only;

select group_id from groups order by group_id fetch first row only;

select group_id from groups order by group_id offset 2 rows fetch next 2 rows only;

-- unordered
select priority, rule_id from permissions order by priority desc fetch first 5 rows with ties;

-- unordered
select priority from permissions order by priority fetch first 3 rows with ties;

-- unordered
select region, group_id from groups order by region nulls first fetch first 1 rows with ties;

-- unordered
select permission_count, group_id from groups where permission_count is not null order by permission_count offset 1 rows fetch first 2 rows with ties;

-- error
select group_id from groups fetch first 2 rows with ties;

-- Without a total order, any of those that are equal may come first.
-- unordered
select region from groups order by region limit 3;

-- unordered
select group_id, region from groups order by region;

select region, count(*) from groups group by region order by count(*), region;

select region from groups group by region order by count(*) desc, 1;

-- error
select region from groups group by region order by group_id;

select g.group_id from groups g order by g.region, g.group_id limit 4;

select * from (select group_id, row_number() over (order by group_id desc) as n from groups) t where n <= 3 order by n;

select group_id from groups where region = 'eu-west-1' union all select group_id from groups where region = 'sa-east-1' order by group_id desc limit 4;

-- error
select group_id from groups union all select rule_id from permissions order by lower(group_id);

select ports, group_id from groups where jsonb_typeof(ports) = 'array' order by jsonb_array_length(ports) desc, group_id;

select group_id from groups order by tags->>'env' nulls first, group_id;

select group_id from groups order by cidr desc nulls last, group_id limit 6;

select t from every order by t nulls first, id;

select b, id from every order by b desc, id desc;

select iv, id from every order by iv desc nulls last, id;

select tm, id from every order by tm, id;

select jb, id from every order by jb desc, id;

select i4s, id from every order by i4s, id;

select ns, id from every order by ns desc nulls last, id;

select f8s, id from every order by f8s, id;

select bytes, id from every order by bytes, id;

select c, i, id from every order by c, i, id;

select d, id from every order by d desc nulls last, id;

-- error
select j from every order by j;

select x from (values (3), (1), (null), (2)) t (x) order by x;

select x from (values (3), (1), (null), (2)) t (x) order by x desc;

select x from (values ('a'), ('B'), ('_'), ('é'), ('z'), ('Z'), (''), (' ')) t (x) order by x;

-- refused: rows as values
select x from (values (row(1, 2)), (row(1, 1)), (row(0, 9))) t (x) where false order by x;

-- refused: random
select group_id from groups order by random() * 0, group_id;

-- error
(select group_id from groups order by group_id limit 2) order by group_id desc;

(select group_id from groups limit 100) order by group_id desc;

(select 1 as x) union all (select 0) order by x;

select 1 as one order by one;

-- error
select 1 as one order by two;

select group_id, group_id as x from groups order by groups.group_id desc limit 1;

select g.*, 1 as n from scans g order by g.scan_id limit 1;
