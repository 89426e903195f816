-- to_char, to_date, to_timestamp, to_number.

select to_char(timestamp '2026-11-27 13:04:05.678901', 'YYYY-MM-DD HH24:MI:SS'), to_char(timestamp '2026-11-27 13:04:05.678901', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), to_char(timestamp '2026-11-27 13:04:05.678901', 'HH12:MI:SS.MS AM'), to_char(timestamp '2026-11-27 03:04:05', 'HH:MI p.m.');

select to_char(date '2026-11-07', 'Day, DD Month YYYY'), to_char(date '2026-11-07', 'FMDay, FMDD FMMonth YYYY'), to_char(date '2026-11-07', 'DAY MONTH day month'), to_char(date '2026-05-07', 'Dy dy DY Mon mon MON');

select to_char(date '2026-11-07', 'YY YYY Y YYYY Y,YYY'), to_char(date '2026-11-07', 'D ID DD DDD W WW IW IYYY IY Q CC J MM RM rm'), to_char(date '2027-01-01', 'IYYY-IW-ID'), to_char(date '2026-11-07', 'FMMM/FMDD/YY');

select to_char(date '2026-11-01', 'DDth FMDDth'), to_char(date '2026-11-02', 'DDTH'), to_char(date '2026-11-03', 'FMDDth'), to_char(date '2026-11-11', 'FMDDth'), to_char(date '2026-11-22', 'FMDDth Mon');

select to_char(timestamptz '2026-11-27 13:04:05Z', 'TZ tz OF TZH TZM'), to_char(timestamp '2026-11-27 13:04:05', 'SSSS SSSSS'), to_char(timestamp '2026-11-27 13:04:05.6789', 'FF1 FF3 FF6 MS US');

select to_char(timestamp '2026-11-27 00:00:00', 'HH12 HH24 AM a.m. BC b.c. AD'), to_char(timestamp '2026-11-27 12:30', 'HH12:MI PM'), to_char(date '0044-03-15 BC', 'YYYY BC');

select to_char(timestamp '2026-11-27', 'plain words'), to_char(timestamp '2026-11-27', '"YYYY is" YYYY'), to_char(timestamp '2026-11-27', 'YYYY\"MM'), to_char(timestamp '2026-11-27', ''), to_char(null::timestamp, 'YYYY'), to_char(timestamp 'infinity', 'YYYY');

select to_char(interval '1 day 02:03:04', 'HH24:MI:SS'), to_char(interval '30 hours', 'HH24:MI'), to_char(interval '2 years 3 months', 'YY MM'), to_char(interval '-1 hour', 'HH24:MI'), to_char(interval '15h 2m 12s', 'HH24:MI:SS');

select to_char(125, '999'), to_char(125, '9999'), to_char(125, '99'), to_char(-125, '999'), to_char(125, '0999'), to_char(125, 'FM9999'), to_char(0, '9'), to_char(0, '0'), to_char(12, '99th');

select to_char(125.8, '999D9'), to_char(125.8, '999.99'), to_char(-125.8, '999D99'), to_char(0.1, '0.9'), to_char(0.1, '9.9'), to_char(0.1, 'FM9.99'), to_char(0.1, 'FM990.00'), to_char(1485, '9,999'), to_char(1485, '9G999'), to_char(148.5, 'FM999.990');

select to_char(485, '999MI'), to_char(-485, '999MI'), to_char(-485, 'S999'), to_char(485, 'S999'), to_char(485, '999S'), to_char(485, 'PL999'), to_char(-485, 'SG999');

-- refused: the format "999PR" of a number
select to_char(-485, '999PR');

-- refused: the format "999PR" of a number
select to_char(485, '999PR');

-- refused: the format "L999" of a number
select to_char(485, 'L999');

select to_char(482, '999th'), to_char(1234567, 'FM9,999,999');

-- refused: the format "RN" of a number
select to_char(485, 'RN');

-- refused: the format "FMRN" of a number
select to_char(485, 'FMRN');

-- refused: the format "FMRN" of a number
select to_char(5.2, 'FMRN');

-- refused: the format ""Good number:"999" of a number
select to_char(485, '"Good number:"999');

-- refused: the format "99V999" of a number
select to_char(12, '99V999');

-- refused: the format "99V999" of a number
select to_char(12.4, '99V999');

-- refused: the format "9.99EEEE" of a number
select to_char(0.0004859, '9.99EEEE');

select to_char(3.14159::float8, 'FM999.00'), to_char(12345678901::int8, 'FM999,999,999,999'), to_char(null::int, '999'), to_char(1.5, '9'), to_char(2.5, '9'), to_char(-0.4, '9');

-- refused: the format "9.99EEEE" of a number
select to_char(1e10::float8, '9.99EEEE');

-- refused: the format of NaN
select to_char('NaN'::float8, '999');

select to_date('2026-11-27', 'YYYY-MM-DD'), to_date('27 Nov 2026', 'DD Mon YYYY'), to_date('20261127', 'YYYYMMDD'), to_date('27/11/26', 'DD/MM/YY'), to_date('2026-331', 'YYYY-DDD'), to_date('November 7, 2026', 'Month DD, YYYY'), to_date('2026', 'YYYY');

-- refused: the format "IYYY-IW" to read dates and times
select to_date('2026-48', 'IYYY-IW');

-- error
select to_date('2026-02-30', 'YYYY-MM-DD');

-- error
select to_date('x', 'YYYY');

-- error
select to_date('2026-13-01', 'YYYY-MM-DD');

select to_timestamp('2026-11-27 13:04:05', 'YYYY-MM-DD HH24:MI:SS'), to_timestamp('2026-11-27 01:04 PM', 'YYYY-MM-DD HH12:MI AM'), to_timestamp('2026-11-27 13:04:05.678', 'YYYY-MM-DD HH24:MI:SS.MS'), to_timestamp('2026-11-27T13:04:05', 'YYYY-MM-DD"T"HH24:MI:SS');

-- error
select to_timestamp('25', 'HH24');

-- refused: to_number
select to_number('12,454.8-', '99G999D9S');

-- refused: to_number
select to_number('1234', '9999');

-- refused: to_number
select to_number('-12.5', 'S99D9');

-- refused: to_number
select to_number('$1,234.50', 'L9,999.99');

-- refused: to_number
select to_number('0012', '9999');

-- error
select to_number('x', '999');

select group_id, to_char(started_at, 'YYYY-MM-DD HH24:MI'), to_char(day, 'Mon YYYY'), to_char(risk, 'FM999990.00'), to_char(permission_count, '9G999') from groups where group_id < 'sg-12' order by group_id;

select to_char(started_at, 'YYYY-MM') as month, count(*) from groups where isfinite(started_at) group by 1 order by 1;

select to_char(began_at, 'IYYY-"W"IW') as week, count(*) from scans group by 1 order by 1;

select scan_id, to_char(took, 'HH24:MI:SS'), to_char(extract(epoch from took), 'FM999999990.0') from scans order by scan_id;

-- refused: the format "9.9EEEE" of a number
select id, to_char(i4, '999G999G999'), to_char(n, 'FM999999.999'), to_char(f8, '9.9EEEE') from every where id in (1, 4, 7, 8) order by id;
