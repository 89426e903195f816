package scan

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// balancingActions are what is asked of load balancers.
var balancingActions = []string{"DescribeLoadBalancers", "DescribeListeners", "DescribeTargetGroups", "DescribeTargetHealth", "DescribeTargetGroupAttributes", "DescribeInstanceHealth"}

// balancedRegion is a region whose servers are in a private subnet, behind load balancers of each kind.
func balancedRegion() *fakeaws.Region {
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	group := func(name string, port int, source fakeaws.Permission) fakeaws.Group {
		source.Protocol, source.From, source.To = "tcp", port, port
		return fakeaws.Group{Name: name, VPC: "vpc-a", Ingress: []fakeaws.Permission{source}}
	}
	r := &fakeaws.Region{
		Groups: []fakeaws.Group{
			group("server", 21, fakeaws.Permission{CIDR4: "9.0.0.0/8"}), group("behind", 21, fakeaws.Permission{Group: id("balancer")}),
			group("instance", 21, fakeaws.Permission{CIDR4: "10.0.0.0/24"}), group("idle", 21, fakeaws.Permission{CIDR4: "0.0.0.0/0"}), group("wide", 21, fakeaws.Permission{CIDR4: "0.0.0.0/0"}),
			group("balancer", 2121, fakeaws.Permission{CIDR4: "8.8.8.0/24"}),
		},
		VPCs:    []fakeaws.VPC{{ID: "vpc-a"}},
		Subnets: []fakeaws.Subnet{{ID: "subnet-public", VPC: "vpc-a"}, {ID: "subnet-private", VPC: "vpc-a", CIDR: "10.0.1.0/24"}},
		RouteTables: []fakeaws.RouteTable{
			{ID: "rtb-main", VPC: "vpc-a", Main: true},
			{ID: "rtb-public", VPC: "vpc-a", Subnets: []string{"subnet-public"}, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-a"}}},
		},
		InternetGateways: []fakeaws.InternetGateway{{ID: "igw-a", VPC: "vpc-a"}},
		LoadBalancers: []fakeaws.LoadBalancer{
			{Name: "plain", VPC: "vpc-a", Listeners: []fakeaws.Listener{
				{Port: 2121, To: 21, Targets: []string{"i-1"}, KeepsClient: true}, {Port: 21, To: 8021, Targets: []string{"10.0.1.4"}}, {Port: 20, Protocol: "UDP", To: 20, Targets: []string{"i-4"}}}},
			{Name: "guarded", VPC: "vpc-a", Groups: []string{id("balancer")}, Listeners: []fakeaws.Listener{{Port: 2121, To: 21, Targets: []string{"10.0.1.2", "10.0.1.5"}}}},
			{Name: "old", Type: "classic", VPC: "vpc-a", Groups: []string{id("balancer")}, Listeners: []fakeaws.Listener{{Port: 2121, To: 21, Targets: []string{"i-3"}}, {Port: 80, Protocol: "HTTP", To: 20}}},
			{Name: "empty", VPC: "vpc-a"},
			{Name: "web", Type: "application", VPC: "vpc-a", Listeners: []fakeaws.Listener{{Port: 80, Protocol: "HTTP", To: 80, Targets: []string{"i-4"}}}},
		},
	}
	server := func(n int, group string) {
		r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{ID: "eni-" + group, VPC: "vpc-a", Subnet: "subnet-private",
			PrivateIP: fmt.Sprint("10.0.1.", n), Instance: fmt.Sprint("i-", n), Groups: []string{id(group)}})
	}
	server(1, "server")
	server(2, "behind")
	server(3, "instance")
	server(4, "idle")
	server(5, "wide")
	node := func(n int, name, kind string, groups ...string) {
		r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{ID: fmt.Sprint("eni-lb", n), VPC: "vpc-a", Subnet: "subnet-public", Type: kind, Requester: "amazon-elb",
			Description: "ELB " + name, PrivateIP: fmt.Sprint("10.0.0.", n), PublicIP: fmt.Sprint("3.4.5.", n), Groups: groups})
	}
	node(1, fakeaws.LoadBalancerName(home, "us-east-1", "plain"), "network_load_balancer")
	node(2, fakeaws.LoadBalancerName(home, "us-east-1", "guarded"), "network_load_balancer", id("balancer"))
	node(3, "old", "interface", id("balancer"))
	node(4, fakeaws.LoadBalancerName(home, "us-east-1", "empty"), "network_load_balancer")
	return r
}

// saidOfBalanced is what is said of the servers on port 21, and of what else is reached.
func saidOfBalanced(r *reading) map[string]string {
	said := map[string]string{}
	for _, d := range r.details {
		about, rest, _ := strings.Cut(d, ": ")
		_, about, _ = strings.Cut(about, "us-east-1 ")
		answer, detail, _ := strings.Cut(rest, " [")
		if answer != "no" || about == "eni-idle IPv4 port 21" {
			at, _, _ := strings.Cut(detail, "] [")
			if answer != "yes" {
				at = ""
			}
			said[about] = strings.TrimSpace(answer + " " + at)
		}
	}
	return said
}

// What stands behind load balancers is the same through every door, and not known where nobody asked.
func TestLoadBalancers(t *testing.T) {
	w := oneRegion(balancedRegion())
	cfg := liveConfig(t, w.Start(t))
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	got, err := reached(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"eni-lb1 IPv4 port 20": "unknown", "eni-lb1 IPv4 port 21": "unknown", "eni-lb4 IPv4 port 20": "unknown", "eni-lb4 IPv4 port 21": "unknown", "eni-wide IPv4 port 21": "unknown", id("wide"): "unknown", "eni-idle IPv4 port 21": "unknown",
		"eni-server IPv4 port 21": "unknown", "eni-behind IPv4 port 21": "unknown", "eni-instance IPv4 port 21": "unknown",
		id("server"): "unknown", id("behind"): "unknown", id("instance"): "unknown", id("idle"): "unknown"}
	if diff := cmp.Diff(want, saidOfBalanced(got)); diff != "" {
		t.Errorf("not asked for (-want +got):\n%s", diff)
	}

	cfg.LoadBalancers = true
	live, err := reached(t, cfg)
	if err != nil || live.places[0].NetworkProblem != "" {
		t.Fatal(err, live.places)
	}
	want = map[string]string{
		"eni-lb1 IPv4 port 21": "yes yes 3702258432 [3.4.5.1/32", "eni-idle IPv4 port 21": "no",
		"eni-server IPv4 port 21": "yes no 16777216 [3.4.5.1/32", "eni-behind IPv4 port 21": "yes no 256 [3.4.5.2/32", "eni-instance IPv4 port 21": "yes no 256 [3.4.5.3/32",
		"eni-wide IPv4 port 21": "yes no 256 [3.4.5.2/32", id("wide"): "yes wide [3.4.5.2/32",
		id("server"): "yes server [3.4.5.1/32", id("behind"): "yes behind [3.4.5.2/32", id("instance"): "yes instance [3.4.5.3/32",
	}
	if diff := cmp.Diff(want, saidOfBalanced(live)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// Who asks for open groups alone gets the same, though those of load balancers are not open.
	open := true
	groups, _, err := read(t, cfg, sg.Request{Unrestricted: &open, Reachability: true, Once: true})
	if err != nil || len(groups) != 2 {
		t.Fatal(err, len(groups))
	}
	for _, g := range groups {
		if is, was := answers[g.Exposure.Reachable], live.answers[fmt.Sprintf("%s %s %s", g.AccountID, g.Region, g.ID)]; is != was {
			t.Errorf("%s: %s among open groups, and %s among all", g.Name, is, was)
		}
	}
	w.Change(func() { w.ShortPages, w.Shuffle = 1, true })
	if got, err := reached(t, cfg); err != nil || !slices.Equal(got.details, live.details) {
		t.Errorf("in pages of one: %v\n%s", err, cmp.Diff(live.details, got.details))
	}
	w.Change(func() { w.ShortPages = 0 })

	raw, _ := recordScan(t, cfg)
	check := func(door string, cfg config.Config) {
		t.Helper()
		got, err := reached(t, cfg)
		if diff := cmp.Diff(live.details, got.details); diff != "" || err != nil {
			t.Errorf("%s: %v (-live +other)\n%s", door, err, diff)
		}
	}
	check("recorded", config.Config{Paths: []string{raw}})
	if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
		t.Fatal(err)
	}
	check("saved", config.Config{Paths: []string{raw}})
	// Without one of the files, what depends on it is not known.
	tried := 0
	for _, f := range filesIn(t, raw) {
		about := strings.NewReplacer("describe-classic-load-balancers", "load-balancers").Replace(filepath.Base(f))
		if !strings.Contains(about, "load-balancers") && !strings.Contains(about, "target") && !strings.Contains(about, "listeners") && !strings.Contains(about, "instance-health") {
			continue
		}
		tried++
		if err := os.Rename(f, f+".away"); err != nil {
			t.Fatal(err)
		}
		got, err := reached(t, config.Config{Paths: []string{raw}, ExcludePaths: []string{"*.away"}})
		if worse := got.worse(live.answers); err != nil || len(worse) > 0 {
			t.Errorf("without %s: %v %v", filepath.Base(f), err, worse)
		} else if maps.Equal(got.answers, live.answers) && !strings.Contains(f, "target-group-attributes") {
			t.Errorf("without %s all is known", filepath.Base(f))
		}
		if err := os.Rename(f+".away", f); err != nil {
			t.Fatal(err)
		}
	}
	if tried != 13 {
		t.Errorf("%d files are of load balancers", tried)
	}
}

// What of load balancers is denied makes unknown what depends on it, and nothing else.
func TestLoadBalancersThatAreDenied(t *testing.T) {
	w := oneRegion(balancedRegion())
	s := w.Start(t)
	cfg := liveConfig(t, s)
	cfg.LoadBalancers = true
	whole, err := reached(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range balancingActions {
		for _, other := range balancingActions[i:] {
			w.Change(func() {
				w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: one}, {Kind: fakeaws.DeniedBySCP, Action: other}}
			})
			s.Reset()
			got, err := reached(t, cfg)
			if err != nil || got.places[0].Status != sg.StatusScanned {
				t.Fatal(err, got.places)
			}
			if n := s.Count("", "", one).Attempts; n > 1 && one != "DescribeLoadBalancers" { // which are two actions
				t.Errorf("%s is denied, and asked for %d times", one, n)
			}
			if problem := got.places[0].NetworkProblem; !strings.Contains(problem, "elasticloadbalancing:"+one+" is denied") || strings.Count(problem, one) != 1 {
				t.Errorf("%s and %s: %s", one, other, problem)
			}
			if worse := got.worse(whole.answers); len(worse) > 0 || maps.Equal(got.answers, whole.answers) {
				t.Errorf("%s and %s: %v", one, other, worse)
			}
			for _, d := range got.details {
				if strings.Contains(d, "eni-lb2 ") && !slices.Contains(whole.details, d) {
					t.Errorf("%s and %s: %s", one, other, d)
				}
			}
		}
	}
}

// Whatever element is taken from an answer about load balancers, or has another name, or loses its
// content: what the internet reaches is the same or not known, or it is an answer that AWS can give.
func TestDeletedFromAnswersAboutLoadBalancers(t *testing.T) {
	asked := map[string]string{}
	var mu sync.Mutex
	cfg := liveConfig(t, oneRegion(balancedRegion()).Start(t))
	target, _ := url.Parse(os.Getenv("AWS_ENDPOINT_URL"))
	changed, body := "", "" // the request whose answer is another
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if _, known := asked[string(request)]; !known {
			r.Body = io.NopCloser(strings.NewReader(string(request)))
			answer := httptest.NewRecorder()
			httputil.NewSingleHostReverseProxy(target).ServeHTTP(answer, r)
			asked[string(request)] = answer.Body.String()
		}
		if text := asked[string(request)]; changed != string(request) {
			io.WriteString(w, text)
		} else {
			io.WriteString(w, body)
		}
	}))
	defer server.Close()
	cfg.EndpointURL, cfg.MaxErrorRetryAttempts, cfg.Regions, cfg.LoadBalancers = server.URL, 1, []string{"us-east-1"}, true
	scanner, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	whole, err := reach(t.Context(), scanner, sg.Request{Once: true})
	if err != nil {
		t.Fatal(err)
	}
	legal := func(change string, path []string) bool {
		switch at := path[len(path)-1]; at {
		case "member": // one thing less
			return change == "deleted"
		case "Listeners", "TargetHealthDescriptions", "LoadBalancerDescriptions", "Instances", "ListenerDescriptions":
			return change == "emptied"
		}
		return false
	}
	changes, tried, missed, less, legals := 0, 0, 0, 0, map[string]bool{}
	longest := map[string]string{} // by the action and version
	for request, answer := range asked {
		form, _ := url.ParseQuery(request)
		what := form.Get("Action") + form.Get("Version")
		if strings.Contains(answer, "elasticloadbalancing.amazonaws.com") && (len(answer) > len(asked[longest[what]]) || len(answer) == len(asked[longest[what]]) && request < longest[what]) {
			longest[what] = request
		}
	}
	for _, what := range slices.Sorted(maps.Keys(longest)) {
		request := longest[what]
		for _, e := range elements(t, asked[request]) {
			for _, change := range []string{"deleted", "emptied", "renamed"} {
				if change != "deleted" && !strings.Contains(asked[request][e.inside:e.outside], "<") {
					continue // for a text all are the same
				}
				if changes++; changes%soak.OneIn != 0 {
					continue
				}
				tried++
				mu.Lock()
				changed, body = request, e.change(asked[request], change)
				mu.Unlock()
				got, err := reach(t.Context(), scanner, sg.Request{Once: true})
				what := fmt.Sprintf("%s: %s %s", strings.SplitN(request, "&", 2)[0], strings.Join(e.path, "/"), change)
				switch worse := got.worse(whole.answers); {
				case err != nil:
					t.Errorf("%s: %v", what, err)
				case got.places[0].NetworkProblem != "":
					missed++
					if len(worse) > 0 {
						t.Errorf("%s was missed, and %v", what, worse)
					}
				case len(worse) == 0:
					if !maps.Equal(got.answers, whole.answers) {
						less++
					}
				case legal(change, e.path):
					legals[what] = true
				default:
					t.Errorf("%s, and %v", what, worse)
				}
			}
		}
	}
	t.Logf("%d changes, %d were missed, %d made something unknown; legal are\n%s", tried, missed, less, strings.Join(slices.Sorted(maps.Keys(legals)), "\n"))
	if tried < 200/soak.OneIn || missed < 80/soak.OneIn || less < 10/soak.OneIn || len(legals) < 5/soak.OneIn {
		t.Errorf("%d changes, %d were missed, %d made something unknown, %d are legal: there should be many of all", tried, missed, less, len(legals))
	}
}
