-- VALUES.

values (1);

values (1, 'a'), (2, 'b'), (3, null) order by 1 desc;

values (1), (2.5), (null);

values ('1'), (2);

values (null), (null);

values (1, 'a'::text), ('2', null);

-- error
values (1), (1, 2);

-- error
values (1), ('a');

-- error
values (1), (true);

select * from (values (1, 'a'), (2, 'b')) t;

select * from (values (1, 'a'), (2, 'b')) t (id, name) where id = 2;

select column1, column2 from (values (1, 'a')) t;

select t.* from (values (1, 2, 3)) t (a, b);

values (1), (2), (3) limit 2;

values (1), (2), (3) order by column1 desc offset 1;

values (1 + 1, upper('a'), now() is null, array[1], date '2026-01-01');

select v.name, count(g.group_id) from (values ('eu-west-1'), ('us-east-1'), ('nowhere')) v (name) left join groups g on g.region = v.name group by v.name order by v.name;

select s.service, count(p.rule_id) from (values ('ftp', 20, 21), ('ssh', 22, 22), ('any', 0, 65535)) s (service, low, high) left join permissions p on p.from_port <= s.high and p.to_port >= s.low group by s.service order by s.service;

select group_id from groups where (region, account_id) in (values ('eu-west-1', '111111111111'), ('sa-east-1', '333333333333')) order by 1;

select group_id from groups where region in (values ('eu-west-1')) order by 1;

select (values (1)), array(values (1), (2)), exists (values (1));

select max(x), max(x) from (values (1), (2::int8)) t (x);

values ((select 1), (select 2 where false));

-- error
values (default) limit 0;
