-- Integers, numeric and double precision.

select 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7 % -3, mod(7, 3), div(7, 2), div(-7, 2), div(7.5, 2);

select 7.0 / 2, 7 / 2.0, 1 / 3.0, 2 / 3.0, 10.0 / 3, 1.000 / 3, 100000 / 3.0, 1e-10 / 3;

select 1.10 + 2.205, 1.10 - 2.205, 1.10 * 2.205, 1.1 % 0.3, -1.1 % 0.3, 5.5 % 2;

-- error
select 1 / 0;

-- error
select 1 % 0;

-- error
select 1.0 / 0;

-- error
select 1::float8 / 0;

-- error
select mod(1, 0);

-- error
select 2147483647 + 1;

-- error
select 9223372036854775807 + 1;

-- error
select -2147483648 * 2;

-- error
select (-2147483648)::int4 / -1;

-- error
select (-9223372036854775808)::int8 / -1;

-- error
select - (-2147483648)::int4;

-- error
select abs((-2147483648)::int4);

select (-9223372036854775808)::int8 % -1, (-2147483648)::int4 % -1;

-- error
select 32767::int2 + 1::int2;

-- error
select 1e308::float8 * 10;

-- error
select 1e-308::float8 / 1e100;

select 'Infinity'::float8 + 1, 'Infinity'::float8 - 'Infinity'::float8, 'NaN'::float8 = 'NaN'::float8, 'NaN'::float8 > 'Infinity'::float8, 0 * 'Infinity'::float8;

select 'Infinity'::numeric + 1, 'Infinity'::numeric - 'Infinity'::numeric, 'NaN'::numeric = 'NaN'::numeric, 'NaN'::numeric > 'Infinity'::numeric, 0 * 'Infinity'::numeric, 1 / 'Infinity'::numeric;

select abs(-5), abs(-5.5), abs(-5.5::float8), sign(-3), sign(0.0), sign(2.5), sign(-2.5::float8);

select round(2.5), round(-2.5), round(3.5), round(2.5::float8), round(3.5::float8), round(-2.5::float8), round(2.567, 2), round(2.565, 2), round(1234.5, -2), round(1250, -2), round(5, 1);

select ceil(1.1), ceil(-1.1), floor(1.9), floor(-1.1), ceiling(2), floor(2::float8), trunc(1.99), trunc(-1.99), trunc(1.987, 2), trunc(1987.6, -2), trunc(-1.5::float8);

select ceil(-0.5), round(-0.4), ceil(-0.5::float8), round(-0.4::float8), trunc(-0.4::float8), -0.0, -0.0::float8, 0 * -1.0;

select power(2, 10), power(2.0, 3), power(2::float8, -1), 2 ^ 10, 2.0 ^ 3, 2 ^ -1, 2.0 ^ -1, power(0, 0);

-- refused: a power of numeric with a fraction in the exponent
select power(2, 0.5);

-- refused: a power of numeric with a fraction in the exponent
select 10 ^ 2.5;

select sqrt(2), sqrt(2.0), sqrt(16), sqrt(16.00), |/ 25.0;

-- refused: the operator ||/
select ||/ 27.0;

-- refused: cbrt
select cbrt(8);

select exp(1);

-- refused: exp
select exp(1.0);

-- refused: ln
select ln(10);

-- refused: ln
select ln(10.0);

select log(100);

-- refused: log
select log(100.0);

-- refused: log
select log(2.0, 64.0);

select log10(1000);

-- refused: exp
select exp(0.0);

-- error
select sqrt(-1);

-- error
select sqrt(-1.0);

-- error
select ln(0);

-- error
select log(-1.0);

-- error
select power(-2, 0.5);

-- error
select power(0, -1);

-- error
select power(10.0, 200000);

select gcd(12, 18), lcm(4, 6), gcd(0, 5), gcd(1.5, 0.5);

select factorial(5);

select factorial(20);

select factorial(25);

select width_bucket(5.35, 0.024, 10.06, 5), width_bucket(21, array[20, 22, 80]);

-- refused: width_bucket
select width_bucket(0, 1, 10, 3);

-- refused: width_bucket
select width_bucket(11::float8, 1, 10, 3);

select pi(), degrees(pi()), radians(180);

-- refused: sin
select sin(0);

-- refused: cos
select cos(0);

-- refused: tan
select tan(0);

-- refused: atan2
select atan2(1, 1);

-- refused: asin
select asin(1);

-- refused: acos
select acos(1);

-- refused: atan
select atan(1);

-- refused: sind
select sind(30);

-- refused: cosd
select cosd(60);

select 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 4, -1 >> 1, 1::int8 << 40, 6::int2 & 3::int2;

select 1 << 31, 1::int8 << 63;

-- refused: a shift of integer by 33 bits
select 1 << 33;

select 1.5e3, 1e-3, 123e10, .5, 5., 1.50, 00.10, 1e0, 12345678901234567890;

select 1::numeric, 1.0::numeric, 1.00 = 1.0, 1.10::text, (1.10)::numeric(10, 3), 1e2::numeric, 1.5e-5::numeric;

select 1::float8, 1.0::float8, 1e15::float8, 1e16::float8, 123456789012345678::float8, 0.0001::float8, 0.00001::float8, 1e22::float8, 1e21::float8, 123456.789::float8;

select 0.1::float8 + 0.2::float8, 0.1::float8 * 3, 1::float8 / 3, 2::float8 / 3, 100::float8 * 1.1::float8, 1e23::float8, 5e-324::float8, 1.7976931348623157e308::float8;

select -0.0::float8 = 0, (-0.0)::float8::text, 0.0::float8 * -1;

select 1::int8 * 4294967296, 3000000000 + 3000000000, 3000000000, 2147483647::int8 + 1;

select 12345678901234567890.123456789 * 98765432109876543210.987654321, 12345678901234567890.5 / 7, 12345678901234567890.5 % 7, 99999999999999999999 + 1;

select 1::numeric / 7, 22::numeric / 7, 1e20::numeric / 3, 1::numeric / 3e10, 123.456::numeric / 0.001, 0::numeric / 5, 0.00::numeric / 3;

select sum(risk), avg(risk), min(risk), max(risk), count(risk) from groups;

select sum(permission_count), avg(permission_count) from groups where permission_count < 100;

select sum(from_port), avg(to_port), sum(priority), avg(priority), sum(weight), avg(weight) from permissions;

select group_id, permission_count * 2, permission_count / 2, permission_count % 3, permission_count / 2.0, permission_count + risk from groups where permission_count < 100 order by group_id;

select group_id, risk, round(risk), round(risk, 1), trunc(risk, 1), risk / 3, risk * risk from groups where risk is not null order by group_id;

select group_id, ratio, ratio * 2, round(ratio), ratio::numeric, ratio + 1 from groups where ratio is not null and abs(ratio) < 1e15 order by group_id;

select group_id, 100.0 * permission_count / sum(permission_count) over () as percent from groups where permission_count < 100 order by group_id;

select rule_id, to_port - from_port + 1 as size, (to_port - from_port + 1) / 65536.0 as share from permissions where to_port >= from_port order by rule_id;

select rule_id, round(weight, 1), round(weight), weight % 1, weight::int, weight::float8 from permissions where weight is not null order by rule_id;

select id, n + 1, n * 2, -n, abs(n), n = n, n > 0, sign(n) from every where abs(n) < 1e20 or n = 'NaN' order by id;

select id, floor(n), ceil(n), round(n), trunc(n) from every order by id;

select id, f8 = f8, f8 > 0, -f8, abs(f8), sign(f8) from every order by id;

select n from every order by n;

select f8 from every order by f8 desc nulls last;

select i2 + i4 from every where id in (1, 4, 5, 6);

-- error
select i4 + 1 from every;

-- error
select i8 - 2 from every;

-- error
select i2 * i2 * i2 * i2 from every;

select i8::float8, i8::numeric, i8::text from every order by id;

select n::numeric(40, 2) from every where id in (1, 3, 7, 8, 10) order by id;

select scale(1.50), scale(1), trim_scale(1.500), min_scale(1.500), scale(risk) from groups where group_id in ('sg-05', 'sg-19');

select 1 = 1.0, 1 < 1.5, 2 > 1.5::float8, 1::int2 = 1::int8, 0.1::float8 = 0.1, 9007199254740993 = 9007199254740993::float8, 9007199254740993 = 9007199254740993.0;

select int4 '1', int8 '-5', float8 '1e3', numeric '1.20', 1::"numeric", 1::dec(5, 2), 1::decimal;

-- refused: the type float4
select 1::real is not null;

-- refused: random
select random() between 0 and 1;

select 10 % 3 + 1, 10 - 2 * 3, (10 - 2) * 3, 2 * 3 % 4, -5 % 3, - (5 % 3), 100 / 10 / 2;

select to_hex(255), to_hex(-1), to_hex(4294967296);

select '0'::numeric, '-0'::numeric, '000.100'::numeric, '1e-2'::numeric, '1E+2'::numeric, ' 1.5 '::numeric;

-- error
select '1.2.3'::numeric;

-- error
select '1,000'::numeric;

-- error
select '1e400'::float8;

select '1e400'::numeric > 0;

-- error
select '1_000'::int;

-- error
select -2147483648 * 2;

select - (-2147483648), -9223372036854775808, - (-9223372036854775808), -2147483648;
