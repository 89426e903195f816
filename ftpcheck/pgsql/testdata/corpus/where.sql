-- WHERE and three-valued logic.

select group_id from groups where unrestricted_ftp;

select group_id from groups where not unrestricted_ftp;

select group_id from groups where unrestricted_ftp is null;

select group_id from groups where unrestricted_ftp is not true;

select group_id from groups where unrestricted_ftp is not false;

select group_id from groups where unrestricted_ftp is unknown and group_name is not null;

select group_id from groups where unrestricted_ftp is not unknown;

select group_id from groups where unrestricted_ftp = true or unrestricted_ftp = false;

select group_id from groups where unrestricted_ftp <> true;

select group_id from groups where not (unrestricted_ftp and permission_count > 2);

select group_id from groups where unrestricted_ftp or permission_count > 5;

select group_id from groups where vpc_id = null;

select group_id from groups where vpc_id is distinct from 'vpc-a';

select group_id from groups where vpc_id is not distinct from null;

select group_id from groups where vpc_id <> 'vpc-a';

select group_id from groups where vpc_id not in ('vpc-a', 'vpc-b');

-- A null in the list makes NOT IN never true.
select group_id from groups where vpc_id not in ('vpc-a', null);

select group_id from groups where vpc_id in ('vpc-a', null);

select group_id from groups where (vpc_id in ('vpc-a', null)) is null;

select group_id from groups where permission_count between 3 and 8;

select group_id from groups where permission_count not between 3 and 8;

select group_id from groups where permission_count between 8 and 3;

select group_id from groups where permission_count between symmetric 8 and 3;

select group_id from groups where permission_count between null and 3;

select group_id from groups where permission_count not between null and 3;

select a, b, a and b as "and", a or b as "or", not a as "not", a = b as eq, a <> b as ne, a is distinct from b as differs
from (values (true), (false), (null)) x (a), (values (true), (false), (null)) y (b);

select a, a is null as isnull, a is not null as notnull, a is true as t, a is false as f, a is unknown as u, a is not true as nt, a is not false as nf, a isnull, a notnull
from (values (true), (false), (null)) x (a);

select group_id from groups where region = 'eu-west-1' and account_id = '111111111111' and vpc_id = 'vpc-a';

select group_id from groups where (region, account_id) = ('us-east-1', '222222222222');

select group_id from groups where (region, account_id) in (('us-east-1', '222222222222'), ('sa-east-1', '333333333333'));

select group_id from groups where (region, vpc_id) <> ('us-east-1', 'vpc-d') and group_id > 'sg-15';

select (1, null) = (1, 2), (1, null) = (2, 2), (1, null) <> (2, 2), (1, 2) < (1, 3), (1, null) < (2, 1), (1, 2) < (1, null);

select (1, null) is null, (null, null) is null, (1, 2) is not null, (1, null) is not null, row(null) is null;

select (1, null) is distinct from (1, null), (1, 2) is not distinct from (1, 2);

select rule_id from permissions where from_port <= 21 and to_port >= 20 and ip_protocol in ('tcp', '6', '-1');

select rule_id from permissions where ip_protocol = '-1' or (ip_protocol in ('tcp', '6') and 21 between from_port and to_port);

select rule_id from permissions where from_port is null and to_port is null and ip_protocol is distinct from '-1';

select rule_id from permissions where coalesce(from_port, 0) <= 20 and coalesce(to_port, 65535) >= 21;

select rule_id from permissions where not (from_port <= 21) and is_egress;

select rule_id from permissions where is_egress is not true and unrestricted_ftp is not true and cidr_ip is null and cidr_ipv6 is null;

select group_id from groups where true;

select group_id from groups where false;

select group_id from groups where null;

select group_id from groups where null::bool is null and group_id < 'sg-03';

select null = null, null <> null, null is null, null is not null, null is distinct from null, null in (null), null in (1), 1 in (null);

select 1 = any (array[1, null]), 2 = any (array[1, null]), 2 <> all (array[1, null]), 1 <> all (array[1, null]), 1 = any (null::int[]), 1 = any ('{}'::int[]), 1 = all ('{}'::int[]);

select coalesce(null, null, 'x'), coalesce(null, 1, 2), nullif(1, 1), nullif('a', 'b'), nullif(null, 1), nullif(1, null);

select greatest(1, null, 3), least(null, 2), greatest(null, null), least('b', 'a'), greatest('2026-01-01'::date, '2025-01-01');

select case null when null then 'equal' else 'not equal' end, case when null then 1 else 2 end, case 1 when 2 then 'a' end;

-- CASE takes the first branch, and the one that would fail is not evaluated.
select group_id, case when permission_count = 0 then null else 100 / permission_count end from groups where permission_count is not null order by group_id;

select group_id from groups where case when permission_count > 0 then 10 / permission_count > 2 else false end;

select num_nulls(1, null, 'a'), num_nonnulls(1, null, 'a');

-- refused: VARIADIC
select num_nulls(variadic array[1, null, 3]);

select true > false, true = 't', 'f'::bool < true, bool 'yes' and bool 'on', least(true, false), greatest(true, false);

select group_id from groups where unrestricted_ftp >= false and region > 'eu-west-1';

select group_id from groups where day = '2026-07-04';

select group_id from groups where started_at >= '2026-10-01' and started_at < '2026-12-01';

select group_id from groups where started_at::date = date '2026-07-04';

select group_id from groups where ports is null or ports = 'null';

select group_id from groups where tags->>'env' = 'prod' and unrestricted_ftp;

select group_id from groups where tags->>'env' is null and tags is not null;

select group_id from groups where ratio = 'NaN' or ratio > 1e9;

select group_id from groups where ratio = 0;

select group_id from groups where risk = 6;

select group_id from groups where risk > 6.0 and risk < 10;

select group_id from groups where permission_count = 9223372036854775807;

select group_id from groups where permission_count > 2.5 and permission_count < 3.5;

select group_id from groups where permission_count = '3';

select group_id from groups where group_name = 'NULL' or vpc_id = 'null' or vpc_id = '';

select group_id from groups where exists (select 1 from permissions p where p.group_id = groups.group_id and p.unrestricted_ftp);

select group_id from groups where group_id = any (array['sg-01', 'sg-02', 'sg-99']);

select group_id from groups where group_id like any (array['sg-0%', '%9']);

select group_id from groups where group_id not like all (array['sg-0%', 'sg-1%']);

select group_id from groups where group_id >= 'sg-2' and group_id < 'sg-21';

-- What cannot be true is still read.
-- error
select false and 'x'::bytea;

-- error
select true or no_such_column from groups;

-- error
select 'a'::text is distinct from null::jsonb;

-- A condition that is false for constants keeps what it guards from being evaluated.
select case when 1 = 2 then 1 / 0 else 2 end, case when jsonb_typeof('[1]') = 'object' then jsonb '{}' - 0 end;

-- All arguments are evaluated, also where one is null already, but not beside the constant null.
-- error
select m + 10 / (n - n) from (values (null::int, 1), (null, 2)) t (m, n);

-- error
select m + length(chr(n - n)) from (values (null::int, 1), (null, 2)) t (m, n);

select null::int + 10 / (n - n) from (values (1), (2)) t (n);

select coalesce(n, 1 / (n - n)) from (values (1), (2)) t (n);
