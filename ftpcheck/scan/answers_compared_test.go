package scan

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// without takes the smallest item with the text in it out of an answer, if there is one.
func without(t *testing.T, body []byte, text string) []byte {
	t.Helper()
	var smallest *xmlElement
	for _, e := range elements(t, string(body)) {
		if e.path[len(e.path)-1] == "item" && strings.Contains(string(body[e.start:e.outside]), text) && (smallest == nil || e.outside-e.start < smallest.outside-smallest.start) {
			smallest = &e
		}
	}
	if smallest == nil {
		return body
	}
	return []byte(smallest.change(string(body), "deleted"))
}

// comparableRegion is a region in which several answers say the same thing.
func comparableRegion() *fakeaws.Region {
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	return &fakeaws.Region{
		Groups: []fakeaws.Group{
			{Name: "open", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 2121, CIDR6: "::/0"}, {Protocol: "tcp", From: 22, To: 22, CIDR4: "10.0.0.0/8"}}},
			{Name: "used", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR6: "2000::/3"}}},
			{Name: "named", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR6: "2000::/2"}}},
			{Name: "naming", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, Group: id("named")}, {Protocol: "-1", Group: id("naming")}}},
			{Name: "every kind", Ingress: []fakeaws.Permission{
				{Protocol: "-1", CIDR4: "10.0.0.0/8"}, {Protocol: "tcp", From: -1, To: -1, CIDR4: "10.0.0.0/8"}, {Protocol: "udp", From: -1, To: -1, CIDR4: "10.0.0.0/8"},
				{Protocol: "icmp", From: 8, To: -1, CIDR4: "10.0.0.0/8"}, {Protocol: "icmp", From: -1, To: -1, CIDR4: "10.0.0.0/8"}, {Protocol: "icmpv6", From: -1, To: -1, CIDR6: "fd00::/8"},
				{Protocol: "47", From: -1, To: -1, CIDR4: "10.0.0.0/8"}, {Protocol: "tcp", From: 22, To: 22, PrefixList: fakeaws.PrefixListID("offices")},
			}},
		},
		PrefixLists:       []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "10.0.0.0/8"}}}},
		NetworkInterfaces: []fakeaws.NetworkInterface{{Description: "n", Groups: []string{id("used")}}},
	}
}

// Two answers about one thing say the same, also when they are asked for again, or the place was
// not read.
func TestAnswersThatContradictEachOther(t *testing.T) {
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	for _, tt := range []struct {
		name, action, lost, want string
		of                       sg.Request
	}{
		{"a rule", "DescribeSecurityGroupRules", "<toPort>2121</toPort>", "security group " + id("open") + " has an ingress permission (tcp, ports 21-2121, from ::/0) that is not among its security group rules", sg.Request{Rules: true}},
		{"a rule of an open group", "DescribeSecurityGroupRules", "<toPort>2121</toPort>", "that is not among its security group rules", sg.Request{OpenRules: true}},
		{"a rule to a group", "DescribeSecurityGroupRules", "<fromPort>20</fromPort>", "(tcp, ports 20-21, from " + id("named") + ") that is not among", sg.Request{Rules: true}},
		{"a permission", "DescribeSecurityGroups", "<toPort>2121</toPort>", "security group " + id("open") + " has the security group rule sgr-", sg.Request{Rules: true}},
		{"a group with an interface", "DescribeSecurityGroups", "<groupName>used</groupName>", "uses security group " + id("used") + ", which is not among the security groups", sg.Request{NetworkInterfaces: true}},
		{"a group that another names", "DescribeSecurityGroups", "<groupName>named</groupName>", "security group " + id("naming") + " refers to " + id("named") + ", which is not among the security groups, and AWS knows it", sg.Request{Rules: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := oneRegion(comparableRegion()).Start(t)
			whole, _, err := read(t, liveConfig(t, s), tt.of)
			if err != nil || len(whole) != 5 {
				t.Fatalf("%d groups, %v", len(whole), err)
			}
			for _, settled := range []bool{false, true} {
				request := tt.of
				request.Settled, request.Once = settled, !settled
				// Once it is a change between two calls.
				cfg := between(t, s, func(action string, call int, body []byte) []byte {
					if action == tt.action && call == 1 {
						return without(t, body, tt.lost)
					}
					return body
				})
				groups, _, err := read(t, cfg, request)
				if err != nil || !slices.Equal(everything(groups), everything(whole)) {
					t.Errorf("settled %v, lost once: %d groups, %v", settled, len(groups), err)
				}
				lost := 0
				cfg = between(t, s, func(action string, call int, body []byte) []byte {
					if action != tt.action || action == "DescribeSecurityGroups" && tt.name == "a group that another names" && strings.Count(string(body), "<groupName>") == 1 {
						return body
					}
					lost++
					return without(t, body, tt.lost)
				})
				groups, places, err := read(t, cfg, request)
				var partial *sg.IncompleteError
				if !errors.As(err, &partial) || !strings.Contains(err.Error(), tt.want) || places[0].Status != sg.StatusError || places[0].ErrorCode != "Contradiction" {
					t.Errorf("settled %v, lost always: %v", settled, err)
				}
				if lost != 2 {
					t.Errorf("settled %v: the answer was asked for %d times", settled, lost)
				}
				if !settled && len(groups) < 4 {
					t.Errorf("only %d of the other groups are shown", len(groups))
				}
			}
		})
	}
}

// What one account cannot see of another, and what was deleted elsewhere, contradicts nothing;
// and what is not asked for is not compared.
func TestAnswersThatDoNotContradictEachOther(t *testing.T) {
	gone := "sg-0123456789abcdef0"
	world := comparableRegion()
	world.Groups = append(world.Groups, fakeaws.Group{Name: "stale", Ingress: []fakeaws.Permission{
		{Protocol: "tcp", From: 21, To: 21, Group: gone}, {Protocol: "tcp", From: 23, To: 23, Group: gone, GroupOwner: "222222222222"},
		{Protocol: "tcp", From: 24, To: 24, Group: gone, Peering: "pcx-1", PeeringStatus: "deleted"},
	}}, fakeaws.Group{Name: "shared", Owner: "222222222222", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "11.0.0.0/8"}}})
	world.NetworkInterfaces = append(world.NetworkInterfaces, fakeaws.NetworkInterface{Description: "of a service", Groups: []string{gone}, Requester: "amazon-elb"},
		fakeaws.NetworkInterface{Description: "of a participant", Groups: []string{gone}})
	w := oneRegion(world)
	w.Record = true
	s := w.Start(t)
	answer := func(hides bool) config.Config {
		return between(t, s, func(action string, call int, body []byte) []byte {
			text := string(body)
			switch action {
			case "DescribeNetworkInterfaces":
				before, item, _ := strings.Cut(text, "<description>of a participant</description>")
				text = before + "<description>of a participant</description>" + strings.Replace(item, "<ownerId>"+home+"</ownerId>", "<ownerId>222222222222</ownerId>", 1)
			case "DescribeSecurityGroupRules":
				if hides { // those of a group of another account, and of a deleted group
					text = string(without(t, without(t, body, "11.0.0.0/8"), "<vpcPeeringConnectionId>pcx-1"))
				}
			}
			return []byte(text)
		})
	}
	for _, hides := range []bool{false, true} {
		groups, _, err := read(t, answer(hides), sg.Everything())
		if err != nil || len(groups) != 7 {
			t.Errorf("%d groups, %v", len(groups), err)
		}
	}
	s.Reset()
	for range 2 {
		if _, _, err := read(t, answer(false), sg.Request{Once: true}); err != nil {
			t.Error(err)
		}
	}
	if n := s.Count("", "", "DescribeSecurityGroups"); n.Attempts != 2 {
		t.Errorf("the groups were asked for %d times", n.Attempts)
	}
	// Not even of groups that are only some of all.
	cfg := between(t, s, func(action string, call int, body []byte) []byte { return body })
	groups, _, err := read(t, cfg, sg.Request{GroupNames: []string{"naming"}, Rules: true, NetworkInterfaces: true})
	if err != nil || len(groups) != 1 {
		t.Errorf("%d groups, %v", len(groups), err)
	}
}

// A recorded scan in which answers contradict each other says so for ever.
func TestContradictionIsRecorded(t *testing.T) {
	s := oneRegion(comparableRegion()).Start(t)
	for _, tt := range []struct {
		lost     string
		readings int
		status   sg.Status
	}{
		{"<toPort>2121</toPort>", 2, sg.StatusError}, {"<toPort>22</toPort>", 2, sg.StatusError},
		{"::/0</cidrIpv6>", 1, sg.StatusScanned}, // a permission without a source, which cannot be, and is undetermined
	} {
		calls := 0
		cfg := between(t, s, func(action string, call int, body []byte) []byte {
			if action == "DescribeSecurityGroups" {
				calls++
				return without(t, body, tt.lost)
			}
			return body
		})
		raw, places := recordScan(t, cfg)
		groups, replayed, err := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
		odd := slices.ContainsFunc(groups, func(g *sg.Group) bool { return g.Odd != nil && g.Verdict.Unrestricted != rule.No })
		if (err == nil) != odd || odd != (tt.status == sg.StatusScanned) || calls != tt.readings || len(groups) != 5 || places[0].Status != tt.status ||
			replayed[0].ErrorMessage == "" || replayed[0].ErrorMessage != places[0].ErrorMessage || replayed[0].Groups != 5 {
			t.Errorf("%d calls, %d groups, %v\n%+v", calls, len(groups), err, replayed)
		}
	}
	// Read again, it is recorded once.
	cfg := between(t, s, func(action string, call int, body []byte) []byte {
		if action == "DescribeSecurityGroups" && call == 1 {
			return without(t, body, "<toPort>2121</toPort>")
		}
		return body
	})
	raw, _ := recordScan(t, cfg)
	whole, _, err := read(t, liveConfig(t, s), sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	groups, _, err := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
	if err != nil || !slices.Equal(everything(groups), everything(whole)) {
		t.Errorf("%d groups, %v", len(groups), err)
	}
}

// What contradicted itself is not kept for who asks next.
func TestContradictionIsNotKept(t *testing.T) {
	s := oneRegion(comparableRegion()).Start(t)
	scanner, err := New(between(t, s, func(action string, call int, body []byte) []byte {
		if action == "DescribeSecurityGroups" && call <= 2 {
			return without(t, body, "<toPort>2121</toPort>")
		}
		return body
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []bool{false, true} {
		groups := 0
		_, err := scanner.Read(t.Context(), sg.Request{Rules: true, Settled: true}, func(*sg.Group) error {
			groups++
			return nil
		})
		if (err == nil) != wanted || (groups == 5) != wanted {
			t.Errorf("%d groups, %v", groups, err)
		}
	}
}

// Of a place with very many groups some have been handed over before the last are compared. It
// cannot be read again then, but what contradicts itself is told.
func TestContradictionBehindMostGroups(t *testing.T) {
	const groups = 3100
	s := oneRegion(&fakeaws.Region{Generated: groups, Generate: func(account, region string, index int) fakeaws.Group {
		g := fakeaws.GeneratedGroup(account, region, index)
		if index%1000 != 50 {
			g.Ingress = nil
		}
		return g
	}}).Start(t)
	lost := fakeaws.GroupID(home, "us-east-1", "generated-3050")
	cfg := between(t, s, func(action string, call int, body []byte) []byte {
		if action == "DescribeSecurityGroupRules" && strings.Contains(string(body), lost) {
			return without(t, without(t, body, lost), lost)
		}
		return body
	})
	for _, request := range []sg.Request{{Rules: true, Once: true}, {Rules: true, Settled: true}} {
		read, places, err := read(t, cfg, request)
		if err == nil || !strings.Contains(err.Error(), lost) || places[0].Status != sg.StatusError || !request.Settled && len(read) != groups {
			t.Errorf("%d groups, %v", len(read), err)
		}
		if again := strings.Contains(err.Error(), "also when all was read again"); again != request.Settled {
			t.Errorf("read again: %v", err)
		}
	}
	if _, places := recordScan(t, cfg); !strings.Contains(places[0].ErrorMessage, "also when all was read again") {
		t.Errorf("recorded: %s", places[0].ErrorMessage)
	}
}
