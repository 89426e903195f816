package cli

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// reachedAccount is an account of which the internet reaches one group, in two regions.
func reachedAccount(t *testing.T) (*fakeaws.World, *fakeaws.Server) {
	t.Helper()
	a := &fakeaws.Account{ID: home, Regions: map[string]*fakeaws.Region{}}
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		a.Regions[region] = &fakeaws.Region{
			Groups: []fakeaws.Group{
				{Name: "open", VPC: "vpc-1", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
				{Name: "closed", VPC: "vpc-1", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "0.0.0.0/0"}}},
			},
			VPCs:              []fakeaws.VPC{{ID: "vpc-1"}},
			Subnets:           []fakeaws.Subnet{{ID: "subnet-1", VPC: "vpc-1"}},
			RouteTables:       []fakeaws.RouteTable{{ID: "rtb-1", VPC: "vpc-1", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-1"}}}},
			InternetGateways:  []fakeaws.InternetGateway{{ID: "igw-1", VPC: "vpc-1"}},
			NetworkInterfaces: []fakeaws.NetworkInterface{{ID: "eni-1", VPC: "vpc-1", Subnet: "subnet-1", PrivateIP: "10.0.0.5", PublicIP: "3.4.5.6", Groups: []string{fakeaws.GroupID(home, region, "open")}}},
		}
	}
	w := &fakeaws.World{Record: true, Accounts: []*fakeaws.Account{a}}
	return w, live(t, w)
}

// What is denied of networks is told in one line, whatever is denied and in however many regions,
// and the exit code and all else stay as they are.
func TestCheckWithNetworksDenied(t *testing.T) {
	w, s := reachedAccount(t)
	whole, stderr, code := run(t, "check", "--output", "text")
	if code != exitOpen || stderr != "" || strings.Count(whole, "    reachable now at 3.4.5.6\n") != 2 || !strings.Contains(whole, "on FTP. Reachable now: 2. Read: ") {
		t.Fatalf("exit code %d: %s%s", code, whole, stderr)
	}
	s.Reset()
	without, _, code := run(t, "check", "--output", "text", "--reachable=false")
	if code != exitOpen || strings.Contains(without, "eachable") {
		t.Errorf("exit code %d: %s", code, without)
	}
	for _, c := range s.Calls("") {
		if c.Service == "ec2" && c.Action != "DescribeRegions" && !strings.HasPrefix(c.Action, "DescribeSecurityGroup") || c.Action == "DescribeSecurityGroupVpcAssociations" {
			t.Errorf("asked for %s", c.Action)
		}
	}
	for _, action := range []string{"DescribeNetworkInterfaces", "DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeInternetGateways", "DescribeNetworkAcls",
		"DescribeVpcBlockPublicAccessOptions", "DescribeVpcBlockPublicAccessExclusions", "DescribeSecurityGroupVpcAssociations"} {
		w.Change(func() { w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: action}} })
		stdout, stderr, code := run(t, "check", "--output", "text")
		line := fmt.Sprintf("What the internet reaches is not wholly known: account %s, region eu-west-1: ec2:%s is denied. Allow the caller this action. Nor is it in 1 other place\n", home, action)
		if code != exitOpen || stderr != "" || strings.Count(stdout, line) != 1 || strings.Count(stdout, "is denied") != 1 {
			t.Errorf("%s: exit code %d: %s%s", action, code, stdout, stderr)
		}
		// Without what is said of reach it says what it said without.
		var rest []string
		for text := range strings.Lines(stdout) {
			switch {
			case strings.HasPrefix(text, "    reachable") || strings.HasPrefix(text, "What the internet reaches is not wholly known"):
			default:
				before, after, found := strings.Cut(text, " Reachable now: ")
				if found {
					_, after, _ = strings.Cut(after, ". ")
					text = before + " " + after
				}
				rest = append(rest, text)
			}
		}
		if got := strings.Join(rest, ""); got != without {
			t.Errorf("%s: %s\ninstead of\n%s", action, got, without)
		}
		stdout, _, code = run(t, "query", "--output", "csv", "--csv", "raw", "select region, status, network_error_message like '%ec2:"+action+" is denied%' as named from ftpcheck_scan order by 1")
		if want := "region,status,named\neu-west-1,scanned,true\nus-east-1,scanned,true\n"; code != exitOK || stdout != want {
			t.Errorf("%s: exit code %d: %s", action, code, stdout)
		}
	}
}

// The table of paths asks for the places that are wanted alone, and says which could not be read.
func TestInternetPathsOfPlaces(t *testing.T) {
	w, s := reachedAccount(t)
	const paths = "select region, network_interface_id, reachable from ftpcheck_internet_path where port = 21 and address_family = 'IPv4'"
	for where, want := range map[string]string{
		"": "eu-west-1,eni-1,true\nus-east-1,eni-1,true\n", " and region = 'eu-west-1'": "eu-west-1,eni-1,true\n", " and region <> 'eu-west-1'": "us-east-1,eni-1,true\n",
		" and region like 'eu-%'": "eu-west-1,eni-1,true\n", " and account_id = '" + home + "'": "eu-west-1,eni-1,true\nus-east-1,eni-1,true\n", " and account_id = '" + another + "'": "",
	} {
		s.Reset()
		stdout, stderr, code := run(t, "query", "--output", "csv", "--csv", "raw", paths+where+" order by 1")
		if code != exitOK || stdout != "region,network_interface_id,reachable\n"+want {
			t.Errorf("%s: exit code %d: %s%s", where, code, stdout, stderr)
		}
		for _, action := range []string{"DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeVpcBlockPublicAccessExclusions"} {
			if n := s.Count("", "", action).Attempts; n != strings.Count(want, "\n") {
				t.Errorf("%s: %d calls of %s", where, n, action)
			}
		}
	}
	w.Change(func() {
		w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "DescribeNetworkInterfaces", Region: "us-east-1"}}
	})
	stdout, stderr, code := run(t, "query", paths)
	if code != exitError || stdout != "" || !strings.Contains(stderr, "region us-east-1: ec2:DescribeNetworkInterfaces is denied") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	stdout, _, code = run(t, "query", "--output", "csv", "--csv", "raw", "select region, network_interface_id, reachable, scan_status, unknown_because from ftpcheck_internet_path where port is null or port = 21 and address_family = 'IPv4' order by 1")
	if want := "region,network_interface_id,reachable,scan_status,unknown_because\neu-west-1,eni-1,true,scanned,\nus-east-1,,,denied,\"[\"\"not_read\"\"]\"\n"; code != exitOK || stdout != want {
		t.Errorf("exit code %d: %s", code, stdout)
	}
}

// What stands behind a load balancer is not known, until somebody asks for load balancers.
func TestReachableThroughLoadBalancers(t *testing.T) {
	w, s := reachedAccount(t)
	w.Change(func() {
		r := w.Accounts[0].Regions["us-east-1"]
		server := &r.NetworkInterfaces[0]
		server.PublicIP, server.Instance = "", "i-1"
		r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{ID: "eni-2", VPC: "vpc-1", Subnet: "subnet-1", Type: "network_load_balancer", Requester: "amazon-elb",
			Description: "ELB " + fakeaws.LoadBalancerName(home, "us-east-1", "ftp"), PrivateIP: "10.0.0.9", PublicIP: "3.4.5.9"})
		r.LoadBalancers = []fakeaws.LoadBalancer{{Name: "ftp", VPC: "vpc-1", Listeners: []fakeaws.Listener{{Port: 2121, To: 21, Targets: []string{"i-1"}, KeepsClient: true}}}}
	})
	check := func(want string, args ...string) {
		t.Helper()
		stdout, stderr, code := run(t, append([]string{"check", "--output", "text", "--region", "us-east-1"}, args...)...)
		if code != exitOpen || stderr != "" || !strings.Contains(stdout, want) {
			t.Errorf("%v: exit code %d: %s%s", args, code, stdout, stderr)
		}
	}
	check("    reachable? Not known: a load balancer may lead to it\n")
	for _, c := range s.Calls("") {
		if c.Service == "elasticloadbalancing" {
			t.Errorf("asked for %s, and nobody wants it", c.Action)
		}
	}
	check("    reachable now at 3.4.5.9\n", "--load-balancers")
	w.Change(func() { w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "DescribeTargetHealth"}} })
	check("What the internet reaches is not wholly known: account "+home+", region us-east-1: elasticloadbalancing:DescribeTargetHealth is denied. Allow the caller this action\n", "--load-balancers")
	check("    reachable? Not known: a load balancer may lead to it\n", "--load-balancers")
	w.Change(func() { w.Faults = nil })
	for argument, want := range map[string]string{"load_balancers = true": "[\"net/ftp/", "": "rows\n"} {
		file := t.TempDir() + "/ftpcheck.spc"
		if err := os.WriteFile(file, []byte("connection \"ftpcheck\" {\n plugin = \"ftpcheck\"\n regions = [\"us-east-1\"]\n "+argument+"\n}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		stdout, stderr, code := run(t, "query", "--config", file, "--output", "csv", "--csv", "raw", "select coalesce(max(load_balancers::text), 'rows') as by from ftpcheck_internet_path where reachable or port = 20")
		if code != exitOK || !strings.Contains(strings.ReplaceAll(stdout, `""`, `"`), want) {
			t.Errorf("%q: exit code %d: %s%s", argument, code, stdout, stderr)
		}
	}
}
