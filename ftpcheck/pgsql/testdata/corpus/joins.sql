-- Joins.

select g.group_id, p.rule_id from groups g join permissions p on p.group_id = g.group_id;

select g.group_id, p.rule_id from groups g inner join permissions p using (group_id) where p.is_egress order by 1, 2;

select g.group_id, count(p.rule_id) from groups g left join permissions p on p.group_id = g.group_id group by g.group_id order by g.group_id;

select g.group_id, p.rule_id from groups g left join permissions p on p.group_id = g.group_id and p.unrestricted_ftp order by 1, 2;

select g.group_id, p.rule_id from groups g left join permissions p on p.group_id = g.group_id where p.rule_id is null;

select g.group_id, p.rule_id, p.group_id from groups g right join permissions p on p.group_id = g.group_id where g.group_id is null;

select g.group_id, p.group_id, count(*) from groups g full join permissions p on p.group_id = g.group_id and p.priority > 7 group by 1, 2;

select coalesce(g.region, s.region) as region, count(distinct g.group_id), count(distinct s.scan_id) from groups g full outer join scans s on s.region = g.region and s.account_id = g.account_id group by 1 order by 1;

select count(*) from groups cross join scans;

select count(*) from groups, scans, every;

-- USING makes one column of two.
select * from (values (1, 'a'), (2, 'b')) l (id, x) join (values (1, 'c'), (3, 'd')) r (id, y) using (id);

select * from (values (1, 'a'), (2, 'b')) l (id, x) full join (values (1, 'c'), (3, 'd')) r (id, y) using (id) order by id;

select * from (values (1, 'a'), (2, 'b')) l (id, x) right join (values (1, 'c'), (3, 'd')) r (id, y) using (id) order by id;

select id, l.id as left_id, r.id as right_id from (values (1), (2)) l (id) full join (values (1), (3)) r (id) using (id) order by id;

select * from (values (1, 'a', 'x')) l (id, k, v) join (values ('a', 1, 'y')) r (k, id, w) using (k, id);

select * from (values (1, 'a')) l (id, x) natural join (values (1, 'c')) r (id, y);

select * from (values (1, 'a')) l (id, x) natural join (values (1, 'c')) r (id, x);

select * from (values (1, 'a'), (2, 'b')) l (id, x) natural left join (values (1, 'c')) r (id, y) order by id;

-- Without a column in common, NATURAL is a cross join.
select * from (values (1), (2)) l (a) natural join (values (3), (4)) r (b);

select l.*, r.* from (values (1, 'a')) l (id, x) join (values (1, 'c')) r (id, y) using (id);

select j.id from (values (1, 'a')) l (id, x) join (values (1, 'c')) r (id, y) using (id) as j;

select j.* from ((values (1, 'a')) l (id, x) join (values (1, 'c')) r (id, y) using (id)) as j;

select j.x, j.y from ((values (1, 'a')) l (id, x) cross join (values (1, 'c')) r (id2, y)) as j (a, x, b, y);

-- error
select id from (values (1)) l (id), (values (1)) r (id);

-- error
select * from (values (1)) l (id) join (values (1)) r (no) using (id);

-- error
select * from (values (1)) l (id) join (values ('a')) r (id) using (id);

select * from (values (1)) l (id) join (values (1.0)) r (id) using (id);

-- error
select * from groups g join permissions p;

-- error
select * from groups g cross join permissions p on true;

-- error
select groups.group_id from groups g;

-- error
select * from groups, groups;

select count(*) from groups a, groups b where a.group_id = b.group_id;

-- error
select count(*) from groups a join scans b on a.region = c.region join scans c on true;

-- error
select count(*) from groups a, scans b join permissions c on c.group_id = a.group_id;

select count(*) from groups a cross join scans b join permissions c on c.group_id = a.group_id;

select count(*) from groups a join (scans b join permissions c on b.found = c.priority) on a.group_id = c.group_id;

select a.group_id, b.group_id from groups a join groups b on a.region = b.region and a.group_id < b.group_id and a.vpc_id = b.vpc_id order by 1, 2;

select a.group_id, b.group_id from groups a left join groups b on a.vpc_id is not distinct from b.vpc_id and a.group_id <> b.group_id where a.group_id in ('sg-26', 'sg-15') order by 1, 2;

select a.n, b.n from generate_series(1, 4) a (n) join generate_series(1, 4) b (n) on a.n < b.n;

select a.n, b.n from generate_series(1, 3) a (n) left join generate_series(2, 5) b (n) on a.n = b.n and a.n > 2 order by 1, 2;

select a.n, b.n from generate_series(1, 3) a (n) full join generate_series(2, 4) b (n) on a.n = b.n order by a.n, b.n;

-- A null never joins.
select a.vpc_id, count(*) from groups a join groups b on a.vpc_id = b.vpc_id group by 1 order by 1;

select a.x, b.x from (values (1), (null)) a (x) left join (values (1), (null)) b (x) on a.x = b.x;

select a.x, b.x from (values (1), (null)) a (x) full join (values (2), (null)) b (x) on a.x = b.x;

select a.x, b.x from (values (1), (2)) a (x) left join (values (1), (2)) b (x) on false;

select a.x, b.x from (values (1), (2)) a (x) left join (values (1), (2)) b (x) on null order by 1;

select a.x, b.x from (values (1), (2)) a (x) right join (values (3)) b (x) on a.x > 5;

select g.group_id, last.rule_id from groups g cross join lateral (select rule_id from permissions p where p.group_id = g.group_id order by rule_id desc limit 1) last order by 1;

select g.group_id, n.n from groups g left join lateral (select count(*) as n from permissions p where p.group_id = g.group_id and p.is_egress) n on true order by 1;

select g.group_id, t.port from groups g, lateral jsonb_array_elements(g.ports) as t (port) where jsonb_typeof(g.ports) = 'array' order by 1, 2, t.port::text;

select g.group_id, x.n from groups g cross join lateral generate_series(1, g.permission_count) x (n) where g.permission_count between 1 and 3 order by 1, 2;

select g.group_id, r.value from groups g left join lateral jsonb_array_elements(case when jsonb_typeof(g.ports) = 'array' then g.ports end) r on r.value = '21' order by 1, r.value::text;

-- error
select * from groups g right join lateral (select g.group_id) x on true;

-- error
select * from groups g, (select g.group_id) x;

select g.group_id, s.scan_id, s.status from groups g join scans s on (s.account_id, s.region) = (g.account_id, g.region) where g.unrestricted_ftp order by 1, 2;

select s.region, g.region from scans s left join groups g on g.region = s.region where g.region is null order by 1;

select g.group_id, p.rule_id, s.scan_id from groups g left join permissions p on p.group_id = g.group_id and p.ip_protocol = 'udp' left join scans s on s.account_id = g.account_id and s.region = g.region and p.rule_id is not null order by 1, 2, 3;

select p.rule_id, g.group_name, r.group_name as referenced from permissions p left join groups g on g.group_id = p.group_id left join groups r on r.group_id = p.referenced_group_id where p.referenced_group_id is not null order by 1;

select g.region, p.ip_protocol, count(*) from groups g join permissions p on p.group_id = g.group_id group by 1, 2 order by 1, 2;

select count(*) from groups g join permissions p on g.permission_count = p.priority;

select count(*) from groups g join permissions p on g.risk = p.weight;

select count(*) from groups g join permissions p on g.ratio = p.weight;

select count(*) from groups g join every e on g.tags = e.jb or g.cidr = e.c;

select g.group_id, e.id from groups g join every e on g.day = e.ts::date or g.started_at = e.tstz order by 1, 2;

select a.group_id from groups a join groups b on a.group_name like b.group_name || '%' and a.group_id <> b.group_id and b.group_name <> '' order by 1;

select p.from_port between x.low and x.high as inside, count(*) from permissions p cross join (values (20, 21), (443, 443)) x (low, high) group by 1 order by 1;

select * from scans s join groups g using (account_id, region) where s.scan_id = 4 order by g.group_id;

select account_id, region, count(*) from scans join groups using (account_id, region) group by account_id, region order by 1, 2;

select * from (select 1 as a) x natural join (select 1 as a) y natural join (select 1 as a, 2 as b) z;

-- error
select * from (select 1 as a) x join (select 1 as a) y on true natural join (select 1 as a, 2 as b) z;

select x.*, y.b from (select 1 as a) x left join (select 1 as a, null::int as b) y on x.a = y.a and y.b is null;

select count(*) from groups g where exists (select from permissions p where p.group_id = g.group_id) and not exists (select from permissions p where p.group_id = g.group_id and p.is_egress);

-- error
select * from (values (1)) a (id) join (values (1)) b (id) using (id) as a;

-- error
select a.n, g from (values (1)) a (n) right join lateral generate_series(0, a.n) g on true;

-- error
select a.n, g from (values (1)) a (n) full join lateral generate_series(0, a.n) g on true;

select a.n, s.x from generate_series(1, 200) a (n) join lateral (values (a.n), (-a.n)) s (x) on s.x % 7 = 3 order by 1, 2;

-- error
select * from groups g join lateral (select max(g.permission_count)) m on true;

-- What ON says of the side that is kept leaves no row of it out.
select g.group_id, p.rule_id from groups g left join permissions p on g.vpc_id = g.account_id and g.group_id = p.group_id where g.vpc_id = 'vpc-1' order by 1, 2;

select g.group_id, p.rule_id from permissions p right join groups g on g.group_name = g.group_id and g.group_id = p.group_id where g.group_name = 'default' order by 1, 2;

select g.group_id, p.rule_id from permissions p full join groups g on g.group_name = g.group_id and g.group_id = p.group_id where g.group_name = 'default' order by 1, 2;

select count(*), count(p.rule_id) from groups g left join permissions p on p.group_id = p.ip_protocol and g.group_id = p.group_id where p.group_id is null or p.group_id = 'sg-01';
