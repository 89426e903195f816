-- Dates, timestamps, times and intervals.

select '2026-11-27'::date, 'November 27, 2026'::date, '27 Nov 2026'::date, '20261127'::date, '11/27/2026'::date, '2026-331'::date, 'Nov-27-2026'::date;

select '2026-11-27 10:11:12'::timestamp, '2026-11-27T10:11:12'::timestamp, '2026-11-27T10:11:12Z'::timestamptz, '2026-11-27 10:11:12.123456789'::timestamp, '2026-11-27 10:11'::timestamp, '2026-11-27 10:11 PM'::timestamp, '2026-11-27'::timestamp;

select '2026-11-27 10:11:12+02'::timestamptz, '2026-11-27 10:11:12-05:30'::timestamptz, '2026-11-27 10:11:12 UTC'::timestamptz, '2026-11-27 10:11:12+02'::timestamp;

select '2026-07-01 12:00 Europe/Berlin'::timestamptz, '2026-12-01 12:00 America/New_York'::timestamptz;

select 'infinity'::date, '-infinity'::timestamp, 'infinity'::timestamptz, 'epoch'::date, 'epoch'::timestamptz;

-- error
select '2026-02-30'::date;

-- error
select '2026-13-01'::date;

-- error
select '27/11/2026'::date;

-- error
select 'x'::date;

-- error
select '2026-11-27 25:00'::timestamp;

-- error
select '2026-11-27 10:60'::timestamp;

-- error
select ''::timestamptz;

-- error
select '10000000-01-01'::date;

select '2026-11-27 24:00'::timestamp, '2026-12-31 23:59:60'::timestamp, '2024-02-29'::date, '0001-01-01'::date, '0044-03-15 BC'::date, '99999-01-01'::date;

select '10:11'::time, '10:11:12.5'::time, '24:00'::time, '10:11 pm'::time, '101112'::time;

select '1 day'::interval, '1 day 2 hours'::interval, '01:02:03'::interval, '1 year 2 months'::interval, '-1 day'::interval, '1 week'::interval, '90 minutes'::interval, 'P1Y2M3DT4H5M6S'::interval, '1-2'::interval, '1 day ago'::interval, '1.5 days'::interval, '1.5 months'::interval, '@ 1 hour'::interval, '0'::interval, '100 seconds'::interval;

select interval '1 day', interval '36 hours', interval '30 days', interval '12 months', interval '0.5 year', interval '1 day -1 hour', interval '-1 month 1 day', interval '1 millisecond', interval '1 microsecond', interval '2 decades', interval '1 century';

-- error
select 'x day'::interval;

-- error
select '1 dya'::interval;

select date '2026-11-27' + 1, date '2026-11-27' - 1, 1 + date '2026-11-27', date '2026-11-27' - date '2026-11-01', date '2026-11-27' + interval '1 month', date '2026-11-27' + time '10:00', date '2026-11-27' - interval '1 hour';

select date '2026-01-31' + interval '1 month', date '2024-02-29' + interval '1 year', timestamp '2026-03-31' - interval '1 month', timestamptz '2026-01-31 10:00Z' + interval '1 month 1 day', timestamp '2026-01-31' + interval '1 month' + interval '1 month', timestamp '2026-01-31' + interval '2 months';

select timestamp '2026-11-27 10:00' - timestamp '2026-11-01 12:30', timestamptz '2026-11-27' - timestamptz '2026-11-28', timestamp '2026-11-27' - date '2026-11-26', date '2026-11-27' - timestamp '2026-11-26 12:00';

select interval '1 day' + interval '2 hours', interval '1 day' - interval '1 hour', - interval '1 day', interval '1 day' * 2, 2 * interval '1 hour', interval '1 day' * 1.5, interval '1 month' * 0.5, interval '1 day' / 2, interval '1 month' / 4, interval '1 hour' / 1.5;

select time '10:00' + interval '15 hours', time '10:00' - time '09:30', time '10:00' - interval '11 hours';

select interval '1 day' = interval '24 hours', interval '30 days' = interval '1 month', interval '1 month' < interval '31 days', interval '1 year' > interval '364 days';

select date '2026-11-27' = timestamp '2026-11-27', date '2026-11-27' < timestamptz '2026-11-27 00:00:01Z', timestamp '2026-11-27' = timestamptz '2026-11-27Z', 'infinity'::date > date '9999-12-31', date 'infinity' = timestamp 'infinity';

select extract(year from date '2026-11-27'), extract(month from date '2026-11-27'), extract(day from date '2026-11-27'), extract(dow from date '2026-11-29'), extract(isodow from date '2026-11-29'), extract(doy from date '2026-11-27'), extract(week from date '2026-01-01'), extract(isoyear from date '2027-01-01'), extract(quarter from date '2026-11-27'), extract(century from date '2000-12-31'), extract(decade from date '2026-01-01'), extract(millennium from date '2001-01-01'), extract(epoch from date '2026-11-27'), extract(julian from date '2026-11-27');

select extract(hour from timestamp '2026-11-27 10:11:12.345'), extract(minute from timestamp '2026-11-27 10:11:12.345'), extract(second from timestamp '2026-11-27 10:11:12.345'), extract(milliseconds from timestamp '2026-11-27 10:11:12.345'), extract(microseconds from timestamp '2026-11-27 10:11:12.345'), extract(epoch from timestamp '2026-11-27 10:11:12.345'), extract(epoch from timestamptz '2026-11-27 10:11:12.345Z');

select extract(timezone from timestamptz '2026-11-27Z'), extract(timezone_hour from timestamptz '2026-11-27Z'), date_part('year', date '2026-11-27'), date_part('second', timestamp '2026-11-27 10:11:12.345'), extract(year from date '2026-11-27'), date_part('year', date '2026-11-27');

select extract(epoch from interval '1 day 1 hour'), extract(day from interval '40 days'), extract(hour from interval '30 hours'), extract(month from interval '14 months'), extract(year from interval '14 months'), extract(epoch from interval '1 month'), extract(epoch from interval '1 year'), extract(minute from interval '90 seconds');

-- error
select extract(hour from date '2026-11-27');

-- error
select extract(fortnight from date '2026-11-27');

select extract(year from date 'infinity'), extract(month from date 'infinity'), extract(epoch from timestamp '-infinity'), extract(hour from time '10:11:12'), extract(epoch from time '10:11:12');

select date_trunc('year', timestamp '2026-11-27 10:11:12'), date_trunc('quarter', timestamp '2026-11-27 10:11:12'), date_trunc('month', timestamp '2026-11-27 10:11:12'), date_trunc('week', timestamp '2026-11-29 10:11:12'), date_trunc('day', timestamp '2026-11-27 10:11:12'), date_trunc('hour', timestamp '2026-11-27 10:11:12'), date_trunc('minute', timestamp '2026-11-27 10:11:12'), date_trunc('second', timestamp '2026-11-27 10:11:12.9'), date_trunc('decade', timestamp '2026-11-27'), date_trunc('century', timestamp '2000-11-27');

select date_trunc('month', date '2026-11-27'), date_trunc('day', timestamptz '2026-11-27 10:11Z'), date_trunc('day', timestamptz '2026-11-27 01:00Z', 'America/New_York'), date_trunc('hour', interval '1 day 10:11:12'), date_trunc('month', interval '1 year 14 months 3 days');

-- error
select date_trunc('dayz', timestamp '2026-11-27');

select age(timestamp '2026-11-27', timestamp '2025-12-31'), age(timestamp '2024-03-01', timestamp '2024-01-31'), age(timestamptz '2026-01-01Z', timestamptz '2026-03-31 10:00Z'), age(timestamp '2026-11-27', timestamp '2026-11-27');

select justify_hours(interval '30 hours'), justify_days(interval '40 days'), justify_interval(interval '1 month -1 hour'), make_interval(1, 2, 0, 3, 4, 5, 6.5), make_date(2026, 11, 27), make_time(10, 11, 12.5), make_timestamp(2026, 11, 27, 10, 11, 12.5), make_timestamptz(2026, 11, 27, 10, 11, 12.5);

-- refused: arguments by name
select make_interval(days => 10);

-- error
select make_date(2026, 2, 30);

select timestamp '2026-07-01 12:00' at time zone 'Europe/Berlin', timestamptz '2026-07-01 12:00Z' at time zone 'Europe/Berlin', timestamptz '2026-12-01 12:00Z' at time zone 'America/New_York', timestamptz '2026-12-01 12:00Z' at time zone interval '2 hours', timestamptz '2026-12-01 12:00Z' at time zone '-05';

-- What the clock shows twice, and what it never shows.
select timestamp '2026-10-25 02:30' at time zone 'Europe/Berlin', timestamp '2026-03-29 02:30' at time zone 'Europe/Berlin', timestamptz '2026-10-25 00:30Z' at time zone 'Europe/Berlin', timestamptz '2026-10-25 01:30Z' at time zone 'Europe/Berlin';

-- error
select timestamp '2026-07-01' at time zone 'Europe/Nowhere';

-- error
select to_timestamp('NaN');

select to_timestamp(0), to_timestamp(1764237072.5), to_timestamp(-1);

select now() = current_timestamp, now()::date = current_date, now() = transaction_timestamp(), now() = statement_timestamp(), localtimestamp = now()::timestamp, localtime = now()::time, clock_timestamp() >= now();

select case when false then now() end, case when false then current_date end, case when false then localtimestamp end, case when false then now() - interval '1 day' end, case when false then now() - now() end, case when false then current_date - 1 end, case when false then current_date - current_date end;

select count(*) from groups where started_at < now() + interval '1000 years' and started_at > now() - interval '1000 years';

select 'today'::date = current_date, 'now'::timestamptz = now(), 'tomorrow'::date - 'yesterday'::date;

select now() > '2020-01-01', now() between '2020-01-01' and '2200-01-01', extract(year from now()) > 2000, age(now()) is not null;

-- A cast keeps the name of its column, so there are two of that name to order by.
-- error
select started_at, started_at::date from groups order by started_at;

select group_id, started_at, started_at::date as date, started_at::timestamp as local, started_at::time as clock from groups where started_at is not null order by started_at, group_id;

select group_id, date_trunc('month', started_at), extract(year from started_at), extract(dow from started_at), started_at + interval '1 month', started_at - interval '1 day' from groups where isfinite(started_at) order by group_id;

select group_id, day, day + 1, day - 1, day + interval '1 month', isfinite(day) from groups where day is not null order by group_id;

-- error
select day - date '2026-01-01' from groups where group_id = 'sg-17';

select date_trunc('month', started_at) as month, count(*) from groups group by 1 order by 1;

select date_trunc('day', began_at)::date as day, count(*), sum(found) from scans group by 1 order by 1 nulls first;

select scan_id, ended_at - began_at, took, ended_at - began_at = took as same, extract(epoch from took), extract(epoch from ended_at - began_at) from scans order by scan_id;

select scan_id, age(ended_at, began_at), justify_interval(took), took * 2, took / 2, - took from scans order by scan_id;

select sum(took), avg(took), min(took), max(took) from scans where scan_id <> 8;

select began_at at time zone 'Europe/Berlin', began_at at time zone 'Asia/Kolkata' from scans where began_at is not null;

select generate_series::date from generate_series('2026-02-27'::timestamptz, '2026-03-02', '1 day') order by 1;

select d::date, count(s.scan_id) from generate_series(timestamp '2026-10-31', '2026-11-04', interval '1 day') d left join scans s on s.began_at >= d and s.began_at < d + interval '1 day' group by d order by d;

select (timestamptz '2026-01-01Z', timestamptz '2026-01-10Z') overlaps (timestamptz '2026-01-09Z', timestamptz '2026-02-01Z'), (date '2026-01-01', interval '1 day') overlaps (date '2026-01-02', date '2026-01-03');

select date_bin('15 minutes', timestamp '2026-11-27 10:11:12', timestamp '2001-01-01'), date_bin('1 day', timestamptz '2026-11-27 10:11:12Z', timestamptz '2001-01-01Z');

select id, d, ts, tstz from every order by id;

select id, d + 1 from every where isfinite(d) and id not in (3) order by id;

-- error
select d + 1 from every where id = 3;

-- error
select ts + interval '1 day' from every where id = 3;

select id, iv, iv + interval '1 day', iv * 2, extract(epoch from iv), justify_hours(iv) from every where id not in (2, 3) order by id;

select iv from every order by iv, id;

select id, tm, tm + interval '1 hour', extract(hour from tm) from every order by id;

select d, tstz from every where d > '2000-01-01' and tstz < 'infinity';

select isfinite(ts), ts > '2026-01-01', ts - timestamp '2000-01-01' from every where isfinite(ts) order by id;

select min(d), max(d), min(ts), max(tstz), min(tm), count(distinct d) from every;

select timestamp(0) '2026-11-27 10:11:12.6', '2026-11-27 10:11:12.123456'::timestamp(3), '10:11:12.5678'::time(2), timestamptz(0) '2026-11-27 10:11:12.5Z', '1.123456 seconds'::interval(2);

select date '2026-11-27' between '2026-11-01' and '2026-11-30', timestamp '2026-11-30 10:00' between '2026-11-01' and '2026-11-30';

-- error
select date '2026-11-27' + timestamp '2026-11-27';

-- error
select date '2026-11-27' + 1.5;

-- error
select timestamp '2026-11-27' + 1;

select 'allballs'::time, '2026-11-27 10:00'::timestamp::text, to_date('2026-11-27', 'YYYY-MM-DD'), '2026-W48-5'::text;

-- The fields say what a number alone is, and what is dropped.
select interval '999' minute, interval '999' hour, interval '2' month, interval '3' day, interval '1' year to month;

select interval '1 2:03' minute to second, interval '1 2:03:04' day to hour, interval '1 2:03:04.5678' second(2);

select date_part('epoch', timestamp '294270-01-01 00:00:00'), extract(epoch from timestamptz '4713-01-01Z BC');
