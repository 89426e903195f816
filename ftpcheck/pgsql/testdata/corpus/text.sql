-- Text, its functions, LIKE.

select upper(group_name), lower(group_name), length(group_name), initcap(group_name) from groups order by group_id;

select length('äöü'), char_length('äöü'), character_length('a'), octet_length('äöü'), bit_length('a'), length(''), length('😀');

select upper('straße'), lower('ÀÉÎ'), initcap('hello wORLD o''brien x-y 1st'), upper('ß'), lower('İ') is not null;

select 'a' || 'b', 'a' || null, concat('a', null, 'b'), concat_ws(', ', 'a', null, 'b'), concat_ws(null, 'a');

-- error
select concat();

select substring('abcdef', 2, 3), substring('abcdef' from 2 for 3), substring('abcdef' for 2), substr('abcdef', 3), substr('abcdef', -1, 4), substring('abcdef' from 0), substring('abc', 10), substring('äöü' from 2 for 1);

-- error
select substring('abc', 1, -1);

select left('abcdef', 2), left('abcdef', -2), right('abcdef', 2), right('abcdef', -2), left('abc', 10), right('abc', 0), left('äöü', 2);

select position('c' in 'abcdef'), strpos('abcdef', 'c'), position('x' in 'abc'), position('' in 'abc'), strpos('äöü', 'ü');

select trim('  a  '), trim(both 'x' from 'xxaxx'), trim(leading 'x' from 'xxaxx'), trim(trailing from 'a  '), btrim('xyaxy', 'xy'), ltrim('  a '), rtrim(' a  '), ltrim('zzza', 'z'), trim(E'\ta\n');

select lpad('a', 5), lpad('a', 5, 'xy'), rpad('a', 5, 'xy'), lpad('abcdef', 3), rpad('abcdef', 3), lpad('a', 0), lpad('a', -1), lpad('a', 3, '');

select replace('abcabc', 'b', 'XX'), replace('abc', '', 'x'), replace('abc', 'x', 'y'), translate('abcde', 'ace', '12'), reverse('abc'), reverse('äö😀'), repeat('ab', 3), repeat('a', 0), repeat('a', -1);

select overlay('abcdef' placing 'XX' from 2), overlay('abcdef' placing 'XX' from 2 for 4), overlay('abc' placing 'x' from 10);

select split_part('a,b,c', ',', 1), split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 4), split_part('a,b,c', ',', -1), split_part('abc', '', 1), split_part('', ',', 1);

-- error
select split_part('a,b', ',', 0);

select string_to_array('a,b,c', ','), string_to_array('a,b,,c', ',', ''), string_to_array('abc', null), string_to_array('', ','), string_to_array('a', ''), array_to_string(array['a', null, 'b'], ','), array_to_string(array['a', null], ',', '?');

select ascii('a'), ascii('é'), ascii(''), chr(65), chr(233), chr(128512);

-- error
select chr(0);

select md5('abc'), md5(''), encode(sha256('abc'), 'hex');

select starts_with('abc', 'ab'), starts_with('abc', ''), 'abc' ^@ 'ab', starts_with('abc', 'b');

select format('%s is %s', 'a', 1), format('%I', 'group'), format('%L', 'O''Brien'), format('%%'), format('%5s|%-5s|', 'a', 'b'), format('%2$s %1$s', 'a', 'b'), format('%s', null), format('%L', null), format('%I', 'Abc');

-- error
select format('%s');

-- error
select format('%x', 1);

select quote_ident('a'), quote_ident('A b'), quote_literal('O''Brien'), quote_literal(E'a\\b'), quote_nullable(null), quote_ident('select');

select 'a' < 'b', 'a' < 'B', 'Z' < 'a', 'é' > 'z', '' < 'a', 'a' < 'aa', '10' < '9', 'a ' = 'a';

select group_name from groups where group_name is not null order by group_name;

select group_name from groups order by lower(group_name), group_name collate "C" desc, group_id;

select group_name from groups where group_name like 'web%';

select group_name from groups where group_name ilike 'WEB%';

select group_name from groups where group_name like 'web_1';

select group_name from groups where group_name like 'web\_1';

select group_name from groups where group_name like 'web\%1';

select group_name from groups where group_name like 'web#%1' escape '#';

select group_name from groups where group_name not like '%e%';

select group_name from groups where group_name not ilike '%E%';

select group_name from groups where group_name like '';

select group_name from groups where group_name like '%';

select group_name from groups where group_name like '%\\%';

select group_name from groups where group_name ilike '%É%';

select group_name from groups where group_name like '_____';

select group_name from groups where group_name like '% %';

select group_name from groups where group_name like E'%\n%' or group_name like E'%\t%';

select 'abc' like 'a%c', 'abc' like 'a_c', 'abc' like 'A%', 'abc' ilike 'A%', 'a%c' like 'a\%c', 'abc' like null, null like 'a', 'a\' like 'a\\', '' like '%', 'abc' like '%%%c';

select 'a_c' like 'a$_c' escape '$', 'a\c' like 'a\c' escape '', 'abc' like 'a%' escape 'a', 'a%' like 'aa%' escape 'a';

-- A pattern that ends with the escape is an error only where the match gets there.
select 'abc' like 'abc\';

-- error
select 'abcd' like 'abc\';

-- error
select 'abc' like 'abc' escape 'ab';

select 'abc' ~~ 'a%', 'abc' !~~ 'a%', 'abc' ~~* 'A%', 'abc' !~~* 'A%';

select 'abc' similar to 'a(b|x)c', 'abc' similar to 'ab', 'abc' similar to '%b%', 'abc' similar to '_b_', 'abc' not similar to 'a%', 'aab' similar to 'a+b', 'a.b' similar to 'a.b', 'axb' similar to 'a.b';

select description, length(description), trim(description) from permissions where rule_id < 'sgr-012' order by rule_id;

select distinct description from permissions where description ilike '%ftp%';

select description, count(*) from permissions group by description;

select rule_id, coalesce(nullif(trim(description), ''), '(none)') from permissions order by rule_id;

select group_id, split_part(arn, ':', 4) as region, split_part(arn, '/', 2) as id, split_part(arn, ':', 5) = account_id as same from groups where arn is not null order by group_id;

select arn, substring(arn from position('/' in arn) + 1), reverse(split_part(reverse(arn), '/', 1)) from groups where region = 'sa-east-1' order by arn;

select string_agg(group_id, ', ' order by group_id) from groups;

select region, string_agg(distinct coalesce(group_name, '?'), '|' order by coalesce(group_name, '?')) from groups group by region;

select id, t, length(t), octet_length(t), upper(t), t || '!', ascii(t), md5(t), reverse(t) from every order by id;

select id, vc || t, vc = t, vc like '%a%', vc || t, vc || vc, upper(vc) from every order by id;

select max(t), min(t), max(vc), count(distinct t) from every;

select t from every order by t desc;

select 'a'::text = 'a'::varchar, 'ab'::varchar(1) || 'c', length('abc'::varchar(2)), 'a'::varchar, coalesce('a'::varchar, 'b');

select string_to_array(arn, ':') from groups where group_id = 'sg-01';

select (string_to_array(arn, ':'))[4], cardinality(string_to_array(arn, ':')) from groups where group_id in ('sg-01', 'sg-26') order by group_id;

select regexp_split_to_array('a  b c', '\s+'), unnest(string_to_array('x y', ' '));

-- refused: normalize
select normalize('é') is not null;

-- refused: unistr
select unistr('\00e9');

-- refused: parse_ident
select parse_ident('a.b');

select text 'a' < text 'b', 'a'::text between 'A' and 'z', greatest('a', 'B', 'c'), least('a', 'B');

select 'O''Brien' = E'O\'Brien', E'\x41\102\u00e9', E'a\tb', 'a\tb', length('a\tb');

select btrim('  a b  '), trim(both from ' x '), trim('xyx', 'x'), trim(both 'ab' from 'abcba');

select lpad(group_id, 10, '.'), rpad(coalesce(region, '-'), 12) || '|' from groups where group_id > 'sg-24' order by group_id;

select concat(group_id, ':', unrestricted_ftp, ':', permission_count, ':', risk, ':', ratio, ':', day) from groups where group_id < 'sg-10' order by group_id;

select concat(ports, tags), concat(cidr, ' ', addr), concat(started_at) from groups where group_id < 'sg-04' order by group_id;

select string_agg(t, null), string_agg(null, ','), string_agg('a', ',') from every where id <= 2;

select char_length(vc), lower(vc), left(vc, 1), vc || 1 from every where vc is not null order by id;

-- refused: substring
select substring('foobar' similar 'f#"oo#"b%' escape '#');

select 'x' || E'\\', '\', '\\';

select chr(ascii('a') + 1), lower(chr(192)), upper(chr(255)), chr(955);

-- error
select upper(1);

-- error
select length(1);

-- error
select lower(true);

-- error
select 'a' like 1;

select strpos(group_name, 'b'), left(group_name, 3), right(group_name, 2) from groups where group_name is not null order by group_id;
