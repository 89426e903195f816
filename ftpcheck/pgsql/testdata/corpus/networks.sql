-- cidr and inet.

select '10.0.0.0/8'::cidr, '10.0.0.0'::cidr, '10.1'::cidr, '192.168'::cidr, '::/0'::cidr, '2001:db8::/32'::cidr, '10.0.0.1'::inet, '10.0.0.1/8'::inet, '10.0.0.1/32'::inet, '::1'::inet, '::1/64'::inet, '::ffff:1.2.3.4'::inet, '2001:DB8:0:0:1:0:0:1'::inet, '1:0:0:2:0:0:0:3'::inet;

-- error
select '10.0.0.1/8'::cidr;

-- error
select '10.0.0.256'::inet;

-- error
select '10.0.0.0/33'::cidr;

-- error
select 'x'::inet;

-- error
select ''::cidr;

-- error
select '2001:db8::/129'::inet;

select inet '10.0.0.1' << inet '10.0.0.0/8', inet '10.0.0.0/8' <<= inet '10.0.0.0/8', inet '10.0.0.0/8' << inet '10.0.0.0/8', cidr '10.0.0.0/8' >> inet '10.1.2.3', cidr '10.0.0.0/8' >>= cidr '10.0.0.0/8', cidr '10.0.0.0/8' && cidr '10.1.0.0/16', cidr '10.0.0.0/8' && cidr '11.0.0.0/8', inet '::1' << inet '0.0.0.0/0';

select inet '10.0.0.1' = inet '10.0.0.1/32', inet '10.0.0.1/8' = inet '10.0.0.1/16', cidr '10.0.0.0/8' < cidr '10.0.0.0/16', inet '10.0.0.1/8' < inet '10.0.0.0/16', inet '9.255.255.255' < inet '10.0.0.0', inet '255.255.255.255' < inet '::', inet '10.0.0.1/24' < inet '10.0.0.2/24', cidr '10.0.0.0/8' = inet '10.0.0.0/8';

select host('10.0.0.1/8'), text(inet '10.0.0.1'), abbrev(cidr '10.1.0.0/16'), abbrev(inet '10.1.0.0/16'), masklen('10.0.0.1/8'), masklen('::1'), family('::1'), family('10.0.0.1'), network('10.1.2.3/8'), netmask('10.1.2.3/20'), hostmask('10.1.2.3/20'), broadcast('10.1.2.3/24'), set_masklen(inet '10.1.2.3/24', 16), set_masklen(cidr '10.1.2.0/24', 16), host(cidr '10.0.0.0/8'), inet_same_family('10.0.0.1', '::1'), inet_merge('10.0.0.0/24', '10.0.1.0/24');

-- error
select set_masklen(inet '10.0.0.1', 33);

-- error
select inet_merge('10.0.0.1', '::1');

select inet '10.0.0.1' + 5, inet '10.0.0.255' + 1, inet '10.0.0.1' - 1, inet '10.0.0.9' - inet '10.0.0.1', inet '::1' + 1, 5 + inet '10.0.0.1', ~ inet '10.0.0.1', inet '10.0.0.5' & inet '255.255.255.0', inet '10.0.0.5' | inet '0.0.0.255', inet '2001:db8::2' - inet '2001:db8::1';

-- error
select inet '255.255.255.255' + 1;

-- error
select inet '10.0.0.1' - inet '::1';

select abbrev(cidr '10.0.0.0/8'), abbrev(cidr '10.1.2.0/24'), abbrev(inet '10.0.0.1'), text(cidr '10.0.0.0/8'), cidr '10.0.0.0/8'::text, cidr '10.1.2.3/32'::text, inet '10.1.2.3/32'::text;

-- refused: abbrev of a cidr of IPv6
select abbrev(cidr '2001:db8::/32');

select group_id, cidr, addr, addr << cidr, addr <<= cidr, cidr >>= network(addr) from groups order by group_id;

select group_id, host(addr), masklen(cidr), family(cidr), netmask(cidr), broadcast(cidr), network(addr), hostmask(addr) from groups where cidr is not null order by group_id;

select group_id, cidr from groups order by cidr, group_id;

select group_id, addr from groups order by addr desc, group_id;

select group_id from groups where cidr = '0.0.0.0/0' or cidr = '::/0';

select rule_id from permissions where cidr_ip = '0.0.0.0/0' or cidr_ipv6 = '::/0' order by rule_id;

select rule_id, cidr_ip from permissions where cidr_ip >>= '10.1.2.3'::inet;

select rule_id, cidr_ip from permissions where cidr_ip && '10.0.0.0/7';

select rule_id from permissions where masklen(cidr_ip) < 8;

select cidr_ip, count(*) from permissions group by cidr_ip order by cidr_ip;

select p.rule_id, g.group_id from permissions p join groups g on p.cidr_ip >>= g.addr where p.rule_id < 'sgr-006' order by 1, 2;

select coalesce(cidr_ip, cidr_ipv6) as source, count(*) from permissions group by 1 order by 1;

select coalesce(cidr_ip::text, cidr_ipv6::text, referenced_group_id, '?') as source from permissions order by 1, rule_id;

select min(addr), max(addr), min(cidr), max(cidr), count(distinct cidr) from groups;

select distinct on (network(addr)) network(addr), group_id from groups where addr is not null order by network(addr), group_id;

select id, c, i, c = i, i << c, host(i), masklen(i), i::text, c::text, set_masklen(i, 8) from every where c is not null order by id;

select inet '10.0.0.1' between '10.0.0.0' and '10.0.0.255', inet '10.0.0.1' in ('10.0.0.1', '10.0.0.2'), greatest(inet '10.0.0.1', '10.0.0.2'), inet '10.0.0.1' = any (array['10.0.0.1'::inet]), inet '10.0.0.1/8' <<= any (array['10.0.0.0/8'::cidr, '::/0']);

select inet '10.0.0.1' || '', 'ip: ' || inet '10.0.0.1/8', concat(cidr '10.0.0.0/8'), inet '10.0.0.1'::text like '10.%', coalesce(cidr '10.0.0.0/8', inet '10.0.0.1'), network('10.0.0.1');

-- refused: the type macaddr
select macaddr '08:00:2b:01:02:03' is not null;
