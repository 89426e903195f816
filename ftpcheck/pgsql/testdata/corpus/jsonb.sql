-- jsonb: what tags and ports are.

select '{"b": 1, "a": 2, "aa": 3}'::jsonb, '{"a": 1, "a": 2}'::jsonb, '[1, 2.50, 1e2, -0, "x", null, true]'::jsonb, '"x"'::jsonb, ' null '::jsonb, '{}'::jsonb, '[]'::jsonb;

select '{"b": 1, "a": 2}'::json, '{"a": 1, "a": 2}'::json, ' [1 ,2] '::json;

-- error
select '{a: 1}'::jsonb;

-- error
select ''::jsonb;

-- error
select '[1, 2'::jsonb;

-- error
select '{"a": 01}'::jsonb;

-- error
select '"\u0000"'::jsonb;

select '"\u00e9\n\t\"\\\/"'::jsonb, '"😀"'::jsonb, '"\ud83d\ude00"'::jsonb, '"\u001f"'::jsonb;

select tags->'env', tags->>'env', tags->'missing', ports->0, ports->>0, ports->-1, ports->5, tags->0, ports->'a' from groups order by group_id;

select group_id, tags #> '{a,b,2,c}', tags #>> '{a,b,0}', tags #> '{a,b,-1}', tags #> '{}', ports #> '{1,0}' from groups where group_id in ('sg-01', 'sg-07') order by group_id;

select tags->'a'->'b'->2->>'c', (tags->'a'->'b'->>0)::int + 1 from groups where group_id = 'sg-07';

select tags['a']['b'][0], ports[0], ports[-1], (ports[0])::int from groups where group_id = 'sg-07';

select group_id from groups where tags @> '{"env": "prod"}';

select group_id from groups where tags ? 'env';

select group_id from groups where tags ?| array['owner', 'cost'];

select group_id from groups where tags ?& array['env', 'cost'];

select group_id from groups where ports @> '21';

select group_id from groups where ports @> '[21]';

select group_id from groups where ports @> '[{"port": 21}]';

select group_id from groups where '[20, 21, 22]' @> ports;

select group_id from groups where ports <@ '[21, 22, 443]';

select '[1, 2, 2]'::jsonb @> '[1, 1]', '{"a": [1, {"b": 2}]}'::jsonb @> '{"a": [{"b": 2}]}', '{"a": {}}'::jsonb @> '{"a": {}}', '[1, [2]]'::jsonb @> '[2]', '"a"'::jsonb @> '["a"]', '["a"]'::jsonb @> '"a"', '{"a": 1}'::jsonb <@ '{"a": 1, "b": 2}', '{}'::jsonb @> '{}';

select '["a", "b"]'::jsonb ? 'a', '{"a": 1}'::jsonb ? 'a', '"a"'::jsonb ? 'a', '[1]'::jsonb ? '1', '{"a": {"b": 1}}'::jsonb ? 'b';

select '{"a": 1}'::jsonb || '{"b": 2, "a": 3}', '[1]'::jsonb || '[2]', '[1]'::jsonb || '2', '1'::jsonb || '[2]', '1'::jsonb || '2', '[]'::jsonb || '{}', '{}'::jsonb || '[]';

-- error
select '{"a": 1}'::jsonb || '1'::jsonb - 'a' || 1;

select '{"a": 1, "b": 2}'::jsonb - 'a', '["a", "b", "a"]'::jsonb - 'a', '[1, 2, 3]'::jsonb - 1, '[1, 2, 3]'::jsonb - -1, '{"a": 1, "b": 2, "c": 3}'::jsonb - array['a', 'c'], '{"a": {"b": 1}}'::jsonb #- '{a,b}', '[1, [2, 3]]'::jsonb #- '{1,0}';

-- error
select '{"a": 1}'::jsonb - 1;

select '1'::jsonb = '1.0'::jsonb, '{"a": 1, "b": 2}'::jsonb = '{"b": 2, "a": 1}'::jsonb, '[1, 2]'::jsonb = '[2, 1]'::jsonb, '[1, 2]'::jsonb < '[1, 3]'::jsonb, '1'::jsonb < '"a"'::jsonb, 'null'::jsonb < '1'::jsonb, '[]'::jsonb < 'null'::jsonb, '{}'::jsonb > '[1]'::jsonb, 'true'::jsonb > 'false'::jsonb;

select ports, group_id from groups order by ports, group_id;

select tags, group_id from groups order by tags desc nulls last, group_id;

select distinct ports from groups;

select ports, count(*) from groups group by ports order by ports;

-- json has no equality.
-- error
select distinct j from every;

-- error
select j = j from every;

select jsonb_typeof(tags), count(*) from groups group by 1;

select jsonb_typeof('1'), jsonb_typeof('"a"'), jsonb_typeof('null'), jsonb_typeof(null), jsonb_typeof('true'), jsonb_typeof('{}'), json_typeof('[]');

select group_id, jsonb_array_length(ports) from groups where jsonb_typeof(ports) = 'array' order by group_id;

-- error
select jsonb_array_length('{}'::jsonb);

-- error
select jsonb_array_length('1'::jsonb);

select group_id, e from groups, jsonb_array_elements(ports) e where jsonb_typeof(ports) = 'array';

select group_id, e::int from groups, jsonb_array_elements_text(ports) e where ports @> '[21]' and not ports @> '["21"]' and jsonb_typeof(ports) = 'array';

select group_id, p.value, p.ordinality from groups cross join lateral jsonb_array_elements_text(ports) with ordinality as p where group_id = 'sg-07';

select group_id, t.key, t.value from groups, jsonb_each(tags) t where jsonb_typeof(tags) = 'object';

select group_id, t.key, t.value from groups, jsonb_each_text(tags) as t where jsonb_typeof(tags) = 'object';

select distinct jsonb_object_keys(tags) from groups where jsonb_typeof(tags) = 'object';

select key, count(*) from groups cross join jsonb_each(tags) where jsonb_typeof(tags) = 'object' group by key order by key;

-- ordered
select * from jsonb_each('{"b": 1, "a": [2]}');

-- ordered
select * from json_each_text('{"b": 1, "a": [2], "b": null}');

-- ordered
select jsonb_array_elements('[1, "a", null, [2]]');

-- error
select jsonb_array_elements('{}'::jsonb);

-- error
select * from jsonb_each('[]'::jsonb);

select jsonb_build_object('a', 1, 'b', null, 'c', array[1, 2], 'd', 1.50, 'e', true, 'f', '{"x": 1}'::jsonb), jsonb_build_array(1, 'a', null, 2.5), json_build_object('b', 1, 'a', 2), json_build_array(1, 'a'), jsonb_build_object();

-- error
select jsonb_build_object('a');

-- error
select jsonb_build_object(null, 1);

select to_jsonb(1), to_jsonb('a'::text), to_jsonb(true), to_jsonb(1.50), to_jsonb(array[1, null, 3]), to_jsonb(date '2026-11-27'), to_jsonb(timestamptz '2026-11-27 10:00Z'), to_jsonb(null::int), to_json('a"b'::text), to_jsonb('NaN'::float8), to_jsonb(interval '1 day'), to_jsonb('10.0.0.0/8'::cidr);

-- refused: a whole row as a value
select row_to_json(t), to_jsonb(t) from (select 1 as b, 'x' as a, null as c) t;

-- refused: rows as arguments of functions
select row_to_json(row(1, 'a')), to_jsonb(g) ->> 'group_id' from groups g where group_id = 'sg-01';

select jsonb_agg(group_id order by group_id), jsonb_agg(permission_count order by group_id), json_agg(unrestricted_ftp order by group_id) from groups where group_id < 'sg-05';

select jsonb_object_agg(group_id, unrestricted_ftp order by group_id), json_object_agg(group_id, permission_count order by group_id) from groups where group_id < 'sg-05';

-- refused: a whole row as a value
select jsonb_agg(g order by group_id) from (select group_id, region from groups where group_id < 'sg-03') g;

select region, jsonb_agg(jsonb_build_object('id', group_id, 'open', unrestricted_ftp) order by group_id) from groups group by region order by region;

select jsonb_agg(1) from groups where false;

select jsonb_set('{"a": 1}', '{b}', '2'), jsonb_set('{"a": 1}', '{b}', '2', false), jsonb_set('{"a": {"b": 1}}', '{a,b}', '"x"'), jsonb_set('[1, 2]', '{0}', '9'), jsonb_set('[1, 2]', '{-1}', '9'), jsonb_set('[1, 2]', '{5}', '9'), jsonb_insert('[1, 2]', '{1}', '9'), jsonb_insert('[1, 2]', '{1}', '9', true);

-- refused: jsonb_set_lax
select jsonb_set_lax('{"a": 1}', '{a}', null, true, 'delete_key');

select jsonb_strip_nulls('{"a": null, "b": [null, {"c": null}]}'), jsonb_pretty('{"b": 1, "a": [1, {}, []]}'), jsonb_extract_path('{"a": {"b": 1}}', 'a', 'b'), jsonb_extract_path_text('{"a": [1, 2]}', 'a', '1'), json_extract_path_text('{"a": "x"}', 'a');

select jsonb_object('{a,1,b,2}'), jsonb_object(array['a', 'b'], array['1', null]), array_to_json(array[[1, 2], [3, 4]]), json_array_length('[1, 2]'), '{"a": [1, "x"]}'::json -> 'a' ->> 1;

-- refused: a function with a list of column definitions
select * from jsonb_to_recordset('[{"a": 1, "b": "x"}, {"a": 2}]') as t (a int, b text);

-- refused: a function with a list of column definitions
select * from jsonb_to_record('{"a": 1, "b": [1, 2], "c": {"d": 1}}') as t (a int, b text, c jsonb);

select jsonb_path_query_array(ports, '$[*] ? (@ == 21)') from groups where group_id = 'sg-29';

select '{"a": 5}'::jsonb @@ '$.a > 3';

select jsonb_path_exists('{"a": [1, 2, 3]}', '$.a[*] ? (@ > 2)');

select '{"a": 5}'::jsonb @? '$.a ? (@ > 3)';

select jsonb_path_query_first('{"a": [1, 2]}', '$.a[1]');

select group_id, tags->>'env' as env, coalesce(tags->>'owner', 'nobody') as owner from groups where tags->>'env' in ('prod', 'stage') order by group_id;

select tags->>'env' as env, count(*), count(*) filter (where unrestricted_ftp) as open from groups group by 1 order by 1 nulls last;

select group_id, (tags->>'cost')::numeric * 2 from groups where tags ? 'cost' order by group_id;

select group_id, tags->'n', (tags->>'n')::int8 from groups where tags ? 'n';

select group_id from groups where (ports->0)::text = '21';

select group_id from groups where exists (select from jsonb_array_elements(case when jsonb_typeof(ports) = 'array' then ports else '[]' end) e where e = '21');

select group_id, (select count(*) from jsonb_object_keys(tags)) as keys from groups where jsonb_typeof(tags) = 'object' order by group_id;

select scan_id, e->>'code', sum((e->>'count')::int) from scans, jsonb_array_elements(errors) e where jsonb_typeof(errors) = 'array' and jsonb_typeof(e) = 'object' group by 1, 2 order by 1, 2;

select tags->'scan'->'reasons'->>0, jsonb_array_length(tags->'scan'->'reasons') from groups where group_id = 'sg-27';

select id, j, jb, jb->'a', j->>'a', jb::text = j::text from every order by id;

select id, jb from every order by jb, id;

select jb || jb, jb - 'a', jb @> jb from every where id in (1, 3) order by id;

select jsonb '{"a": 1}' ->> 'a' = '1', jsonb '[1, 2]' -> 0 = '1', jsonb '{"a": null}' -> 'a' is null, jsonb '{"a": null}' ->> 'a' is null;

select concat('x', jsonb '{"a":1}'), jsonb '"x"' || '"y"', jsonb '"x"' #>> '{}', trim(both '"' from jsonb '"x"'::text);

-- error
select tags || 'x' from groups where group_id = 'sg-01';

-- error
select tags->>'env' = 1 from groups;

-- error
select sum(ports->0) from groups;

select count(distinct tags), count(tags), min(tags->>'env'), max(tags->>'env') from groups;

select '{"a": 1.0}'::jsonb = '{"a": 1}'::jsonb, '{"a": 1.0}'::jsonb, '1e3'::jsonb, '1E-2'::jsonb, '-0.0'::jsonb, '123456789012345678901234567890.5'::jsonb;

select ('123'::jsonb)[0], ('[1, "2", null]'::jsonb)['1'], ('[1, "2", null]'::jsonb)[1][0], ('{"a": [1, {"b": 2}]}'::jsonb)['a'][1]['b'], ('{"1": 2}'::jsonb)[1];
