package pgsql_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPushedConditions asks every kind of condition around every kind of join and subquery:
// what is asked of a table must leave out no row that the statement needs. The tables of the
// test give only what they are asked for.
func TestPushedConditions(t *testing.T) {
	var statements []string
	ons := []string{
		"g.group_id = p.group_id",
		"g.group_id = p.group_id and p.ip_protocol = 'tcp'",
		"g.group_id = p.group_id and g.region = 'eu-west-1'",
		"g.group_id = p.group_id and g.vpc_id = g.account_id",
		"g.group_id = p.group_id and p.group_id = p.referenced_group_id",
		"p.group_id = g.group_id and g.unrestricted_ftp",
		"g.group_id = p.group_id and g.region in ('eu-west-1', 'us-east-1') and not p.is_egress",
		"g.region = 'eu-west-1' and p.ip_protocol = 'tcp'", // no FULL JOIN has it
		"true",
	}
	wheres := []string{
		"g.group_id = 'sg-03'", "p.group_id = 'sg-03'", "p.ip_protocol = 'tcp'", "p.ip_protocol <> 'tcp'",
		"g.region in ('eu-west-1', 'us-east-1')", "g.region not in ('eu-west-1', 'us-east-1')",
		"g.unrestricted_ftp", "not g.unrestricted_ftp", "g.unrestricted_ftp is true", "g.unrestricted_ftp is not true",
		"p.group_id is null", "g.group_name like 'web%'", "g.group_id = 'sg-03' or p.group_id = 'sg-04'",
		"g.region = 'eu-west-1' or g.region = 'us-east-1'", "p.is_egress is not false",
		"g.group_id = any (array['sg-03', 'sg-04', null])", "g.group_id = (select min(group_id) from groups)",
		"g.region = 'eu-west-1' and p.group_id = g.group_id", "p.group_id = 'sg-03' and p.group_id = p.referenced_group_id",
		"coalesce(g.region, p.group_id) = 'eu-west-1'", "g.tags ? 'env'", "p.group_id = 'sg-03' and g.group_id = 'sg-03'",
		"(g.region = 'eu-west-1') is not false", "g.account_id = '111111111111' and g.account_id = g.vpc_id",
		"g.vpc_id = 'vpc-1'", "not (g.region = 'eu-west-1')",
	}
	joins := []string{"join", "left join", "right join", "full join"}
	for _, join := range joins {
		for i, on := range ons {
			if join == "full join" && i >= len(ons)-2 {
				continue
			}
			for _, where := range wheres {
				statements = append(statements, "select g.group_id, p.rule_id from groups g "+join+" permissions p on "+on+" where "+where)
			}
		}
	}
	const columns = "group_id, region, unrestricted_ftp as u"
	around := []string{ // JOIN and WHERE are filled in; s is the table that the condition is about
		"select * from (select g.group_id, g.region, g.unrestricted_ftp as u from groups g JOIN permissions p on g.group_id = p.group_id) s where WHERE",
		"with s as (select g.group_id, g.region, g.unrestricted_ftp as u from groups g JOIN permissions p on g.group_id = p.group_id) select * from s where WHERE",
		"with w as (select " + columns + " from groups) select s.* from w s JOIN w b on s.region = b.region where WHERE",
		"select * from (select " + columns + " from groups union all select group_id, ip_protocol, is_egress from permissions) s where WHERE",
		"select * from (select distinct " + columns + " from groups) s where WHERE",
		"select * from (select distinct on (region) " + columns + " from groups order by region, group_id) s where WHERE",
		"select * from (select " + columns + " from groups order by group_id limit 5) s where WHERE",
		"select * from (select region, min(group_id) as group_id, bool_or(unrestricted_ftp) as u from groups group by region) s where WHERE",
		"select * from (select region, min(group_id) as group_id, bool_or(unrestricted_ftp) as u from groups group by rollup (region)) s where WHERE",
		"select * from (select " + columns + ", count(*) over () as n from groups) s where WHERE",
		"select * from (select " + columns + ", rank() over (partition by region order by group_id) as n from groups) s where WHERE",
		"select * from (select " + columns + " from groups except select group_id, region, unrestricted_ftp from groups where region = 'us-east-1') s where WHERE",
		"select * from (select " + columns + " from groups intersect all select group_id, region, unrestricted_ftp from groups) s where WHERE",
		"select * from permissions p cross join lateral (select " + columns + " from groups g where g.group_id = p.group_id) s where WHERE",
		"select * from permissions p left join lateral (select " + columns + " from groups g where g.group_id = p.group_id) s on true where WHERE",
		"select * from (select " + columns + ", generate_series(1, 2) as n from groups) s where WHERE",
		"select * from (select s.*, not u as v from (select " + columns + " from groups) s) s where WHERE",
		"select * from (values ('sg-03', 'eu-west-1', true), (null, null, null)) s (group_id, region, u) JOIN groups g on s.group_id = g.group_id where WHERE",
		"select s.* from (select " + columns + " from groups) s where exists (select from permissions p where p.group_id = s.group_id and WHERE)",
		"select s.* from (select " + columns + " from groups) s where s.group_id in (select group_id from permissions p where p.group_id = s.group_id) and WHERE",
		"select group_id, (select count(*) from permissions p where p.group_id = s.group_id and WHERE) from (select " + columns + " from groups) s",
	}
	conditions := []string{
		"group_id = 'sg-03'", "region = 'eu-west-1'", "region <> 'eu-west-1'", "u", "not u", "u is not true", "region like 'eu%'",
		"region in ('eu-west-1', 'sa-east-1')", "region is null", "(group_id = 'sg-03' or group_id = 'sg-09')",
		"region = 'eu-west-1' and u", "(u = false or u is null)", "region not in ('eu-west-1')",
	}
	name := regexp.MustCompile(`\b(group_id|region|u)\b`)
	for _, a := range around {
		for _, c := range conditions {
			for _, join := range joins {
				statements = append(statements, strings.NewReplacer("JOIN", join, "WHERE", name.ReplaceAllString(c, "s.$1")).Replace(a))
			}
		}
	}
	slices.Sort(statements)
	p := newOracles(t)
	ours, _ := newEngine(t, p[0])
	for _, sql := range slices.Compact(statements) {
		want, _ := p.ask(t.Context(), sql)
		if want.err != nil {
			t.Fatalf("%s\n%v", sql, want.err)
		}
		if got := ours.ask(t.Context(), sql); !same(want, got, false) {
			t.Errorf("%s\nPostgreSQL says\n%v\nand our engine\n%v", sql, want, got)
		}
	}
}
