-- Permissions of the groups and of groups that are not there: four for each of thirty, made
-- by arithmetic, with nulls where AWS leaves something out.
create table permissions (
  rule_id text, group_id text, is_egress bool, ip_protocol text, from_port int8, to_port int8,
  cidr_ip cidr, cidr_ipv6 cidr, referenced_group_id text, description text, unrestricted_ftp bool,
  priority int4, weight numeric
);
insert into permissions
select
  'sgr-' || lpad(n::text, 3, '0'),
  case when n % 41 = 0 then null else 'sg-' || lpad((n * 7 % 33 + 1)::text, 2, '0') end,
  n % 5 = 0,
  (array['tcp', 'tcp', 'udp', '-1', 'icmp', null, '6'])[n % 7 + 1],
  case when n % 7 in (3, 5) then null else (array[20, 21, 22, 0, 443, 21, 1024, 3389])[n % 8 + 1] end,
  case when n % 7 in (3, 5) then null else (array[21, 21, 22, 65535, 443, 20, 2048, 3389])[n % 8 + 1] end,
  (array['0.0.0.0/0', '10.0.0.0/8', null, '203.0.113.0/24', '10.1.0.0/16', '192.168.1.0/24', null, '198.51.100.7/32', '0.0.0.0/1'])[n % 9 + 1]::cidr,
  (array[null, null, '::/0', '2001:db8::/32', null, 'fe80::/10'])[n % 6 + 1]::cidr,
  case when n % 10 = 4 then 'sg-' || lpad((n % 30 + 1)::text, 2, '0') end,
  (array[null, 'ftp', 'FTP from anywhere', '', 'ssh  only', 'temporary: remove 2026-12-31', 'Büro', 'a,b;c', '100%', 'under_score', 'ftp'])[n % 11 + 1],
  case when n % 6 = 0 then null else n % 9 in (0, 8) and n % 8 in (0, 1, 3) end,
  n * 37 % 10,
  case when n % 13 <> 0 then (n * 17 % 50) / 4.0 end
from generate_series(1, 120) n;
