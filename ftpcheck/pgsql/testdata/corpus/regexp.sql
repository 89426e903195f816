-- Regular expressions.

select 'abc' ~ 'b', 'abc' ~ '^b', 'abc' ~* 'B', 'abc' !~ 'x', 'abc' !~* 'ABC', 'abc' ~ '', null ~ 'a', 'a' ~ null;

select group_name from groups where group_name ~ '^web';

select group_name from groups where group_name ~* '^WEB';

select group_name from groups where group_name !~ '[a-z]';

select group_name from groups where group_name ~ '^[a-z]+(-[a-z]+)*-\d+$';

select group_name from groups where group_name ~ '[[:space:]]';

select group_name from groups where group_name ~ '\s';

select group_name from groups where group_name ~ '^\w+$';

select group_name from groups where group_name ~ '^.{1,3}$';

select group_id from groups where arn ~ '^arn:aws(-[a-z]+)*:ec2:[a-z0-9-]+:\d{12}:security-group/sg-[0-9a-f]+$';

select rule_id from permissions where description ~ '\d{4}-\d{2}-\d{2}';

-- refused: \m in a regular expression
select rule_id from permissions where description ~* '\mftp\M';

select regexp_replace('foobarbaz', 'b..', 'X'), regexp_replace('foobarbaz', 'b..', 'X', 'g'), regexp_replace('foobar', '(o)(b)', '\2\1'), regexp_replace('foobar', 'o', '[\&]', 'g'), regexp_replace('FOO', 'o', 'x', 'gi');

select regexp_replace('abc', '', '-', 'g'), regexp_replace('abc', 'x*', '-', 'g'), regexp_replace('a.b.c', '\.', '/', 'g');

-- error
select regexp_replace('abc', '(?<x>b)', 'y');

select regexp_match('foobarbequebaz', 'bar.*que'), regexp_match('foobarbequebaz', '(bar)(beque)'), regexp_match('abc', 'x'), regexp_match('abc', '(x)?b'), regexp_match('ABC', 'b', 'i');

select (regexp_match('tcp:20-21', '(\w+):(\d+)-(\d+)'))[2]::int;

-- ordered
select regexp_matches('foobarbequebazilbarfbonk', '(b[^b]+)(b[^b]+)', 'g');

-- ordered
select regexp_matches('a1b2', '\d', 'g');

select regexp_matches('abc', 'x');

-- ordered
select regexp_split_to_table('the quick  brown', '\s+');

select regexp_split_to_array('a1b22c', '\d+'), regexp_split_to_array('abc', ''), regexp_split_to_array('abc', 'x'), regexp_split_to_array('', 'x'), regexp_split_to_array('1a1', '1');

select substring('foobar' from 'o.b'), substring('foobar' from 'o(.)b'), substring('foobar', 'x'), substring('foobar' from '(f)(o)');

select regexp_count('abcabc', 'b'), regexp_count('abcabc', 'B', 1, 'i'), regexp_count('abc', 'x'), regexp_count('aaa', 'a', 2), regexp_instr('abcabc', 'c'), regexp_instr('abcabc', 'c', 1, 2), regexp_like('abc', 'B', 'i'), regexp_substr('abcd', 'b.'), regexp_substr('a1b2', '\d', 1, 2);

select 'a' ~ 'a|b', 'ab' ~ '^(a|ab)$', 'aab' ~ '^a{2}b$', 'a+b' ~ 'a\+b', 'a.b' ~ '^a[.]b$', 'x' ~ '[^a-w]', 'é' ~ '^.$', 'é' ~ '^\w$', '_' ~ '\w', '5' ~ '\D';

select 'abc' ~ '(?i)ABC', 'a b' ~ '(?x)a\ b';

-- refused: a regular expression that begins with ***
select 'foo' ~ '***=fo';

-- refused: a regular expression that begins with ***
select 'fo.' ~ '***=o.';

-- refused: a regular expression that begins with ***
select 'foo' ~ '***:f';

select E'a\nb' ~ 'a.b', E'a\nb' ~ '^b', E'a\nb' ~ '(?n)^b', E'a\nb' ~ '(?n)a.b', E'a\nb' ~ 'a$', E'a\nb' ~ '(?w)^b';

-- Longest match of all, and not the first alternative.
select substring('abcd' from 'a|ab|abc'), regexp_replace('abcd', 'a|ab', 'X'), (regexp_match('xyz', 'x|xy'))[1];

-- Greedy or not is decided by the first quantifier.
-- refused: several ways to match
select substring('XY1234Z' from 'Y*([0-9]{1,3})'), substring('XY1234Z' from 'Y*?([0-9]{1,3})'), regexp_match('abc01234xyz', '(.*)(\d+)(.*)'), regexp_match('abc01234xyz', '(?:(.*?)(\d+)(.*)){1,1}');

-- refused: looking ahead or behind in a regular expression
select 'foobar' ~ 'foo(?=bar)';

-- refused: looking ahead or behind in a regular expression
select 'foobaz' ~ 'foo(?!bar)';

-- refused: looking ahead or behind in a regular expression
select 'foobar' ~ '(?<=foo)bar';

-- refused: back references in a regular expression
select 'barbar' ~ '^(bar)\1$';

-- refused: back references in a regular expression
select 'abab' ~ '(ab)\1';

select 'a]b' ~ '[]]', 'a-b' ~ '[a-]', 'a' ~ '[[:alpha:]]', '1' ~ '[[:digit:]]', ' ' ~ '[[:space:]]', 'A' ~ '[[:upper:]]', 'a' ~ '[[:upper:]]', '!' ~ '[[:punct:]]', 'ab' ~ '\Aab\Z', 'a b' ~ 'a\yb', 'ab cd' ~ '\ycd\y';

-- error
select 'abc' ~ '(';

-- error
select 'abc' ~ '[a';

-- error
select 'abc' ~ '*a';

-- error
select 'abc' ~ 'a{2,1}';

-- error
select regexp_replace('a', 'a', 'b', 'z');

-- error
select regexp_match('a', 'a', 'g');

select group_id, regexp_replace(coalesce(group_name, ''), '[^a-zA-Z0-9]+', '-', 'g') from groups order by group_id;

select group_id, (regexp_match(arn, ':(\d{12}):'))[1] as account, substring(arn from 'sg-(\d+)$')::int as number from groups where arn is not null order by group_id;

select group_id, array_length(regexp_split_to_array(arn, '[:/]'), 1) from groups order by group_id;

select description, regexp_replace(description, '\s+', ' ', 'g'), description ~ '^\S+$' from permissions where rule_id < 'sgr-012' order by rule_id;

select count(*) filter (where ip_protocol ~ '^-?\d+$') as numbers, count(*) filter (where ip_protocol !~ '\d') as names from permissions;

select id, t ~ '^[[:alpha:]]+$', t ~ '.', t ~* 'A', regexp_replace(t, '.', 'x') from every order by id;

select 'sg-01' ~ all (array['^sg', '\d$']), 'sg-01' ~ any (array['x', '1$']), 'A' ~* any (array['a']);

select regexp_replace('aaa', 'a', 'b', 2), regexp_replace('aaa', 'a', 'b', 1, 2), regexp_replace('aaa', 'A', 'b', 1, 0, 'i');
