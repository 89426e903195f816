-- Subqueries: as values, IN, ANY, ALL, EXISTS; correlated or not.

select (select count(*) from groups), (select max(rule_id) from permissions), (select 1 where false), (select null);

-- error
select (select group_id from groups);

-- error
select (select 1, 2);

select group_id, (select count(*) from permissions p where p.group_id = g.group_id) from groups g order by group_id;

select group_id, (select max(from_port) from permissions p where p.group_id = g.group_id and not p.is_egress) as highest from groups g order by group_id;

select group_id, (select string_agg(rule_id, ',' order by rule_id) from permissions where permissions.group_id = groups.group_id) from groups order by group_id;

select group_id from groups where group_id in (select group_id from permissions where unrestricted_ftp);

-- A null in what the query gives makes NOT IN never true.
select group_id from groups where group_id not in (select group_id from permissions);

select group_id from groups where group_id not in (select group_id from permissions where group_id is not null);

select group_id from groups where vpc_id not in (select null::text where false);

select group_id from groups where group_id = any (select group_id from permissions where ip_protocol = 'icmp');

select group_id from groups where permission_count > all (select found from scans where found is not null) order by 1;

select group_id from groups where permission_count > all (select found from scans);

select group_id from groups where permission_count > any (select found from scans) order by 1;

select group_id from groups where permission_count <> all (select priority from permissions) order by 1;

select 1 = any (select 1 where false), 1 = all (select 1 where false), 1 in (select null::int), 1 not in (select null::int), null in (select 1 where false), null = any (select 1), 1 = any (select null::int union all select 1);

select (1, 2) in (select 1, 2), (1, 2) not in (select 1, 3), (1, null) in (select 1, 2), (1, null) in (select 2, 2), (1, 2) = any (select 1, 2);

-- refused: comparing a row with a subquery
select (1, 2) = (select 1, 2);

-- refused: comparing a row with a subquery
select (1, 2) < (select 1, 3);

-- error
select 1 in (select 1, 2);

-- error
select (1, 2) in (select 1);

-- error
select (1, 2) = (select 1, 2 union all select 1, 3);

select exists (select 1 where false), exists (select null), not exists (select from groups where false), exists (select 1 / 0 where false);

select group_id from groups g where exists (select from permissions p where p.group_id = g.group_id and p.cidr_ip = '0.0.0.0/0');

select group_id from groups g where not exists (select from permissions p where p.group_id = g.group_id) order by 1;

select group_id from groups g where (select count(*) from permissions p where p.group_id = g.group_id) > 4 order by 1;

select group_id from groups g where permission_count = (select max(permission_count) from groups h where h.region = g.region) order by 1;

select group_id, region, permission_count from groups g where permission_count > (select avg(permission_count) from groups h where h.account_id = g.account_id and permission_count < 1000) order by 1;

select * from (select region, count(*) as n from groups group by region) x where n > 3 order by region;

select x.region, x.n, y.n from (select region, count(*) n from groups group by region) x left join (select region, count(*) n from scans group by region) y using (region) order by 1;

select a.n from (select 1 as n) as a;

-- error
select n from (select 1 as n);

select t.a, t.b from (select 1, 2) as t (a, b);

select t.a, t.y from (select 1 as x, 2 as y) as t (a);

-- error
select * from (select 1) as t (a, b);

select "?column?" from (select 1 + 1) t;

select upper, lower from (select upper('a'), lower('B')) t;

select * from (select group_id from groups order by group_id limit 3) t;

select * from (select group_id from groups order by group_id desc limit 3) t order by 1;

select (select g.group_name) from groups g where group_id = 'sg-01';

select (select max(x) from (values (g.permission_count), (5)) v (x)) from groups g where group_id in ('sg-01', 'sg-08', 'sg-26') order by group_id;

-- An aggregate whose argument is of the query outside belongs to it.
-- refused: an aggregate of columns of the query around
select (select count(g.group_id)) from groups g;

-- refused: an aggregate of columns of the query around
select region, (select max(g.permission_count)) from groups g group by region order by region;

select group_id, (select count(*) from permissions p where p.group_id = g.group_id and exists (select from groups h where h.group_id = p.referenced_group_id and h.region = g.region)) from groups g order by 1;

select case when exists (select from groups where unrestricted_ftp) then 'alarm' else 'ok' end;

select coalesce((select group_name from groups where group_id = 'sg-99'), 'none'), coalesce((select group_name from groups where group_id = 'sg-26'), 'null');

select group_id from groups where (region, account_id) in (select region, account_id from scans where status = 'failed') order by 1;

select group_id from groups where (region, account_id) not in (select region, account_id from scans where status = 'scanned') order by 1;

select rule_id from permissions where group_id in (select group_id from groups where vpc_id in (select vpc_id from groups group by vpc_id having count(*) > 2)) order by 1;

select group_id from groups where group_id like (select 'sg-2%') order by 1;

select group_id from groups where group_id like any (select 'sg-' || n || '%' from generate_series(2, 3) n) order by 1;

select array(select rule_id from permissions p where p.group_id = g.group_id order by rule_id) from groups g where group_id < 'sg-05' order by group_id;

select (select jsonb_agg(p.rule_id order by p.rule_id) from permissions p where p.group_id = g.group_id) from groups g where group_id < 'sg-05' order by group_id;

select count(*) from groups where not (group_id in (select group_id from permissions where cidr_ip is null));

select group_id, group_id in (select group_id from permissions where priority = 0) as zero, vpc_id in (select vpc_id from groups where region = 'us-east-1') as vpc from groups order by 1;

select unrestricted_ftp = any (select unrestricted_ftp from permissions where priority = 3) from groups order by group_id;

select x, (select sum(y) from generate_series(1, x) y) from generate_series(1, 5) x order by x;

select x, (select count(*) from generate_series(1, 5) y where y < x) as below from generate_series(1, 5) x order by x;

select (select (select (select group_id))) from groups where group_id = 'sg-01';

select group_id from groups order by (select count(*) from permissions p where p.group_id = groups.group_id) desc, group_id limit 5;

select group_id from groups g where 21 in (select from_port from permissions p where p.group_id = g.group_id) order by 1;

select group_id from groups g where 21 not in (select from_port from permissions p where p.group_id = g.group_id) order by 1;

-- refused: comparing a row with a subquery
select row(1, 'a') = (select 1, 'a');

-- refused: rows as values
select (select row(1, 2)) is not null;

-- refused: a whole row as a value
select (select t is null from (select null as a) t);

select sum((select count(*) from permissions p where p.group_id = g.group_id)) from groups g;

select region, sum((select count(*) from permissions p where p.group_id = g.group_id)) from groups g group by region order by region;

select count(*) from groups where permission_count in (1, 2, null) or permission_count not in (3, 5);

-- error
select group_id from groups where count(*) > 1;

-- error
select * from groups where group_id = (select p.group_id from permissions p where p.nothing = 1);

-- error
select group_id from groups where exists (select from permissions where group_ids = 1);

-- Names of the inner query come first.
select count(*) from groups where exists (select from permissions where group_id = group_id and rule_id = 'sgr-001');

select (values (1)), exists (table groups), array(values (1), (2));

-- What nobody asks a subquery for is not computed.
select region from groups where (select count(*) from (select 1 / (g.permission_count - g.permission_count) as x from groups g) q) >= any (select 0) order by 1 limit 1;
