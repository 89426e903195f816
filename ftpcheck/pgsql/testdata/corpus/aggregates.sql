-- Aggregates, FILTER, WITHIN GROUP, grouping sets.

select count(*), count(vpc_id), count(distinct vpc_id), count(unrestricted_ftp) from groups;

select sum(permission_count), avg(permission_count), min(permission_count), max(permission_count) from groups where permission_count < 50;

select count(*), sum(permission_count), avg(permission_count), min(group_id), max(day), bool_and(unrestricted_ftp), array_agg(group_id), string_agg(group_id, ','), jsonb_agg(group_id) from groups where false;

select region, count(*) from groups group by region;

select region, account_id, count(*) from groups group by region, account_id order by region, account_id;

select region, count(*) as n from groups group by region having count(*) > 3 order by n desc, region;

select region as r, count(*) from groups group by r order by r;

select region, count(*) from groups group by 1 order by 2 desc, 1;

select upper(region), count(*) from groups group by upper(region) order by 1;

select region || '/' || account_id as place, count(*) from groups group by region, account_id order by 1;

-- A column of the primary key is not known here, so each column must be grouped.
-- error
select group_id, group_name, count(*) from groups group by group_id;

-- error
select region, vpc_id from groups group by region;

-- error
select region, count(*) from groups;

-- error
select * from groups group by region;

-- error
select count(count(*)) from groups;

-- error
select region from groups where count(*) > 1 group by region;

-- error
select region from groups group by count(*);

-- A name of the select list that is also a column of the table is the column.
select lower(region) as region, count(*) from groups group by region order by 1;

select unrestricted_ftp, count(*) from groups group by unrestricted_ftp order by 1;

select unrestricted_ftp, count(*), count(unrestricted_ftp) from groups group by 1 order by 1 nulls first;

select count(*) filter (where unrestricted_ftp), count(*) filter (where not unrestricted_ftp), count(*) filter (where unrestricted_ftp is null), sum(permission_count) filter (where region = 'eu-west-1'), max(group_id) filter (where false) from groups;

select region, count(*) filter (where unrestricted_ftp) * 100 / count(*) as percent from groups group by region order by region;

select region, round(100.0 * count(*) filter (where unrestricted_ftp) / count(*), 1) as percent from groups group by region order by region;

select region, sum(case when unrestricted_ftp then 1 else 0 end) as open, sum(unrestricted_ftp::int) as summed from groups group by region order by region;

select bool_and(unrestricted_ftp), bool_or(unrestricted_ftp), every(unrestricted_ftp) from groups;

select region, bool_or(unrestricted_ftp), bool_and(unrestricted_ftp) from groups group by region order by region;

select string_agg(group_id, ',' order by group_id desc), string_agg(distinct region, ',' order by region), array_agg(distinct account_id order by account_id desc nulls first) from groups;

-- error
select string_agg(distinct group_id, ',' order by region) from groups;

select string_agg(region, ',' order by group_id) filter (where region like 'eu%') from groups;

-- refused: aggregates of rows
select count(distinct (region, account_id)), count(distinct lower(group_name)) from groups;

select sum(distinct priority), avg(distinct priority), count(distinct priority), sum(priority) from permissions;

select avg(from_port), avg(weight), avg(priority), avg(priority::int2), avg(priority::float8), avg(took), avg(priority), avg(priority::float8) from permissions, scans where scan_id = 1;

select sum(1::int2), sum(1), sum(1::int8), sum(1.0), sum(1::float8), sum(interval '1 day'), count(1), min(1), max('a');

-- sum of bigint is numeric, so nothing overflows.
select sum(x) from (values (9223372036854775807), (1)) t (x);

select sum(x), avg(x) from (values (0.1::float8), (0.2), (0.3)) t (x);

select sum(x), avg(x), min(x), max(x) from (values ('NaN'::numeric), (1)) t (x);

select sum(x) from (values ('Infinity'::float8), ('-Infinity')) t (x);

select stddev(priority), stddev_samp(priority), stddev_pop(priority), variance(priority), var_pop(priority), var_samp(weight) from permissions;

select stddev(x), variance(x), stddev_pop(x) from (values (1)) t (x);

-- refused: corr
select round(corr(priority, n)::numeric, 6), regr_count(priority, n), round(covar_pop(priority, n)::numeric, 6) from (select priority::float8, substr(rule_id, 5)::float8 as n from permissions) t;

select bit_and(priority), bit_or(priority), bit_xor(priority) from permissions;

select percentile_cont(0.5) within group (order by priority), percentile_disc(0.5) within group (order by priority), mode() within group (order by ip_protocol) from permissions;

select percentile_cont(array[0.25, 0.5, 0.75]) within group (order by weight::float8), percentile_disc(array[0, 0.9, 1]) within group (order by weight) from permissions;

-- refused: percentile_cont
select percentile_cont(0.5) within group (order by took), percentile_disc(0.5) within group (order by status) from scans;

select region, percentile_cont(0.9) within group (order by permission_count) from groups where permission_count < 1000 group by region order by region;

select mode() within group (order by region desc), mode() within group (order by region) from groups where region <> 'us-east-1';

-- refused: rank
select rank(5) within group (order by priority), dense_rank(5) within group (order by priority), percent_rank(5) within group (order by priority), cume_dist(5) within group (order by priority) from permissions;

-- error
select percentile_cont(1.5) within group (order by priority) from permissions;

-- error
select percentile_cont(0.5) from permissions;

-- error
select sum(priority) within group (order by priority) from permissions;

select min(group_name), max(group_name), min(started_at), max(started_at), min(day), max(day), min(addr), max(cidr), min(risk), max(ratio) from groups;

-- error
select max(unrestricted_ftp) from groups;

-- error
select sum(group_name) from groups;

-- error
select max(tags) from groups;

select region, account_id, count(*) from groups group by grouping sets ((region), (account_id), ());

select region, account_id, count(*), grouping(region), grouping(account_id), grouping(region, account_id) from groups group by rollup (region, account_id);

select region, account_id, count(*), grouping(region, account_id) as g from groups group by cube (region, account_id) order by g, region, account_id;

select coalesce(region, 'all') as region, count(*) from groups where region is not null group by rollup (region) order by grouping(region), 1;

select region, unrestricted_ftp, count(*) from groups group by region, rollup (unrestricted_ftp);

select region, count(*) from groups group by grouping sets (region, ()) having count(*) > 5;

select count(*) from groups group by ();

select count(*) from groups where false group by ();

select count(*) from groups where false group by region;

select count(*) from groups where false group by rollup (region);

select region, vpc_id, account_id, count(*) from groups where region like '%east%' group by rollup ((region, account_id), vpc_id);

select a, b, count(*) from (values (1, 1), (1, 2), (2, 1)) t (a, b) group by distinct rollup (a, b), rollup (a, b);

select a, b, count(*) from (values (1, 1), (1, 2), (2, 1)) t (a, b) group by rollup (a, b), rollup (a, b);

select a, sum(b) filter (where b > 1), grouping(a) from (values (1, 1), (1, 2), (2, 1)) t (a, b) group by grouping sets ((a), ()) order by 3, 1;

-- error
select grouping(vpc_id) from groups group by region;

-- error
select grouping(region) from groups;

select region, jsonb_object_agg(group_id, permission_count order by group_id) from groups where region is not null group by region order by region;

select max(n), min(n), sum(n) from (select count(*) as n from groups group by vpc_id) t;

select having_n, count(*) from (select region, count(*) as having_n from groups group by region having bool_or(unrestricted_ftp)) t group by 1 order by 1;

select 'x' from groups having count(*) > 1;

select 1 from groups having false;

select count(*) from groups having count(*) < 0;

select region from groups group by region having max(permission_count) is null order by 1;

select ip_protocol, from_port, count(*) from permissions group by ip_protocol, from_port having count(*) > 2 order by count(*) desc, ip_protocol nulls last, from_port;

select case when from_port <= 21 and to_port >= 20 then 'ftp' when from_port is null then 'all' else 'other' end as class, count(*) from permissions group by 1 order by 1;

select case when from_port <= 21 and to_port >= 20 then 'ftp' else 'other' end as class, is_egress, count(*), count(distinct group_id) from permissions group by class, is_egress order by class, is_egress;

select date_trunc('year', started_at), count(*) from groups group by date_trunc('year', started_at) order by 1;

select priority % 2 = 0 as even, sum(weight), avg(weight), round(avg(weight), 2) from permissions group by 1 order by 1;

select group_id, sum(to_port - from_port + 1) as ports from permissions where ip_protocol = 'tcp' and not is_egress group by group_id order by 2 desc nulls last, 1 limit 10;

select count(*), region from groups group by region order by count(*) desc, region desc;

select region from groups group by region order by max(permission_count) desc nulls last, region;

select sum(count(*)) over (), region, count(*) from groups group by region order by region;

select region, count(*), rank() over (order by count(*) desc) from groups group by region order by 3, 1;

select any_value from (select max(region) as any_value from groups) t;

select count(*) * 2, count(*) + sum(priority), -count(*), count(*)::text || ' rules' from permissions;

select array_agg(group_id order by region nulls first, group_id desc), string_agg(group_id, '' order by permission_count desc nulls last, group_id) from groups where group_id > 'sg-20';

select array_agg(distinct unrestricted_ftp), array_agg(distinct permission_count order by permission_count desc) from groups;

-- refused: a whole row as a value
select json_agg(t order by n) from (select 1 as n union all select 2) t;

select (array_agg(group_id order by risk desc nulls last, group_id))[1] as riskiest from groups;

select count(*) from (select distinct region, account_id from groups) t;

select count(1), count(null), count('x'), count(*) + 1 from groups;

select sum(1), sum(2.5), count(*), min(5) from groups;

-- error
select sum(*) from groups;

-- error
select count() from groups;

select t.region, t.n, t.n::numeric / sum(t.n) over () as share from (select region, count(*) as n from groups group by region) t order by 1;

select b, count(*), sum(i4), sum(i8), sum(n), sum(f8), min(t), max(d), max(iv), count(jb) from every where id not in (3, 4, 5, 6) group by b order by b;

select bool_and(b), sum(i2), avg(i2), min(i8), max(i8), min(n), max(n), min(f8), max(f8), min(ts), max(tstz), min(tm), max(iv), min(c), max(i) from every;

select sum(i4) from every;

select sum(i8) from every;

select n, count(*) from every group by n order by n;

select jb, count(*) from every group by jb having count(*) > 1;

select iv = '1 day' as day, count(*) from every group by iv = '1 day' order by 1;

-- error
select id, count(*) from every group by j, id;

select g.region, count(distinct p.ip_protocol), sum(p.weight), max(p.to_port) - min(p.from_port) from groups g left join permissions p using (group_id) group by g.region order by g.region;

select regexp_replace(group_name, '\d+$', '') as stem, count(*) from groups where group_name like 'launch%' group by 1;

-- Each name of an expression is grouped by on its own.
-- refused: one expression under two names
select g as alias1, g as alias2 from generate_series(1, 3) g group by alias1, rollup (alias2);

-- refused: whole rows
select region, count(p.*) from groups g left join permissions p using (group_id) group by region order by region;

-- An aggregate of the query outside, in a subquery of its HAVING.
-- refused: an aggregate of the query around
select priority, sum(distinct to_port) from permissions a group by priority having exists (select from permissions b where sum(distinct a.from_port) > b.to_port) order by 1;

-- error
select string_agg(distinct vc, ',' order by vc::text) from every;

-- error
select jsonb_agg(null);

-- error
select array(select percentile_disc(a) within group (order by x) from (values (0.3), (0.7)) v (a) group by a) from generate_series(1, 5) g (x);

select variance(x), stddev(x) from (values (1e-20), (2e-20), (4e-20)) t (x);

select variance(x), sum(x), avg(x) from (values (1e50), (1e50 + 1), (1e50 + 3)) t (x);

-- What is grouped by is the same expression in the select list, however it is written.
select nullif(region, 'eu-west-1') as r, count(*) from groups group by nullif(region, 'eu-west-1');

select case region when 'eu-west-1' then 'home' when 'us-east-1' then 'away' else 'far' end as r, count(*) from groups group by case region when 'eu-west-1' then 'home' when 'us-east-1' then 'away' else 'far' end;

select region is distinct from 'eu-west-1', count(*) from groups group by region is distinct from 'eu-west-1';

select region = any (array['eu-west-1', 'us-east-1']), count(*) from groups group by region = any (array['eu-west-1', 'us-east-1']);

select array_agg(distinct nullif(region, 'eu-west-1') order by nullif(region, 'eu-west-1') desc) from groups;

-- These are not.
-- error
select nullif(region, 'us-east-1') as r, count(*) from groups group by nullif(region, 'eu-west-1');

-- error
select case region when 'eu-west-1' then account_id end, count(*) from groups group by case account_id when 'eu-west-1' then account_id end;
