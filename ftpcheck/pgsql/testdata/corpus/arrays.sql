-- Arrays.

select array[1, 2, 3], array['a', null, 'b c'], array[]::int[], array[1, 2.5], array[array[1, 2], array[3, 4]], array[[1, 2], [3, 4]], '{1,2,3}'::int[], '{"a b",NULL,"null",c}'::text[], '{}'::int[];

-- error
select array[];

-- error
select array[1, 'a'];

-- error
select array[[1], [2, 3]];

-- error
select '{1,2'::int[];

-- error
select '{1,a}'::int[];

-- error
select '1'::int[];

select (array[1, 2, 3])[1], (array[1, 2, 3])[0], (array[1, 2, 3])[4], (array[1, 2, 3])[-1], (array[1, 2, 3])[null], (array[[1, 2], [3, 4]])[2][1], (array[[1, 2], [3, 4]])[1];

select (array[1, 2, 3])[2:3], (array[1, 2, 3])[:2], (array[1, 2, 3])[2:], (array[1, 2, 3])[:], (array[1, 2, 3])[3:2], (array[1, 2, 3])[0:10], (array[[1, 2], [3, 4]])[1:1];

select array_length(array[1, 2], 1), array_length('{}'::int[], 1), array_length(array[1], 2), cardinality(array[1, 2]), cardinality('{}'::int[]), cardinality(array[[1, 2], [3, 4]]), array_ndims(array[[1]]), array_upper(array[1, 2], 1), array_lower(array[1, 2], 1), array_dims(array[[1, 2], [3, 4]]);

select array[1, 2] || 3, 0 || array[1, 2], array[1] || array[2, 3], array[1] || null, array[1] || '{2}', array_append(array[1], 2), array_prepend(0, array[1]), array_cat(array[1], array[2]), array[1, 2] || array[[3, 4]];

select array_position(array['a', 'b', 'a'], 'a'), array_position(array['a', 'b', 'a'], 'a', 2), array_positions(array['a', 'b', 'a'], 'a'), array_position(array[1, null], null), array_remove(array[1, 2, 1], 1), array_remove(array[1, null], null), array_replace(array[1, 2, 1], 1, 9), array_position(array[1], 5);

select array[1, 2] = array[1, 2], array[1, 2] <> array[2, 1], array[1, 2] < array[1, 3], array[1] < array[1, 2], array[1, null] = array[1, null], array[2] > array[1, 5], '{}'::int[] < array[1], array[null]::int[] > array[1];

select array[1, 2, 3] @> array[2], array[1, 2] @> array[1, 1], array[2] <@ array[1, 2], array[1, 2] && array[2, 3], array[1] && array[2], array[1] @> '{}', '{}'::int[] && array[1], array[null]::int[] @> array[null]::int[];

select 1 = any (array[1, 2]), 3 = all (array[3, 3]), 5 > any (array[1, 10]), 5 > all (array[1, 10]), 1 <> all (array[2, 3]), 'a' = any ('{a,b}'), null = any (array[1]), 1 = some (array[1]);

select array_to_string(array[1, 2, null], ','), array_to_string(array[1, null], ',', '-'), string_to_array('1,2', ',')::int[], array_to_string(array[[1, 2], [3, 4]], ' '), trim_array(array[1, 2, 3], 2);

-- refused: array_fill
select array_fill(7, array[3]);

-- ordered
select unnest(array[1, null, 3]);

-- ordered
select unnest(array[[1, 2], [3, 4]]);

-- ordered
select * from unnest(array['a', 'b']) with ordinality as t (v, n);

-- ordered
select * from unnest(array[1, 2, 3], array['a', 'b']) as t (n, s);

select generate_subscripts(array['a', 'b', 'c'], 1);

select array(select group_id from groups where region = 'sa-east-1' order by group_id), array(select 1 where false), array(select null::int);

select array_agg(group_id order by group_id desc) from groups where region = 'sa-east-1';

select region, array_agg(distinct vpc_id) from groups group by region order by region;

select array_agg(permission_count order by group_id), array_agg(vpc_id order by group_id) filter (where unrestricted_ftp) from groups where group_id < 'sg-06';

select array_agg(group_id) from groups where false;

select array_agg(array[n, n + 1] order by n) from generate_series(1, 3) n;

select (array_agg(group_id order by risk desc nulls last))[1:3] from groups;

select scan_id, regions, cardinality(regions), regions[1], array_length(regions, 1), array_to_string(regions, ', ', '?') from scans order by scan_id;

select scan_id, r from scans, unnest(regions) r;

select s.scan_id, r.name, r.n from scans s left join lateral unnest(s.regions, s.counts) as r (name, n) on true order by s.scan_id, r.name, r.n;

select scan_id from scans where 'us-east-1' = any (regions);

select scan_id from scans where regions @> array['eu-west-1'] or counts && '{30}';

select scan_id, counts, (select sum(c) from unnest(counts) c), counts || 1, 2 = any (counts) from scans order by scan_id;

select regions, count(*) from scans group by regions order by regions;

select counts from scans order by counts desc nulls last, scan_id;

select min(counts), max(regions) from scans;

select group_id from groups where region = any (string_to_array('eu-west-1,sa-east-1', ',')) and vpc_id = any (array['vpc-a', 'vpc-i']);

select id, i4s, i4s[1], i4s[1][1], array_length(i4s, 1), array_ndims(i4s), cardinality(i4s), i4s::text[] from every order by id;

select id, bs, i8s, ns, f8s, ts_, ds from every order by id;

select distinct i4s from every;

select id, ns = i4s::numeric[], f8s @> '{1}', array_to_string(ts_, '|', 'null'), array_to_string(bs, ',') from every order by id;

select array[true, null], array[1.5, 2], array[date '2026-01-01'], array['{"a": 1}'::jsonb], array['a"b', 'c\d', '', 'e,f', '{g}', ' h'], array[timestamptz '2026-01-01 10:00Z'], array[interval '1 day'], array['10.0.0.0/8'::cidr];

select array[1, 2.5], array['a'], array_agg(1), array[1]::int8[], string_to_array('a', ',');

select array[1, 2]::text, '{1, 2}'::int[], '{{1,2},{3,4}}'::int[];

-- refused: arrays with bounds
select '[2:3]={1,2}'::int[] is not null;

-- error
select array[1] || 'a';

-- error
select array[1, 2] + 1;

-- error
select unnest(1);

select array_agg(x) from (select 1 as x where false) t;

select coalesce(array_length(regions, 1), 0) as n, count(*) from scans group by 1 order by 1;

select x from unnest(array[3, 1, 2]) x order by x desc;

select 1 = any (array(select 1)), array(select unnest(array[2, 1]) order by 1);

-- One slice makes slices of all: [n] is then [1:n].
-- refused: slices of several dimensions
select (array[[1, 2, 3], [4, 5, 6], [7, 8, 9]])[1:2][2];

-- refused: slices of several dimensions
select (array[[1, 2], [3, 4]])[2:2][1:1];

-- error
select ('{}'::int[])[1][2][3][4][5][6][7];

-- There are no arrays of arrays, so that each element is compared by itself.
select '{}' in (array[1, 2], 'true');
