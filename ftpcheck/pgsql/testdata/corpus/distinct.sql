-- DISTINCT and DISTINCT ON.

select distinct region, account_id from groups;

select distinct unrestricted_ftp from groups;

select distinct vpc_id from groups order by vpc_id;

select distinct vpc_id from groups order by vpc_id desc nulls last;

select distinct upper(region) from groups order by upper(region);

-- error
select distinct region from groups order by account_id;

-- error
select distinct upper(region) from groups order by region;

select distinct region as r from groups order by r;

select distinct region, count(*) over (partition by region) from groups order by 1;

select distinct count(*) from groups group by region;

select distinct null from groups;

select distinct 1, 'a' from groups;

select distinct a from (values (1), (1.0), (1.00)) t (a) where a > 1;

-- refused: rows as values
select distinct (region, account_id) from groups where false;

select distinct on (region) region, group_id from groups order by region, group_id;

select distinct on (region) region, group_id from groups order by region, permission_count desc nulls last, group_id;

select distinct on (region, account_id) region, account_id, group_id, risk from groups order by region, account_id, risk desc nulls last, group_id;

select distinct on (account_id, region) region, account_id, group_id from groups order by region, account_id, group_id desc;

select distinct on (1) region, group_id from groups order by 1, 2;

select distinct on (upper(region)) group_id from groups order by upper(region), group_id;

select distinct on (r) region as r, group_id from groups order by r, group_id;

select distinct on (group_id) group_id, rule_id, ip_protocol from permissions order by group_id, priority desc, rule_id;

select distinct on (account_id) * from scans order by account_id, began_at desc nulls last, scan_id;

-- error
select distinct on (region) region from groups order by group_id;

select distinct on (region) region from groups;

select distinct on (region is null) region is null as nowhere from groups;

select distinct on (count(*)) count(*) as n from groups group by region order by n;

select count(*) from (select distinct on (region) * from groups order by region, group_id) t;

select distinct on (day) day, group_id from groups order by day desc nulls last, group_id limit 5;

select distinct jsonb_typeof(ports), jsonb_typeof(tags) from groups;

select distinct regions from scans;

select distinct ip_protocol, from_port, to_port from permissions where not is_egress order by from_port nulls first, to_port desc, ip_protocol;

select distinct iv from every where id not in (1, 7, 10, 4, 8);

select distinct b, t is null from every;

select distinct f8 from every where f8 <> 0 or f8 is null;

select distinct addr << '10.0.0.0/8' from groups;

select distinct group_id from permissions order by group_id limit 3 offset 2;

select distinct on (n % 3) n % 3 as class, n from generate_series(1, 10) n order by n % 3, n desc;

select distinct unnest(array[1, 2, 2, 3]);

-- A series that decides neither the order nor what is distinct is made after that.
-- refused: a series beside DISTINCT ON
select distinct on (a) a, b, generate_series(1, 3) as g from (values (3, 2), (3, 1), (1, 1), (1, 4), (5, 3), (5, 1)) t (a, b) order by a, b desc;

-- refused: a series beside DISTINCT ON
select distinct on (g) b, generate_series(1, 3) as g from (values (1), (2)) t (b) order by g, b desc;

-- refused: a series beside DISTINCT ON
select distinct on (b) b, generate_series(1, 3) as g from (values (1), (2)) t (b) order by b, g desc;
