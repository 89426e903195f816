package scan

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// between returns a configuration of which each answer without an error passes through change,
// with the action and the number of the call of that action, from 1.
func between(t *testing.T, s *fakeaws.Server, change func(action string, call int, body []byte) []byte) config.Config {
	t.Helper()
	var mu sync.Mutex
	calls := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(request))
		form, _ := url.ParseQuery(string(request))
		action := form.Get("Action")
		if action == "" {
			_, action, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		}
		mu.Lock()
		calls[action]++
		n := calls[action]
		mu.Unlock()
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		if answer.Code == http.StatusOK {
			body = change(action, n, body)
		}
		w.WriteHeader(answer.Code)
		w.Write(body)
	}))
	t.Cleanup(server.Close)
	cfg := liveConfig(t, s)
	cfg.EndpointURL = server.URL
	cfg.MaxErrorRetryAttempts = 1
	return cfg
}

// everyAnswer is a world in which each thing that is read matters.
func everyAnswer() *fakeaws.World {
	w := organization()
	w.Accounts = w.Accounts[:2]
	for _, a := range w.Accounts {
		for name := range a.Regions {
			if name != "eu-west-1" {
				delete(a.Regions, name)
			}
		}
		a.Regions["eu-west-1"] = &fakeaws.Region{
			Groups: []fakeaws.Group{
				{Name: "open", Tags: map[string]string{"a": "b"}, Ingress: []fakeaws.Permission{
					{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}, {Protocol: "tcp", From: 21, To: 21, CIDR6: "::/0"},
					{Protocol: "tcp", From: 21, To: 21, Group: fakeaws.GroupID(a.ID, "eu-west-1", "open")},
				}},
				{Name: "by-list", Ingress: []fakeaws.Permission{{Protocol: "-1", PrefixList: fakeaws.PrefixListID("wide")}}},
				{Name: "by-halves", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 20, CIDR4: "0.0.0.0/1"}, {Protocol: "tcp", From: 20, To: 20, CIDR4: "128.0.0.0/1"}}},
			},
			PrefixLists:       []fakeaws.PrefixList{{Name: "wide", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}}},
			NetworkInterfaces: []fakeaws.NetworkInterface{{Description: "n", PublicIP: "3.4.5.6", Groups: []string{fakeaws.GroupID(a.ID, "eu-west-1", "open")}}},
		}
	}
	return w
}

// told is what a reading says that must not get less without an error.
func told(groups []*sg.Group) (text []string) {
	words := map[rule.Answer]string{rule.Yes: "open", rule.No: "closed", rule.Unknown: "unknown"}
	for _, g := range groups {
		text = append(text, fmt.Sprintf("%s %s %v, %d interfaces, known %v", g.AccountID, g.Name, words[g.Verdict.Unrestricted], len(g.NetworkInterfaces), g.NetworkInterfacesKnown))
		for _, p := range g.Permissions {
			text = append(text, fmt.Sprintf("%s %s %s %v", g.Name, p.SourceText(), p.Ports(), words[p.Verdict.Unrestricted]))
		}
	}
	slices.Sort(text)
	return text
}

// Whatever element is taken from an answer, or has another name, or loses its content: the
// reading says the same, or that something was not read, or what is taken away is an answer that
// AWS can give.
func TestDeletedFromAnswers(t *testing.T) {
	s := everyAnswer().Start(t)
	answers := map[string]string{}
	var mu sync.Mutex
	cfg := between(t, s, func(action string, call int, body []byte) []byte {
		mu.Lock()
		defer mu.Unlock()
		answers[action] = string(body)
		return body
	})
	cfg.Accounts = []string{"*"}
	groups, _, err := read(t, cfg, sg.Everything())
	if err != nil || len(groups) != 6 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	want := told(groups)

	// What AWS can say without it, of another world than this one.
	legal := func(action, change string, path []string) bool {
		last := path[len(path)-1]
		switch {
		case change != "renamed" && last == "item":
			return change == "deleted" // one thing less
		case change == "emptied":
			switch last { // lists that may be empty
			case "ipPermissions", "groupSet", "securityGroupInfo", "networkInterfaceSet", "entrySet", "securityGroupRuleSet", "prefixListSet", "ipRanges", "ipv6Ranges", "prefixListIds", "groups":
				return true
			}
		}
		switch last {
		case "association", "publicIp", "ipv6AddressesSet", "privateIpAddressesSet", "privateIpAddress": // of an interface without a public address
			return action == "DescribeNetworkInterfaces"
		case "optInStatus", "groupName", "roleName":
			return true // says nothing about what is read
		}
		return false
	}
	var all []deletion
	for action, answer := range answers {
		if strings.HasPrefix(answer, "<") { // JSON is below
			all = append(all, deletionsFrom(t, action, answer)...)
		}
	}
	errors := 0
	tryEach(t, s, all, func(cfg config.Config, deletions iter.Seq[deletion]) error {
		cfg.Accounts = []string{"*"}
		for d := range deletions {
			groups, places, err := read(t, cfg, sg.Everything())
			if err != nil {
				mu.Lock()
				errors++
				mu.Unlock()
				continue
			}
			noted := slices.ContainsFunc(places, func(c sg.Coverage) bool { return c.ErrorMessage != "" })
			if got := told(groups); !slices.Equal(got, want) && !noted && !legal(d.action, d.change, d.path) {
				t.Errorf("%s, and nobody says so", d)
			}
		}
		return nil
	})
	t.Logf("%d changes, %d of them errors", len(all), errors)
	if len(all) < 500/soak.OneIn || errors < 200/soak.OneIn {
		t.Errorf("%d changes, %d of them errors: there should be many of both", len(all), errors)
	}

	for action, list := range map[string]string{"ListAccounts": "Accounts"} {
		for _, altered := range []string{`{}`, `{"Accounts":null}`, `{"accounts":[]}`, `{"Accounts":{}}`, `{"Accounts":"x"}`, `{"Accounts":[{}]}`, `{"Accounts":[null]}`,
			`{"Accounts":[1]}`, `[]`, `null`, ``, `{"Accounts":[]`, `{"Accounts":[],"Accounts":[]}`, `{"Accounts":[]} x`, strings.Replace(answers[action], `"Id"`, `"ID2"`, 1)} {
			cfg := between(t, s, func(a string, call int, body []byte) []byte {
				if a == action {
					return []byte(altered)
				}
				return body
			})
			cfg.Accounts = []string{"*"}
			if _, _, err := read(t, cfg, sg.Request{}); err == nil {
				t.Errorf("%s of %s: %s, and nobody says so", list, action, altered)
			}
		}
	}
}

// A deletion takes an element from the answers to an action, or its content, or its name.
type deletion struct {
	action, change string
	path           []string
	at             int // of how many elements before it
}

func (d deletion) String() string {
	return fmt.Sprintf("%s: %s %s", d.action, strings.Join(d.path, "/"), d.change)
}

// deletionsFrom are all deletions from an answer, of which one in [soak.OneIn] is tried.
func deletionsFrom(t *testing.T, action, answer string) (all []deletion) {
	t.Helper()
	n := 0
	for i, e := range elements(t, answer) {
		for _, change := range []string{"deleted", "emptied", "renamed"} {
			if n++; n%soak.OneIn == 0 {
				all = append(all, deletion{action, change, e.path, i})
			}
		}
	}
	return all
}

// tryEach has several workers try the deletions side by side. A worker gets a configuration, and the
// deletions of which each is what the next readings by that configuration meet.
func tryEach(t *testing.T, s *fakeaws.Server, all []deletion, work func(config.Config, iter.Seq[deletion]) error) {
	t.Helper()
	var next atomic.Int64
	var workers errgroup.Group
	for range 6 {
		var now atomic.Pointer[deletion]
		cfg := between(t, s, func(action string, _ int, body []byte) []byte {
			d := now.Load()
			if action != d.action {
				return body
			}
			// Of several accounts, each has an answer of its own, of the same elements.
			return []byte(elements(t, string(body))[d.at].change(string(body), d.change))
		})
		workers.Go(func() error {
			return work(cfg, func(yield func(deletion) bool) {
				for i := next.Add(1); i <= int64(len(all)); i = next.Add(1) {
					now.Store(&all[i-1])
					if !yield(all[i-1]) {
						return
					}
				}
			})
		})
	}
	if err := workers.Wait(); err != nil {
		t.Fatal(err)
	}
}

// xmlElement is where an element is in a text.
type xmlElement struct {
	path                       []string
	start, inside, outside, at int
}

func (e xmlElement) change(text, change string) string {
	name := e.path[len(e.path)-1]
	switch change {
	case "deleted":
		return text[:e.start] + text[e.at:]
	case "emptied":
		return text[:e.start] + "<" + name + "/>" + text[e.at:]
	}
	return text[:e.start] + "<x" + name + ">" + text[e.inside:e.outside] + "</x" + name + ">" + text[e.at:]
}

func elements(t *testing.T, text string) (all []xmlElement) {
	d := xml.NewDecoder(strings.NewReader(text))
	var open []xmlElement
	for {
		start := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			var path []string
			if len(open) > 0 {
				path = slices.Clone(open[len(open)-1].path)
			}
			open = append(open, xmlElement{path: append(path, token.Name.Local), start: start, inside: int(d.InputOffset())})
		case xml.EndElement:
			e := open[len(open)-1]
			open = open[:len(open)-1]
			e.outside, e.at = min(start, int(d.InputOffset())), int(d.InputOffset())
			if len(e.path) > 1 {
				all = append(all, e)
			}
		}
	}
}

// Pages that moved while they were read are read again, and a place where they always do is not
// read.
func TestPagesThatMove(t *testing.T) {
	region := &fakeaws.Region{}
	for i := range 6 {
		region.Groups = append(region.Groups, openGroup(fmt.Sprint("g", i)))
	}
	w := oneRegion(region)
	w.ShortPages = 3
	s := w.Start(t)
	for moves, want := range map[int]int{1: 6, 2: 6, 100: 0} {
		var first []byte
		cfg := between(t, s, func(action string, call int, body []byte) []byte {
			if action != "DescribeSecurityGroups" {
				return body
			}
			if call%2 == 1 {
				first = body
				return body
			}
			if call/2 <= moves { // a group of the first page comes once more
				i, j := bytes.Index(first, []byte("<item>")), bytes.Index(first, []byte("</securityGroupInfo>"))
				return bytes.Replace(body, []byte("</securityGroupInfo>"), append(slices.Clone(first[i:j]), "</securityGroupInfo>"...), 1)
			}
			return body
		})
		groups, places, err := read(t, cfg, sg.Request{})
		if len(groups) != want || (err == nil) != (want > 0) || places[0].Groups != int64(want) {
			t.Errorf("moved %d times: %d groups, %v, %+v", moves, len(groups), err, places)
		}
		if want == 0 && !strings.Contains(err.Error(), "its pages do not fit together") {
			t.Error(err)
		}
	}
}

// Tokens that come again end, whatever the action.
func TestTokensWithoutEnd(t *testing.T) {
	for _, tokens := range [][]string{{"A"}, {"A", "B"}, {"A", "B", "C"}} {
		for _, action := range []string{"DescribeSecurityGroups", "DescribeSecurityGroupRules", "GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeNetworkInterfaces", "ListAccounts",
			"DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeInternetGateways", "DescribeNetworkAcls", "DescribeVpcBlockPublicAccessExclusions", "DescribeSecurityGroupVpcAssociations"} {
			s := everyAnswer().Start(t)
			target, _ := url.Parse(s.URL)
			proxy := httputil.NewSingleHostReverseProxy(target)
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				request, _ := io.ReadAll(r.Body)
				text := string(request)
				ours := strings.Contains(text, "Action="+action+"&") || strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+action)
				if ours { // ask for the first page, whatever was asked for
					form, _ := url.ParseQuery(text)
					form.Del("NextToken")
					if text = form.Encode(); r.Header.Get("X-Amz-Target") != "" {
						text = "{}"
					}
				}
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
				answer := httptest.NewRecorder()
				proxy.ServeHTTP(answer, r)
				body := answer.Body.String()
				if ours && answer.Code == 200 {
					token := tokens[asked%len(tokens)]
					asked++
					if strings.HasPrefix(body, "{") {
						body = `{"Accounts":[],"NextToken":"` + token + `"}`
					} else {
						name := map[string]string{"DescribeSecurityGroups": "securityGroupInfo", "DescribeSecurityGroupRules": "securityGroupRuleSet", "GetManagedPrefixListEntries": "entrySet", "DescribeManagedPrefixLists": "prefixListSet", "DescribeNetworkInterfaces": "networkInterfaceSet",
							"DescribeVpcs": "vpcSet", "DescribeSubnets": "subnetSet", "DescribeRouteTables": "routeTableSet", "DescribeInternetGateways": "internetGatewaySet", "DescribeNetworkAcls": "networkAclSet",
							"DescribeVpcBlockPublicAccessExclusions": "vpcBlockPublicAccessExclusionSet", "DescribeSecurityGroupVpcAssociations": "securityGroupVpcAssociationSet"}[action]
						body = "<" + action + "Response><" + name + "/><nextToken>" + token + "</nextToken></" + action + "Response>"
					}
				}
				time.Sleep(2 * time.Millisecond)
				w.WriteHeader(answer.Code)
				io.WriteString(w, body)
			}))
			cfg := liveConfig(t, s)
			cfg.EndpointURL, cfg.Regions, cfg.MaxErrorRetryAttempts = server.URL, []string{"eu-west-1"}, 1
			if action == "ListAccounts" {
				cfg.Accounts = []string{"*"}
			}
			groups, places, err := read(t, cfg, sg.Everything())
			server.Close()
			text := fmt.Sprint(err, places)
			unknown := action == "GetManagedPrefixListEntries" && slices.ContainsFunc(groups, func(g *sg.Group) bool { return g.Verdict.Unrestricted == rule.Unknown })
			unknown = unknown || slices.ContainsFunc(places, func(c sg.Coverage) bool { return strings.Contains(c.NetworkProblem, "ec2:"+action+" failed") })
			if err == nil && !unknown || !strings.Contains(text, "same NextToken twice") && !strings.Contains(text, "NextToken") {
				t.Errorf("%s with tokens %v: %v, %+v", action, tokens, err, places)
			}
			if asked > 2*len(tokens)+2 {
				t.Errorf("%s with tokens %v: %d calls", action, tokens, asked)
			}
		}
	}
}

// Throttling is called so, also if it lasts until a call has taken too long.
func TestThrottlingThatLasts(t *testing.T) {
	for _, action := range []string{"DescribeSecurityGroups", "AssumeRole"} {
		w := organization()
		w.Faults = []fakeaws.Fault{{Kind: fakeaws.Throttled, Account: map[string]string{"DescribeSecurityGroups": home}[action], Action: action}}
		cfg := liveConfig(t, w.Start(t))
		cfg.Accounts, cfg.Regions = []string{map[string]string{"DescribeSecurityGroups": home, "AssumeRole": another}[action]}, []string{"eu-west-1"}
		cfg.CallTimeout, cfg.MaxErrorRetryAttempts, cfg.MinErrorRetryDelay = 1, 100, 400
		_, places, err := read(t, cfg, sg.Request{})
		service := map[string]string{"DescribeSecurityGroups": "ec2", "AssumeRole": "sts"}[action]
		want := "AWS throttled " + service + ":" + action + ", and went on when it was tried again for 1s. Try again later, lower max_concurrency, or raise call_timeout"
		if err == nil || !strings.HasSuffix(err.Error(), ": "+want) || places[0].Status != sg.StatusThrottled || places[0].ErrorCode != "RequestLimitExceeded" && places[0].ErrorCode != "Throttling" {
			t.Errorf("%s: %v %s %s", action, err, places[0].Status, places[0].ErrorCode)
		}
	}
}

// A region that hangs costs what it may, and no other place suffers.
func TestHangingRegion(t *testing.T) {
	w := organization()
	w.Accounts = w.Accounts[:1]
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Hang, Region: "eu-west-1", Action: "DescribeSecurityGroups"}}
	cfg := liveConfig(t, w.Start(t))
	cfg.CallTimeout = 1
	_, places, err := read(t, cfg, sg.Request{})
	if err == nil || err.Error() != "account 111122223333, region eu-west-1: ec2:DescribeSecurityGroups took longer than 1s. Try again later, check the network, or raise call_timeout" {
		t.Error(err)
	}
	if n := statuses(places); n[sg.StatusUnreachable] != 1 || n[sg.StatusScanned] < 10 {
		t.Errorf("%v", n)
	}
}

// What two connections lead to is read and counted once, by the one that can.
func TestConnectionsThatOverlap(t *testing.T) {
	w := organization()
	s := w.Start(t)
	cfg := liveConfig(t, s)
	one, two := cfg, cfg
	one.Connection, two.Connection = "one", "two"
	one.Accounts, two.Accounts = []string{"*"}, []string{home, member}
	for name, faults := range map[string][]fakeaws.Fault{"all": nil, "denied": {{Kind: fakeaws.Denied, Region: "eu-west-1"}}} {
		w.Change(func() { w.Faults = faults })
		for _, settled := range []bool{false, true} {
			scanner, err := New(one, two)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]int{}
			places, err := scanner.Read(t.Context(), sg.Request{Settled: settled}, func(g *sg.Group) error {
				seen[g.ARN]++
				return nil
			})
			if (err != nil) != (faults != nil) {
				t.Error(err)
			}
			if faults == nil && len(seen) != 102 {
				t.Errorf("%s, settled %v: %d groups, want 102", name, settled, len(seen))
			}
			for arn, n := range seen {
				if n != 1 {
					t.Errorf("%s: %s %d times", name, arn, n)
				}
			}
			scanned := map[string]int{}
			for _, c := range places {
				if c.Status == sg.StatusScanned {
					scanned[sg.PlaceKey(c.AccountID, c.Region)]++
				}
			}
			for place, n := range scanned {
				if n != 1 {
					t.Errorf("%s: the place %s is in the record %d times", name, place, n)
				}
			}
		}
	}
}

// What AWS is asked for and files are of, too, counts twice, so it is refused, in whatever order the
// connections come. What is only planned is something else.
func TestFilesOfWhatIsLive(t *testing.T) {
	w := organization()
	w.Accounts = w.Accounts[:1]
	asked := liveConfig(t, w.Start(t))
	asked.Connection, asked.Regions = "now", []string{"us-east-1"}
	of := func(region string) (recorded, saved string) {
		cfg := asked
		cfg.Regions = []string{region}
		recorded, _ = recordScan(t, cfg)
		saved, _ = recordScan(t, cfg)
		if err := os.Remove(filepath.Join(saved, record.IndexName)); err != nil {
			t.Fatal(err)
		}
		return recorded, saved
	}
	recorded, saved := of("us-east-1")
	elsewhere, _ := of("eu-west-1")
	state := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(state, []byte(`{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "aws_security_group.a", "mode": "managed", "type": "aws_security_group", "name": "a", "provider_name": "registry.terraform.io/hashicorp/aws",
		"values": {"id": "sg-1", "name": "a", "owner_id": "`+home+`", "arn": "arn:aws:ec2:us-east-1:`+home+`:security-group/sg-1", "vpc_id": "vpc-1", "ingress": []}}]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		path    string
		refused bool
	}{"recorded": {recorded, true}, "saved": {saved, true}, "elsewhere": {elsewhere, false}, "planned": {state, false}} {
		files := config.Config{Connection: "then", Paths: []string{tt.path}}
		for _, configs := range [][]config.Config{{asked, files}, {files, asked}} {
			scanner, err := New(configs...)
			if err != nil {
				t.Fatal(err)
			}
			places, err := scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { return nil })
			want := "connection now asks AWS for account " + home + ", region us-east-1, and connection then has files of it: "
			if tt.refused != (err != nil) || tt.refused && !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "planned" && !slices.ContainsFunc(places, func(c sg.Coverage) bool { return c.Origin == state && c.AccountID == home && c.Region == "us-east-1" }) {
				t.Errorf("the state is of no place: %+v", places)
			}
			scanner.Close()
		}
	}
}

// Where listing the regions is denied, those that are named are read.
func TestRegionsThatCannotBeListed(t *testing.T) {
	for name, fault := range map[string]fakeaws.Fault{
		"everywhere":            {Kind: fakeaws.Denied, Action: "DescribeRegions"},
		"in the default region": {Kind: fakeaws.DeniedBySCP, Action: "DescribeRegions", Region: "us-east-1"},
	} {
		w := organization()
		w.Accounts = w.Accounts[:1]
		w.Faults = []fakeaws.Fault{fault}
		cfg := liveConfig(t, w.Start(t))
		cfg.IgnoreErrorCodes = []string{"*"} // what cannot be known cannot be left out
		if _, _, err := read(t, cfg, sg.Request{}); err == nil || !strings.Contains(err.Error(), "name each region to read with regions") {
			t.Errorf("%s: %v", name, err)
		}
		cfg.Regions = []string{"eu-*"}
		if _, _, err := read(t, cfg, sg.Request{}); err == nil {
			t.Errorf("%s: no error for a pattern", name)
		}
		cfg.Regions = []string{"eu-west-1", "eu-central-1"}
		groups, places, err := read(t, cfg, sg.Request{})
		if err != nil || len(groups) != 4 || statuses(places)[sg.StatusScanned] != 2 {
			t.Errorf("%s: %d groups, %v, %v", name, len(groups), places, err)
		}
		cfg.Regions, cfg.IgnoreErrorCodes = []string{"eu-west-1", "xx-west-1"}, nil
		if _, _, err := read(t, cfg, sg.Request{}); err == nil {
			t.Errorf("%s: no error for a region that is not there", name)
		}
	}
}

// What is left out by choice is in the record, and no error unless nothing else is left.
func TestExcluded(t *testing.T) {
	cfg := liveConfig(t, organization().Start(t))
	cfg.Accounts, cfg.ExcludeAccounts, cfg.ExcludeRegions = []string{"*"}, []string{"222233334444"}, []string{"[!u]*", "us-west-?"}
	groups, places, err := read(t, cfg, sg.Request{})
	if err != nil || len(groups) != 8 {
		t.Errorf("%d groups, %v", len(groups), err)
	}
	left := 0
	for _, c := range places {
		if c.LeftOut() {
			left++
		} else if c.Status == sg.StatusScanned && !slices.Contains([]string{"us-east-1", "us-east-2"}, c.Region) {
			t.Errorf("read: %+v", c)
		}
	}
	if left != 1+2*16 {
		t.Errorf("%d places left out", left)
	}
	cfg.ExcludeRegions = []string{"*"}
	if _, _, err := read(t, cfg, sg.Request{}); err == nil {
		t.Error("no error, though nothing is left to read")
	}
}

// Of a group that is another's, the interfaces of others cannot be seen: it is not known to be
// unused. Live and replayed say the same.
func TestSharedGroups(t *testing.T) {
	shared := fakeaws.Group{ID: "sg-0123456789abcdef0", Name: "shared", Owner: another, Ingress: openGroup("x").Ingress}
	w := oneRegion(&fakeaws.Region{
		Groups:            []fakeaws.Group{shared, openGroup("own")},
		NetworkInterfaces: []fakeaws.NetworkInterface{{Description: "n", Groups: []string{shared.ID}}},
	})
	cfg := liveConfig(t, w.Start(t))
	check := func(groups []*sg.Group) {
		t.Helper()
		for _, g := range groups {
			if shared := g.Name == "shared"; g.NetworkInterfacesKnown == shared || shared != (len(g.NetworkInterfaces) == 1) {
				t.Errorf("%s: known %v, %d interfaces", g.Name, g.NetworkInterfacesKnown, len(g.NetworkInterfaces))
			}
		}
	}
	groups, _, err := read(t, cfg, sg.Everything())
	if err != nil || len(groups) != 2 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	check(groups)
	scanner, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	raw := t.TempDir() + "/raw"
	if _, err := scanner.Record(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	groups, _, err = read(t, config.Config{Paths: []string{raw}}, sg.Everything())
	if err != nil || len(groups) != 2 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	check(groups)
}

// A permission that cannot be is undetermined, and so is its group. It hides no other group.
func TestOddGroupOfAWS(t *testing.T) {
	s := oneRegion(&fakeaws.Region{Groups: []fakeaws.Group{
		{Name: "odd", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "192.0.2.0/24"}}}, openGroup("open"),
	}}).Start(t)
	cfg := between(t, s, func(action string, call int, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte("192.0.2.0/24"), []byte("192.0.2.0/99"))
	})
	check := func(groups []*sg.Group, places []sg.Coverage, err error) {
		t.Helper()
		if err != nil || len(places) != 1 || places[0].ErrorCode != sg.CodeOddPermission || !strings.HasSuffix(places[0].ErrorMessage, `: "192.0.2.0/99" is not an IPv4 address range`) {
			t.Errorf("%v, %+v", err, places)
		}
		verdicts := map[string]rule.Answer{}
		for _, g := range groups {
			verdicts[g.Name] = g.Verdict.Unrestricted
		}
		if len(verdicts) != 2 || verdicts["open"] != rule.Yes || verdicts["odd"] != rule.Unknown {
			t.Errorf("%v", verdicts)
		}
	}
	check(read(t, cfg, sg.Request{}))
	check(read(t, cfg, sg.Everything()))
	scanner, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	raw := t.TempDir() + "/raw"
	if _, err := scanner.Record(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	check(read(t, config.Config{Paths: []string{raw}}, sg.Everything()))
}

// What one connection leaves out is read by another that does not, in whatever order they come.
func TestLeftOutByOneConnection(t *testing.T) {
	dir := write(t, map[string]string{
		"a.json": groupsFile(ftp("sg-1", "")),
		"b.json": groupsFile(ftp("sg-2", `{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`)),
	})
	part := config.Config{Connection: "part", Paths: []string{dir}, ExcludePaths: []string{"b.json"}}
	whole := config.Config{Connection: "whole", Paths: []string{filepath.Join(dir, "*.json")}}
	for _, configs := range [][]config.Config{{part, whole}, {whole, part}} {
		scanner, err := New(configs...)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		_, err = scanner.Read(t.Context(), sg.Request{}, func(g *sg.Group) error {
			seen[g.ID]++
			return nil
		})
		if err != nil || seen["sg-1"] != 1 || seen["sg-2"] != 1 {
			t.Errorf("%s first: %v, %v", configs[0].Connection, seen, err)
		}
	}
}
