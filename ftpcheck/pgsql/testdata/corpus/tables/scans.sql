-- Scans: ten, of which one goes on and one has nothing but its number.
create table scans (
  scan_id int8, account_id text, region text, status text, began_at timestamptz, ended_at timestamptz,
  took interval, found int4, regions text[], counts int4[], note text, errors jsonb
);
insert into scans values
(1, '111111111111', 'eu-west-1', 'scanned', '2026-11-01 00:00:00+00', '2026-11-01 00:10:00+00', '10 minutes', 8, '{eu-west-1,eu-west-2}', '{1,2,3}', 'first', '[]'),
(2, '111111111111', 'us-east-1', 'scanned', '2026-11-01 00:00:00+00', '2026-11-01 01:00:00+00', '1 hour', 4, '{us-east-1}', '{4}', null, null),
(3, '111111111111', 'sa-east-1', 'failed', '2026-11-02 00:00:00+00', '2026-11-02 00:00:01.5+00', '00:00:01.5', 0, '{}', '{}', 'denied', '[{"code": "UnauthorizedOperation", "count": 3}]'),
(4, '222222222222', 'us-east-1', 'scanned', '2026-11-03 12:00:00+00', '2026-11-04 12:00:00+00', '1 day', 6, '{us-east-1,null,"us west"}', '{10,null,30}', '', '[{"code": "Throttling", "count": 1}, {"code": "Throttling", "count": 2}]'),
(5, '222222222222', 'ap-south-1', 'partial', '2026-11-03 12:00:00+00', '2026-11-03 12:00:00+00', '0', 3, '{"a,b","c\"d",""}', '{0,0,0}', 'retried', '{"code": "RequestExpired"}'),
(6, '333333333333', 'ap-south-1', 'scanned', '2026-10-31 23:59:59+00', '2026-11-01 00:00:00+00', '1 second', 4, '{ap-south-1}', '{-1,1}', 'first', '[]'),
(7, '333333333333', 'sa-east-1', 'running', '2026-11-26 08:00:00+00', null, null, null, null, null, null, null),
(8, '333333333333', 'us-gov-west-1', 'skipped', null, null, '-1 mon +3 days 04:05:06', 0, '{us-gov-west-1}', '{2147483647}', 'opt-in', '["NotOptedIn"]'),
(9, '444444444444', 'eu-west-1', 'scanned', '2024-02-29 00:00:00+00', '2025-02-28 00:00:00+00', '1 year', 0, '{eu-west-1}', '{5,5}', 'leap', '[]'),
(10, null, null, null, null, null, null, null, null, null, null, null);
