-- What PostgreSQL does not take.

-- error
selec 1;

-- error
select 1,;

-- error
select * form groups;

-- error
select (1;

-- error
select 1);

-- error
select 'a;

-- error
select "a;

-- error
select * from;

-- error
select * from groups where;

-- error
select * from groups group by;

-- error
select * from groups order by;

-- error
select * from groups limit;

-- error
select no_such_column from groups;

-- error
select g.no_such_column from groups g;

-- error
select x.group_id from groups;

-- error
select * from no_such_table;

-- error
select * from no_such_schema.groups;

-- error
select no_such_function(1);

-- error
select upper(group_id, 1) from groups;

-- error
select group_id from groups g, permissions p;

-- error
select 1 where 1;

-- error
select 1 where 'x';

-- error
select 1 where 'a'::text;

-- error
select group_id from groups where permission_count;

-- error
select group_id from groups where group_id = 1;

-- error
select group_id from groups where permission_count = 'many';

-- error
select group_id from groups where unrestricted_ftp = 'perhaps';

-- error
select group_id from groups where unrestricted_ftp = 1;

-- error
select group_id from groups where unrestricted_ftp is 1;

-- error
select group_id from groups where permission_count like '1%';

-- error
select group_id from groups where day = 'someday';

-- error
select group_id from groups where started_at > '2026-99-01';

-- error
select group_id from groups where cidr = '10.0.0.1/33';

-- error
select group_id from groups where tags = 'x';

-- error
select group_id from groups where tags.env = 'prod';

-- error
select group_id from groups where tags->env = 'prod';

-- A string is in single quotes.
-- error
select group_id from groups where region = "eu-west-1";

-- error
select group_id from groups where region == 'eu-west-1';

-- error
select group_id from groups where region = 'eu-west-1' && unrestricted_ftp;

-- error
select `group_id` from groups;

-- error
select [group_id] from groups;

-- error
select top 5 group_id from groups;

-- error
select group_id from groups limit 1, 2;

-- error
select ifnull(group_id, '') from groups;

-- error
select nvl(group_id, '') from groups;

-- error
select if(true, 1, 2);

-- error
select iif(true, 1, 2);

-- error
select group_concat(group_id) from groups;

-- error
select datediff(day, now(), now());

-- error
select date_add(now(), interval 1 day);

-- error
select getdate();

-- error
select strftime('%Y', now());

-- error
select instr('abc', 'b');

-- error
select json_extract(tags, '$.env') from groups;

-- error
select substring_index('a.b', '.', 1);

-- error
select char(65);

-- error
select convert(1, char);

-- error
select cast('1' as unsigned);

-- error
select year(now());

-- error
select group_id from groups where group_name regexp 'x';

-- error
select group_id from groups where group_name glob 'x*';

-- error
select total(permission_count) from groups;

-- error
select group_id from groups where ports contains 21;

-- error
select sum(permission_count) filter (unrestricted_ftp) from groups;

-- error
select group_id, sum(permission_count) from groups;

-- error
select max(group_id), group_name from groups group by region;

-- error
select group_id from groups having unrestricted_ftp;

-- error
select distinct on region group_id from groups;

-- error
select group_id from groups qualify row_number() over () = 1;

-- error
select * exclude (tags) from groups;

-- error
select group_id from groups where exists (select *);

-- error
select *;

-- error
select groups.*, x.* from groups;

-- error
select case when 1 then 2 end;

-- error
select case when true then 1 else 'x' end;

-- error
select case end;

-- error
select cast(1 as);

-- error
select 1::;

-- error
select 1 +;

-- error
select * * 2 from groups;

-- error
select not 1;

-- error
select true + true;

-- error
select -'a'::text;

-- error
select 'a' - 'b';

-- error
select now() + 1;

-- error
select now() - '1 dya';

-- error
select interval '1 fortnight';

-- error
select array[1, 2][1];

-- error
select (1, 2) = (1, 2, 3);

-- error
select (1, 2) > 3;

-- error
select row(1, 2).a;

-- error
select 1 in ();

-- error
select 1 between 2;

-- error
select 1 is distinct 2;

-- error
select 'a' like 'b' like;

select 1 as select;

-- error
select 1 as 'a';

-- error
select a.b.c.d.e from groups a;

-- error
select from_port from groups;

-- error
select user.name from (select 1 as name) user;

-- error
select "Group_Id" from groups;

-- error
select E'\xff';

-- error
select U&'\00zz';

-- error
select 1 /* not closed;

-- error
select 12abc;

-- error
select 0x;

-- error
select exists 1;

-- error
select any (array[1]) = 1;

-- error
select count(distinct *) from groups;

-- error
select jsonb_agg(distinct tags order by group_id) from groups;

-- error
select string_agg(permission_count, ',') from groups;

-- error
select avg(group_name) from groups;

-- error
select lag() over () from groups;

-- error
select group_id from groups union;

-- error
select group_id from groups for no update;

-- error
with select 1;

-- error
values 1, 2;

-- error
select * from (groups);

-- error
select * from groups g (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
