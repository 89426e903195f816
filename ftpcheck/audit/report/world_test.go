package report

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var started = time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("CET", 3600))

// reportOf is the report of a read that handed over these groups and places.
func reportOf(groups []*sg.Group, places []sg.Coverage) *finding.Report {
	r := &finding.Report{Version: "1.2.3", Commit: "0123abc", Started: started, Finished: started.Add(95 * time.Second), Places: places}
	for _, p := range places {
		r.Groups += p.Groups
	}
	var findings finding.List
	for _, g := range groups {
		findings = append(findings, finding.Of(g)...)
		if g.Verdict.Unrestricted == rule.Yes {
			r.OpenGroups++
		}
	}
	r.Findings = append(findings, finding.OfPlaces(places)...)
	return r
}

// sample is the report on the sample account: 5 of 19 groups open, and one permission
// undetermined.
func sample(t testing.TB) *finding.Report {
	t.Helper()
	scanner, err := scan.New(config.Config{Paths: []string{"../../../docs/sample"}})
	if err != nil {
		t.Fatal(err)
	}
	var groups []*sg.Group
	places, err := scanner.Read(context.Background(), sg.Request{Rules: true, PrefixListNames: true, NetworkInterfaces: true, Reachability: true}, func(g *sg.Group) error {
		groups = append(groups, g)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return reportOf(groups, places)
}

// group is one with a permission for TCP 20 to 21 from each source, judged.
func group(account, region, id, name string, sources ...string) *sg.Group {
	g := &sg.Group{ID: id, Name: name, AccountID: account, OwnerID: account, Region: region, Partition: "aws", VPCID: "vpc-0a1b2c3d", Origin: sg.Live,
		Description: "Made for a test", ARN: fmt.Sprintf("arn:aws:ec2:%s:%s:security-group/%s", region, account, id)}
	from, to := int32(20), int32(21)
	var permissions []*rule.Permission
	for i, source := range sources {
		p := &sg.Permission{Group: g, RuleID: fmt.Sprintf("sgr-%s%02d", strings.TrimPrefix(id, "sg-"), i)}
		p.Protocol, p.FromPort, p.ToPort = "tcp", &from, &to
		if strings.HasPrefix(source, "pl-") {
			p.PrefixListID, p.Source = source, rule.Unread()
		} else if strings.Contains(source, ":") {
			p.CIDRIPv6, p.Source = source, rule.CIDR(netip.MustParsePrefix(source))
		} else {
			p.CIDRIPv4, p.Source = source, rule.CIDR(netip.MustParsePrefix(source))
		}
		g.Permissions = append(g.Permissions, p)
		permissions = append(permissions, &p.Permission)
	}
	verdicts, verdict := rule.Judge(permissions)
	for i, p := range g.Permissions {
		p.Verdict = verdicts[i]
	}
	g.Verdict = verdict
	return g
}

func scanned(account, region string, groups int64) sg.Coverage {
	return sg.Coverage{Origin: sg.Live, AccountID: account, Region: region, Partition: "aws", Content: sg.ContentGroups, Status: sg.StatusScanned, Groups: groups, Permissions: 3 * groups, Started: started, Finished: started}
}

// failed is a place that was denied or ended otherwise.
func failed(account, region string, status sg.Status) sg.Coverage {
	c := scanned(account, region, 0)
	c.Status, c.ErrorCode, c.ErrorMessage = status, "UnauthorizedOperation", "ec2:DescribeSecurityGroups is denied. Allow the caller this action"
	return c
}

func closed() *finding.Report {
	return reportOf(nil, []sg.Coverage{scanned("111122223333", "eu-west-1", 12), scanned("111122223333", "us-east-1", 1200)})
}

func opened() *finding.Report {
	r := reportOf([]*sg.Group{group("111122223333", "eu-west-1", "sg-0123456789abcdef0", "web", "0.0.0.0/0")},
		[]sg.Coverage{scanned("111122223333", "eu-west-1", 12)})
	r.Callers = []string{"arn:aws:sts::111122223333:assumed-role/Auditor/jane"}
	return r
}

// patchy is a report on live accounts of which some regions failed.
func patchy() *finding.Report {
	disabled := failed("444455556666", "me-south-1", sg.StatusRegionDisabled)
	disabled.Optional = true
	throttled := failed("444455556666", "ap-south-1", sg.StatusThrottled)
	noted := scanned("444455556666", "us-east-1", 7)
	noted.ErrorCode, noted.ErrorMessage = "UnauthorizedOperation", "prefix list pl-0123456789abcdef0 could not be read: ec2:GetManagedPrefixListEntries is denied. Allow the caller this action"
	r := reportOf([]*sg.Group{
		group("111122223333", "eu-west-1", "sg-0123456789abcdef0", "web", "0.0.0.0/0", "::/0"),
		group("111122223333", "us-east-1", "sg-0123456789abcdef1", "halves", "0.0.0.0/1", "128.0.0.0/1"),
		group("444455556666", "us-east-1", "sg-0123456789abcdef2", "partners", "pl-0123456789abcdef0"),
	}, []sg.Coverage{
		scanned("111122223333", "eu-west-1", 12), scanned("111122223333", "us-east-1", 40), noted,
		failed("444455556666", "eu-west-1", sg.StatusDenied), failed("444455556666", "sa-east-1", sg.StatusDeniedBySCP), throttled, disabled,
	})
	r.Callers = []string{"arn:aws:sts::111122223333:assumed-role/Auditor/jane", "arn:aws:sts::444455556666:assumed-role/OrganizationAccountAccessRole/ftpcheck"}
	return r
}

// reached is a report on groups of which each answer is known of what the internet reaches: one is
// seen by two accounts, of which only one knows. Of one place the networks were not all read.
func reached() *finding.Report {
	through := func(id string, answer rule.Answer, because []exposure.Code, source string, addresses ...string) *sg.Group {
		g := group("111122223333", "eu-west-1", id, "of "+id, source)
		g.Exposure = &exposure.GroupExposure{Reachable: answer, UnknownBecause: because}
		for _, a := range addresses {
			g.Exposure.ReachableAddresses = append(g.Exposure.ReachableAddresses, netip.MustParsePrefix(a))
		}
		return g
	}
	many := make([]string, 22)
	for i := range many {
		many[i] = fmt.Sprintf("198.51.100.%d/32", i)
	}
	shared := through("sg-5", rule.Yes, nil, "0.0.0.0/0", "2001:db8::/80")
	shared.AccountID = "444455556666"
	noted := scanned("444455556666", "us-east-1", 7)
	noted.NetworkProblem = "ec2:DescribeRouteTables is denied. Allow the caller this action"
	both := scanned("444455556666", "us-east-2", 7)
	both.ErrorMessage, both.NetworkProblem = "prefix list pl-1 could not be read.", noted.NetworkProblem
	r := reportOf([]*sg.Group{
		through("sg-1", rule.No, nil, "0.0.0.0/0"),
		through("sg-2", rule.Yes, nil, "pl-0123456789abcdef0", "198.51.100.20/32"),
		through("sg-3", rule.Unknown, []exposure.Code{exposure.RouteTablesNotRead, exposure.NetworkFirewall}, "0.0.0.0/0"),
		through("sg-4", rule.Yes, []exposure.Code{exposure.EdgeRouteTable}, "0.0.0.0/0", many...),
		through("sg-5", rule.Unknown, []exposure.Code{exposure.ForeignAccount}, "0.0.0.0/0"),
		shared,
		group("111122223333", "eu-west-1", "sg-6", "not asked for", "::/0"),
	}, []sg.Coverage{scanned("111122223333", "eu-west-1", 12), failed("444455556666", "eu-west-1", sg.StatusDenied), noted, both})
	return r
}

// large has n findings in 1,000 accounts and 17 regions, of which 40 places failed.
func large(n int) *finding.Report {
	var groups []*sg.Group
	var places []sg.Coverage
	for i := range n {
		account, region := fmt.Sprintf("%012d", 100000000000+i%1000), regions[i/7%len(regions)]
		source := "0.0.0.0/0"
		if i%10 == 3 {
			source = "::/0"
		}
		if i%500 == 4 {
			source = "pl-0123456789abcdef0"
		}
		g := group(account, region, fmt.Sprintf("sg-%017x", i*7919), fmt.Sprintf("service-%d-%s", i, []string{"web", "batch", "ftp"}[i%3]), source)
		g.Tags = map[string]string{"Name": g.Name, "team": fmt.Sprint("team-", i%40), "env": []string{"prod", "dev"}[i%2]}
		g.Permissions[0].Description = fmt.Sprintf("Ticket OPS-%d", i%5000)
		g.Exposure = &exposure.GroupExposure{Reachable: rule.No}
		switch i % 4 {
		case 0:
			g.Exposure = &exposure.GroupExposure{Reachable: rule.Yes, ReachableAddresses: []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), 32)}}
		case 1:
			g.Exposure = &exposure.GroupExposure{Reachable: rule.Unknown, UnknownBecause: []exposure.Code{exposure.LoadBalancerNotRead, exposure.RouteTablesNotRead}}
		}
		groups = append(groups, g)
	}
	for i := range 1000 {
		for j, region := range regions {
			account := fmt.Sprintf("%012d", 100000000000+i)
			if (i*len(regions)+j)%425 == 0 {
				places = append(places, failed(account, region, sg.StatusDenied))
			} else {
				places = append(places, scanned(account, region, 5))
			}
		}
	}
	return reportOf(groups, places)
}

var regions = []string{"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1",
	"eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"}

// hostileTexts try to become markup, script or template, to turn the line, to be
// invisible, or to burst the table.
var hostileTexts = []string{
	`<script>window.owned=1</script>`,
	`</script><script>window.owned=2</script>`,
	`<!--<script>`,
	`"><img src=x onerror="window.owned=3">`,
	`' onmouseover='window.owned=4`,
	`</title></style></template></textarea><svg onload="window.owned=5">`,
	`{{.Report}} ${window.owned=6} {{"{{"}}`,
	"\u202eright to left\u202c and \u2066isolated",
	"bell\a escape\x1b[31m null\x00 line\nbreak tab\there",
	"\u2028\u2029\ufeff\ue000\ue001",
	"broken \xff\xfe utf-8",
	"javascript:window.owned=7",
	"עברית 123",
	strings.Repeat("x", 255),
	`__proto__`,
	`constructor`,
}

// hostile has each of the texts wherever a report has a text. With harmless set, each is
// replaced by a word, so that the two pages must have the same elements.
func hostile(harmless bool) *finding.Report {
	var groups []*sg.Group
	var places []sg.Coverage
	for i, s := range hostileTexts {
		if harmless {
			s = fmt.Sprint("word", i)
		}
		g := group(s, s, s, s, "0.0.0.0/0", "pl-0123456789abcdef0")
		g.Description, g.VPCID, g.ARN, g.Origin = s, s, s, s
		g.Tags = map[string]string{s: s, "Name": s}
		g.NetworkInterfacesKnown, g.NetworkInterfaces = true, []sg.NetworkInterface{{ID: s, PublicIPs: []string{s}}}
		for _, p := range g.Permissions {
			p.Description, p.RuleID, p.RuleTags = s, s, map[string]string{s: s}
		}
		g.Permissions[1].PrefixListID, g.Permissions[1].PrefixListName = s, s
		groups = append(groups, g)
		ok, bad := scanned(s, s, 1), failed(s, s, sg.StatusDenied)
		ok.Origin, ok.Content, bad.Origin, bad.ErrorCode, bad.ErrorMessage = s, sg.ContentGroups, s, s, s
		noted := ok
		noted.NetworkProblem = s
		places = append(places, ok, noted, bad)
	}
	r := reportOf(groups, places)
	word := hostileTexts[1]
	if harmless {
		word = "word"
	}
	r.Version, r.Commit, r.Callers = word, word, []string{word, word}
	return r
}

// remedy stands for the remediation of a finding: comments and commands, longer than
// most.
func remedy(f finding.Finding) string {
	if f.Permission == nil {
		return ""
	}
	p := f.Permission
	return fmt.Sprintf(`# %[1]s
# Before you run this, check that nobody needs it: the flow logs of the VPC show who came.
# 1. Keep what is there.
aws ec2 describe-security-group-rules --region %[2]s --security-group-rule-ids %[3]s --output json > %[3]s.json
# 2. Take the rule away. This closes all that it opens.
aws ec2 revoke-security-group-ingress --region %[2]s --group-id %[4]s --security-group-rule-ids %[3]s
# 3. Look at what is left.
aws ec2 describe-security-group-rules --region %[2]s --filters Name=group-id,Values=%[4]s --output table
# Undo:
aws ec2 authorize-security-group-ingress --region %[2]s --group-id %[4]s --ip-permissions 'IpProtocol=tcp,FromPort=20,ToPort=21,IpRanges=[{CidrIp=%[5]s}]'
`, f.Problem(), p.Group.Region, p.RuleID, p.Group.ID, p.SourceText())
}

// written is the page of a report.
func written(t testing.TB, r *finding.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r, remedy); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
