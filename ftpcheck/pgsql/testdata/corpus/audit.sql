-- What people ask: an engineer at a prompt, an auditor, the tools that draw charts.

-- Which groups let the world in by FTP, and by which rules?
select g.account_id, g.region, g.group_id, g.group_name, p.rule_id, p.ip_protocol, p.from_port, p.to_port, coalesce(p.cidr_ip::text, p.cidr_ipv6::text) as source
from groups g
join permissions p on p.group_id = g.group_id
where p.unrestricted_ftp
  and not p.is_egress
order by g.account_id, g.region, g.group_id, p.rule_id;

-- How many of each verdict, by account?
select account_id,
       count(*) as groups,
       count(*) filter (where unrestricted_ftp) as open,
       count(*) filter (where not unrestricted_ftp) as closed,
       count(*) filter (where unrestricted_ftp is null) as unknown
from groups
group by account_id
order by open desc, account_id;

select coalesce(account_id, 'unknown') as account, coalesce(region, 'all regions') as region, count(*) as groups, sum((unrestricted_ftp is true)::int) as open
from groups
group by rollup (account_id, region)
order by grouping(account_id), account_id nulls last, grouping(region), groups.region nulls last;

-- A control of a benchmark.
select arn as resource,
       case when unrestricted_ftp is null then 'error' when unrestricted_ftp then 'alarm' else 'ok' end as status,
       case
         when unrestricted_ftp is null then coalesce(group_name, group_id) || ' could not be determined.'
         when unrestricted_ftp then coalesce(group_name, group_id) || ' allows FTP from anywhere.'
         else coalesce(group_name, group_id) || ' does not.'
       end as reason,
       account_id, region
from groups
order by group_id;

-- The latest scan of each place, and whether it is older than a week at a given time.
select distinct on (account_id, region) account_id, region, status, began_at, timestamptz '2026-11-10 00:00Z' - began_at > interval '7 days' as old
from scans
where began_at is not null
order by account_id, region, began_at desc;

-- Groups of places that no scan has covered.
select g.group_id, g.account_id, g.region
from groups g
where not exists (select 1 from scans s where s.account_id = g.account_id and s.region = g.region and s.status = 'scanned')
order by g.group_id;

-- Groups without an owner.
select group_id, tags from groups where tags is null or jsonb_typeof(tags) <> 'object' or not tags ? 'owner' order by group_id;

select tags ->> 'env' as environment, count(*), array_agg(group_id order by group_id) from groups where tags ->> 'env' is not null group by 1 having count(*) > 1 order by 2 desc, 1;

-- Rules that another rule of the same group makes redundant.
select a.rule_id, b.rule_id as wider
from permissions a
join permissions b on a.group_id = b.group_id and a.rule_id <> b.rule_id and a.is_egress = b.is_egress and a.ip_protocol = b.ip_protocol
  and b.from_port <= a.from_port and b.to_port >= a.to_port and b.cidr_ip >>= a.cidr_ip
order by 1, 2;

-- Rules that end in the future, by what their description says.
select rule_id, substring(description from '\d{4}-\d{2}-\d{2}')::date as until, substring(description from '\d{4}-\d{2}-\d{2}')::date - date '2026-11-27' as days
from permissions where description ~ '\d{4}-\d{2}-\d{2}' order by until, rule_id;

select p.cidr_ip, count(distinct p.group_id) as groups, string_agg(distinct p.ip_protocol, ', ' order by p.ip_protocol) as protocols
from permissions p where p.cidr_ip is not null and not p.is_egress group by p.cidr_ip order by masklen(p.cidr_ip), p.cidr_ip;

with exposed as (
  select group_id, count(*) as rules, min(from_port) as lowest, max(to_port) as highest
  from permissions
  where not is_egress and (cidr_ip = '0.0.0.0/0' or cidr_ipv6 = '::/0')
  group by group_id
)
select g.group_id, g.group_name, e.rules, e.lowest, e.highest, rank() over (order by e.rules desc) as place
from exposed e join groups g using (group_id)
order by place, group_id;

-- By month, with the months in which nothing began.
select to_char(m, 'YYYY-MM') as month, count(g.group_id) as groups, sum(count(g.group_id)) over (order by m) as total
from generate_series(timestamptz '2026-01-01Z', timestamptz '2026-12-01Z', interval '1 month') m
left join groups g on date_trunc('month', g.started_at) = m
group by m order by m;

select date_trunc('week', started_at)::date as week, count(*) from groups where started_at >= '2026-01-01' and started_at < '2027-01-01' group by 1 order by 1;

-- As a chart tool asks.
SELECT "source"."region" AS "region", COUNT(*) AS "count" FROM (SELECT "groups"."region" AS "region", "groups"."group_id" AS "group_id" FROM "groups") AS "source" WHERE ("source"."region" IS NOT NULL) GROUP BY "source"."region" ORDER BY "count" DESC, "source"."region" ASC LIMIT 2000;

SELECT "t0"."region" AS "region", SUM(1) AS "sum:Number of Records:ok", AVG(CAST("t0"."permission_count" AS DOUBLE PRECISION)) AS "avg:permission_count:ok" FROM "groups" "t0" WHERE ("t0"."permission_count" < 100) GROUP BY 1 HAVING (COUNT(1) > 0) ORDER BY 1;

SELECT CAST("groups"."started_at" AS DATE) AS "day", COUNT(DISTINCT "groups"."group_id") AS "ctd" FROM "groups" GROUP BY CAST("groups"."started_at" AS DATE) ORDER BY "day" NULLS FIRST;

SELECT (CASE WHEN ("groups"."unrestricted_ftp" = TRUE) THEN 'Yes' WHEN NOT ("groups"."unrestricted_ftp" = TRUE) THEN 'No' ELSE NULL END) AS "Open", COUNT(1) AS "n" FROM groups AS groups GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1;

SELECT DATE_TRUNC('month', CAST("groups"."started_at" AS TIMESTAMP)) AS "m", (EXTRACT(YEAR FROM "groups"."started_at"))::BIGINT AS "y", (EXTRACT(DOW FROM "groups"."started_at") + 1)::INTEGER AS "d" FROM "groups" WHERE "groups"."started_at" BETWEEN '2026-01-01 00:00:00' AND '2026-12-31 23:59:59' ORDER BY "groups"."group_id";

SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY "region" ORDER BY "group_id" ASC) AS "__rn" FROM "groups") AS "q" WHERE "__rn" = 1 ORDER BY "group_id";

SELECT COUNT(*) AS "cnt" FROM (SELECT 1 AS "one" FROM "groups" WHERE LOWER("group_name") LIKE '%web%' LIMIT 1001) AS "sub";

SELECT 1 AS "one" FROM "permissions" WHERE 1 = 0;

SELECT "group_id", "region" FROM "groups" WHERE (UPPER(COALESCE("group_name", '')) LIKE UPPER('%ftp%')) OR ("region" IN ('sa-east-1')) ORDER BY "group_id" ASC NULLS LAST OFFSET 0 ROWS FETCH NEXT 50 ROWS ONLY;

SELECT
  began_at AS "time",
  account_id AS metric,
  found AS value
FROM scans
WHERE began_at BETWEEN '2026-11-01T00:00:00Z' AND '2026-11-30T23:59:59.999Z'
ORDER BY 1, 2, 3;

SELECT floor(extract(epoch from began_at) / 86400) * 86400 AS "time", max(found) AS "max" FROM scans WHERE began_at >= to_timestamp(1761955200) GROUP BY 1 ORDER BY 1;

-- refused: width_bucket
select width_bucket(permission_count, 0, 15, 5) as bucket, count(*) from groups where permission_count < 1000 group by 1 order by 1;

-- A pivot.
select region,
       max(case when rank = 1 then group_id end) as first,
       max(case when rank = 2 then group_id end) as second,
       max(case when rank = 3 then group_id end) as third
from (select region, group_id, row_number() over (partition by region order by permission_count desc nulls last, group_id) as rank from groups) r
group by region order by region;

-- Ports as ranges in words.
select rule_id, case when from_port is null then 'all' when from_port = to_port then from_port::text else from_port || '-' || to_port end as ports, upper(case ip_protocol when '6' then 'tcp' when '-1' then 'all' else coalesce(ip_protocol, '?') end) as protocol
from permissions order by rule_id;

select format('%s (%s) in %s', coalesce(group_name, '-'), group_id, coalesce(region, 'no region')) as line from groups order by group_id;

select jsonb_pretty(jsonb_build_object('region', region, 'groups', jsonb_agg(jsonb_build_object('id', group_id, 'open', unrestricted_ftp) order by group_id))) from groups where region = 'sa-east-1' group by region;

-- What differs between two sets of groups?
select coalesce(a.group_id, b.group_id) as group_id, case when a.group_id is null then 'new' when b.group_id is null then 'gone' when a.unrestricted_ftp is distinct from b.unrestricted_ftp then 'changed' else 'same' end as change
from (select * from groups where group_id < 'sg-06') a
full join (select group_id, case when group_id = 'sg-04' then false else unrestricted_ftp end as unrestricted_ftp from groups where group_id > 'sg-02' and group_id < 'sg-08') b using (group_id)
order by 1;

-- Gaps and islands: runs of numbers without a hole.
select min(n) as low, max(n) as high, count(*) from (select n, n - row_number() over (order by n) as island from (select distinct from_port as n from permissions where from_port is not null) p) t group by island order by low;

select percentile_cont(0.5) within group (order by extract(epoch from ended_at - began_at)::float8) as median, max(ended_at - began_at) as longest from scans where status = 'scanned';

select s.account_id, e ->> 'code' as code, sum(coalesce((e ->> 'count')::int, 1)) as errors
from scans s cross join lateral jsonb_array_elements(case jsonb_typeof(s.errors) when 'array' then s.errors when 'object' then jsonb_build_array(s.errors) else '[]' end) e
group by 1, 2 order by 3 desc, 1, 2;

select group_id, greatest(started_at, timestamptz '2026-06-01Z') as since, least(day, date '2026-06-01') as before from groups where isfinite(started_at) order by group_id;

select count(*) as rows, count(distinct group_id) as groups, min(from_port), max(to_port), round(avg(weight), 3) as weight, sum(priority) from permissions;

select 'groups' as table, count(*) from groups union all select 'permissions', count(*) from permissions union all select 'scans', count(*) from scans order by 1;

select account_id, array_to_string(array_agg(distinct region order by region), ', ') as regions from groups where account_id is not null group by account_id order by account_id;

select md5(string_agg(group_id || ':' || coalesce(unrestricted_ftp::text, 'null'), ';' order by group_id)) as fingerprint from groups;

select group_id, host(addr) as address, case family(addr) when 4 then 'IPv4' when 6 then 'IPv6' end as family, addr <<= any (array['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']::cidr[]) as private from groups where addr is not null order by addr, group_id;

select rule_id, 2 ^ (32 - masklen(cidr_ip)) as addresses, power(2::numeric, 32 - masklen(cidr_ip)) as exactly from permissions where cidr_ip is not null order by rule_id;

select sum(power(2::numeric, 32 - masklen(cidr_ip)))::int8 as addresses from (select distinct cidr_ip from permissions where cidr_ip is not null) t;
