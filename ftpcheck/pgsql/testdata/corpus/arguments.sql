-- Arguments that are left out or given by name, and parameters that nobody gives.

select lpad('a', 3), lpad('a', 3, 'x'), round(1.5), round(1.55, 1), string_agg('a', ','), substr('abc', 2), substr('abc', 2, 1);

select make_interval(), make_interval(1);

-- refused: arguments by name
select make_interval(years => 1);

-- refused: arguments by name
select make_interval(hours => 2, mins => 30);

-- refused: arguments by name
select make_interval(1, days => 5);

-- refused: arguments by name
select make_interval(secs => 1.5);

-- refused: arguments by name
select make_interval(years := 1);

select jsonb_set('{"a": 1}', '{a}', '2'), jsonb_insert('[1]', '{0}', '0');

-- refused: arguments by name
select jsonb_set(jsonb '{"a": 1}', path => '{a}', replacement => '2');

select trim('  a'), btrim('xax', 'x'), regexp_replace('aa', 'a', 'b'), regexp_replace('aa', 'a', 'b', 'g'), array_to_string(array[1, null], ','), array_position(array[1, 2], 2), date_trunc('day', timestamptz '2026-11-27 10:00Z'), age(timestamp '2026-01-01', timestamp '2025-01-01'), generate_series(1, 1);

select to_char(1, '9');

select trunc(1.55), trunc(1.55, 1), greatest(1), least(1), num_nulls(1);

select log(100);

-- refused: log
select log(2.0, 8.0);

-- refused: VARIADIC
select concat_ws(',', variadic array['a', 'b']);

-- refused: VARIADIC
select concat(variadic array[1, 2]);

-- refused: VARIADIC
select format('%s %s', variadic array['a', 'b']);

-- refused: VARIADIC
select jsonb_build_array(variadic array[1, 2]);

-- refused: VARIADIC
select jsonb_extract_path('{"a": [1]}', variadic array['a', '0']);

-- error
select lpad('a');

-- error
select round();

-- error
select round(1.5, 1, 1);

-- error
select make_interval(fortnights => 1);

-- error
select make_interval(years => 1, 2);

-- error
select make_interval(years => 1, years => 2);

-- error
select upper(text => 'a');

-- error
select string_agg('a');

-- error
select coalesce();

-- error
select nullif(1);

-- error
select $1;

-- error
select group_id from groups where region = $1;

-- error
select group_id from groups where region = :region;

select upper('a'::varchar), upper(null), length(null), abs(null), null || 'a', null + 1, 1 + null, not null;

-- error
select round('x');

select round('1.5'), abs('-1'), length('abc'), upper('x');

-- error
select date_trunc('day', '2026-11-27');

select extract(year from '2026-11-27'::date), extract('year' from date '2026-11-27'), extract("year" from date '2026-11-27');
