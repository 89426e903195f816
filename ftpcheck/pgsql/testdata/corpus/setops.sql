-- UNION, INTERSECT, EXCEPT.

select region from groups union select region from scans;

select region from groups union all select region from scans;

select region from groups intersect select region from scans;

select region from groups intersect all select region from scans;

select region from groups except select region from scans;

select region from groups except all select region from scans;

select region from scans except select region from groups order by region;

select group_id from groups except select group_id from permissions order by 1;

select group_id from permissions except select group_id from groups order by 1 nulls first;

-- A null is equal to a null here.
select null union select null;

select null::text intersect select null;

select 1 except select null::int;

select 1, null union select 1, null;

select 1 union select 1.0;

select 1 union all select 2.5 union all select null;

select 1::int2 union all select 1::int8;

select 1.5 union all select 1::float8;

select 'a' union all select 'b'::varchar;

select date '2026-11-27' union all select timestamp '2026-11-27 10:00';

select '2026-11-27' union all select date '2026-11-28';

select '10.0.0.1' union select inet '10.0.0.2';

-- error
select 1 union select 'a'::text;

-- error
select 1 union select 1, 2;

-- error
select true union select 1;

-- error
select date '2026-11-27' union select interval '1 day';

-- The names are those of the first.
select 1 as a union all select 2 as b order by a;

-- error
select 1 as a union all select 2 as b order by b;

select 1 as a, 2 as b union all select 3, 4 order by 2 desc, 1;

-- error
select 1 as a union all select 2 order by a + 1;

-- INTERSECT binds more tightly.
select 1 union all select 2 intersect select 2;

(select 1 union all select 2) intersect select 2;

select 1 union all (select 2 intersect select 3);

select 1 union select 2 union all select 2;

select 1 union all select 2 union select 2;

select 1 except select 2 except select 1;

select 1 except (select 2 except select 1);

(select group_id from groups order by group_id limit 2) union all (select group_id from groups order by group_id desc limit 2);

(select group_id from groups order by group_id limit 2) union all (select group_id from groups order by group_id desc limit 2) order by group_id desc;

select group_id from groups where unrestricted_ftp union select group_id from permissions where unrestricted_ftp order by group_id limit 5 offset 2;

-- error
select group_id from groups order by group_id union select group_id from permissions;

select x from (select 1 as x union all select 2 union all select 3) t where x > 1 order by x;

select count(*) from (select region, account_id from groups union select region, account_id from scans) t;

select region, 'group' as kind, count(*) from groups group by region union all select region, 'scan', count(*) from scans group by region order by 1, 2;

select 'total', count(*) from groups union all select region, count(*) from groups group by region order by 2 desc, 1;

values (1), (2) union values (2), (3) order by 1;

values (1, 'a') union all select 2, 'b' union all values (3, null) order by 1;

table scans intersect table scans order by scan_id;

select unrestricted_ftp from groups intersect select unrestricted_ftp from permissions;

select ports from groups intersect all select ports from groups where region = 'us-east-1';

select trunc(risk) from groups where risk < 6 except select 3 order by 1;

select n from generate_series(1, 5) n except select n * 2 from generate_series(1, 5) n order by 1;

select n / 2 from generate_series(1, 6) n except all select 1 order by 1;

select n % 2 from generate_series(1, 5) n intersect all (select 0 union all select 0 union all select 0 union all select 1);

select id, b from every union select id, true from every order by id, b;

select jb from every union select jb from every order by 1;

select i4s from every except select '{1,2,3}';

-- error
select j from every union select j from every;

select j from every where id = 1 union all select j from every where id = 3;

select 1 as x union all select count(*) from groups order by x;

select exists (select 1 union select 2 where false), 3 in (select 1 union select 3), array(select 1 union all select 2 order by 1 desc);

select x from (select 1 as x union all select 2.5) t;

select x from (select null as x union all select null) t;

-- Three of unknown type are text before the integer comes.
-- error
select null union select null union select 1;

select * from (select 'a' as k, 1 as n union select 'a', 1 union all select 'a', 1) t;
