-- Window functions and their frames.

select group_id, row_number() over (order by group_id) from groups;

select group_id, region, row_number() over (partition by region order by group_id) from groups order by region, group_id;

select group_id, permission_count, rank() over w, dense_rank() over w, percent_rank() over w, cume_dist() over w from groups where permission_count is not null window w as (order by permission_count) order by permission_count, group_id;

select rule_id, priority, ntile(4) over (order by priority, rule_id), ntile(7) over (order by rule_id desc) from permissions order by rule_id;

select group_id, lag(group_id) over w, lead(group_id) over w, lag(group_id, 2) over w, lead(group_id, 2, 'none') over w, lag(group_id, 0) over w, lag(group_id, null) over w from groups window w as (order by group_id) order by group_id;

select group_id, region, lag(permission_count, 1, 0::int8) over (partition by region order by group_id) from groups order by region, group_id;

select group_id, region, first_value(group_id) over w, last_value(group_id) over w, nth_value(group_id, 2) over w from groups window w as (partition by region order by group_id) order by region, group_id;

select group_id, last_value(group_id) over (partition by region order by group_id rows between unbounded preceding and unbounded following) from groups order by region, group_id;

select group_id, sum(permission_count) over (order by group_id), count(*) over (order by group_id), avg(permission_count) over (order by group_id) from groups where permission_count < 100 order by group_id;

-- Peers are in the frame together.
select priority, rule_id, count(*) over (order by priority), sum(priority) over (order by priority) from permissions order by rule_id;

select count(*) over () as all, region from groups;

select region, count(*), sum(count(*)) over (order by region) as running from groups group by region order by region;

select rule_id, sum(priority) over (order by rule_id rows between 2 preceding and current row), sum(priority) over (order by rule_id rows between 1 preceding and 1 following), sum(priority) over (order by rule_id rows between 1 following and 2 following), sum(priority) over (order by rule_id rows 1 preceding) from permissions order by rule_id;

select rule_id, count(*) over (order by rule_id rows between 3 preceding and 2 preceding), min(priority) over (order by rule_id rows between current row and unbounded following), max(priority) over (order by rule_id rows between unbounded preceding and 1 preceding) from permissions order by rule_id;

select rule_id, priority, count(*) over (order by priority range between 1 preceding and 1 following), sum(priority) over (order by priority range between 2 preceding and current row), count(*) over (order by priority desc range between current row and 1 following) from permissions order by rule_id;

select rule_id, from_port, count(*) over (order by from_port range between 10 preceding and 10 following), count(*) over (order by from_port nulls first range between unbounded preceding and 1 following) from permissions order by rule_id;

select rule_id, weight, count(*) over (order by weight range between 0.5 preceding and 0.5 following), sum(weight) over (order by weight desc range between 1 preceding and current row) from permissions order by rule_id;

select group_id, day, count(*) over (order by day range between '1 month' preceding and current row) from groups where isfinite(day) order by group_id;

select group_id, started_at, count(*) over (order by started_at range between interval '1 day' preceding and interval '1 day' following) from groups where isfinite(started_at) order by group_id;

select group_id, ratio, count(*) over (order by ratio range between 0.5 preceding and 0.5 following) from groups order by group_id;

select rule_id, priority, count(*) over (order by priority groups between 1 preceding and 1 following), count(*) over (order by priority groups between current row and unbounded following), count(*) over (order by priority groups 2 preceding) from permissions order by rule_id;

select rule_id, sum(priority) over (order by rule_id rows between 1 preceding and 1 following exclude current row), sum(priority) over (order by priority, rule_id range between unbounded preceding and unbounded following exclude current row) from permissions order by rule_id;

select rule_id, priority, count(*) over (order by priority rows between unbounded preceding and unbounded following exclude ties), count(*) over (order by priority rows between unbounded preceding and unbounded following exclude group), count(*) over (order by priority groups between 1 preceding and 1 following exclude no others) from permissions order by rule_id;

select group_id, count(*) filter (where unrestricted_ftp) over (order by group_id), sum(permission_count) filter (where region = 'eu-west-1') over () from groups order by group_id;

select group_id, string_agg(group_id, ',') over (partition by region order by group_id rows between 1 preceding and 1 following), array_agg(group_id) over (partition by region order by group_id) from groups order by group_id;

select group_id, jsonb_agg(permission_count) over (order by group_id rows 1 preceding), bool_or(unrestricted_ftp) over (order by group_id) from groups order by group_id;

select group_id, max(started_at) over (partition by account_id), started_at = max(started_at) over (partition by account_id) as latest from groups order by group_id;

select group_id, row_number() over (order by risk desc nulls last, group_id) as place, risk from groups order by place limit 10;

select * from (select group_id, region, rank() over (partition by region order by permission_count desc nulls last) as r from groups) t where r = 1 order by region, group_id;

select group_id, sum(1) over w1, count(*) over w2 from groups window w1 as (order by group_id), w2 as (partition by region) order by group_id;

select group_id, sum(permission_count) over (w order by group_id), count(*) over (w rows between unbounded preceding and unbounded following) from groups where permission_count < 100 window w as (partition by region) order by group_id;

-- error
select sum(1) over (w order by group_id) from groups window w as (order by region);

-- error
select sum(1) over nowhere from groups;

-- error
select row_number() from groups;

-- error
select group_id from groups where row_number() over () = 1;

-- error
select upper(group_id) over () from groups;

-- error
select sum(row_number() over ()) over () from groups;

-- error
select count(distinct region) over () from groups;

-- error
select sum(1) over (order by group_id rows between current row and 1 preceding) from groups;

-- error
select sum(1) over (order by group_id rows -1 preceding) from groups;

-- error
select sum(1) over (order by group_id range 1 preceding) from groups;

-- error
select sum(1) over (order by region, group_id range 1 preceding) from groups;

-- error
select sum(1) over (groups 1 preceding) from groups;

-- error
select ntile(0) over (order by group_id) from groups;

-- error
select nth_value(group_id, 0) over () from groups;

-- error
select percentile_cont(0.5) within group (order by priority) over () from permissions;

select group_id from groups order by row_number() over (order by group_id desc) limit 3;

select group_id, sum(permission_count) over (order by group_id) - permission_count as before from groups where permission_count < 100 order by group_id;

select account_id, region, count(*), rank() over (partition by account_id order by count(*) desc), round(100.0 * count(*) / sum(count(*)) over (partition by account_id), 1) as percent from groups group by account_id, region order by 1, 2;

select scan_id, began_at - lag(began_at) over (order by began_at, scan_id) as gap, found - lag(found) over (partition by account_id order by scan_id) as change from scans order by scan_id;

select scan_id, sum(found) over (partition by account_id order by scan_id), sum(took) over (order by scan_id), avg(found) over (partition by account_id) from scans order by scan_id;

select distinct region, first_value(group_id) over (partition by region order by permission_count desc nulls last, group_id) from groups order by 1;

select x, sum(x) over (order by x), sum(x) over (order by x desc), sum(x) over (), count(x) over (order by x) from (values (1), (2), (2), (null), (3)) t (x) order by x, 2;

select x, lag(x, 1) over (order by x), lead(x, -1) over (order by x), lag(x, 1, 99) over (order by x) from (values (1), (2), (3)) t (x) order by x;

select x, rank() over (order by x nulls first), dense_rank() over (order by x desc nulls last), row_number() over (order by x nulls first) from (values (1), (null), (2), (3)) t (x) order by x;

select x, y, rank() over (order by x, y), count(*) over (partition by x, y) from (values (1, 'a'), (1, 'a'), (1, 'b'), (null, 'a')) t (x, y) order by 1, 2;

select n, sum(n) over (rows between unbounded preceding and current row) is not null from generate_series(1, 3) n order by n;

select n, avg(n) over (order by n rows between 1 preceding and 1 following), stddev(n) over (order by n), percent_rank() over (order by n), cume_dist() over (order by n desc) from generate_series(1, 5) n order by n;

select n, sum(n) over (order by n / 2 range between unbounded preceding and current row), sum(n) over (order by n / 2 groups current row), array_agg(n) over (order by n rows between 1 preceding and 1 following exclude current row) from generate_series(1, 6) n order by n;

select n, first_value(n) over w, last_value(n) over w, nth_value(n, 3) over w from generate_series(1, 6) n window w as (order by n rows between 1 preceding and 2 following exclude group) order by n;

select n, lag(n) over (order by n) + lead(n) over (order by n), case when row_number() over (order by n) = 1 then 'first' else 'other' end from generate_series(1, 4) n order by n;

select id, sum(i2) over (order by id), max(t) over (order by id), min(d) over (order by id rows 2 preceding), count(jb) over (order by id), sum(n) over (order by id rows 1 preceding) from every order by id;

select id, rank() over (order by n), rank() over (order by f8), rank() over (order by iv), rank() over (order by jb) from every order by id;

select row_number() over (), rank() over (), ntile(2) over (), percent_rank() over (), lag(1) over (), sum(1) over ();
