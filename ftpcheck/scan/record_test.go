package scan

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// everything is all that rows can show of the groups, in no order.
func everything(groups []*sg.Group) []string {
	var all []string
	for _, g := range groups {
		own := fmt.Sprint(g.ID, g.Name, g.Description, g.VPCID, g.OwnerID, g.ARN, g.Tags, g.Partition, g.Region, g.AccountID, g.Origin,
			g.Verdict, g.NetworkInterfaces, g.NetworkInterfacesKnown)
		all = append(all, own)
		for _, p := range g.Permissions {
			n, known := p.Source.PublicIPv4AddressCount()
			all = append(all, fmt.Sprint(own, p.Key(), p.Verdict, p.Description, p.PrefixListName, p.PrefixListEntries, p.RuleID, p.RuleTags, p.RuleARN(), p.ReferencedGroup, n, known))
		}
	}
	slices.Sort(all)
	return all
}

// recordScan records what the configuration names and returns what was read and the folder.
func recordScan(t *testing.T, cfg config.Config) (dir string, places []sg.Coverage) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "raw")
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if places, err = s.Record(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return dir, places
}

// replayable is three accounts in which everything is that a replay could get wrong.
func replayable() *fakeaws.World {
	w := organization()
	list := fakeaws.PrefixListID("offices")
	for _, a := range w.Accounts {
		for _, region := range []string{"us-east-1", "us-west-1", "eu-west-1"} {
			r := a.Regions[region]
			r.PrefixLists = []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0", Description: "all"}}}}
			r.Groups = append(r.Groups,
				fakeaws.Group{Name: "by-list", Tags: map[string]string{"team": "a"}, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, PrefixList: list, Description: "d", Tags: map[string]string{"k": "v"}}}},
				// The owner of the VPC shares it, so that two accounts see the group.
				fakeaws.Group{ID: "sg-0123456789abcdef0", Name: "shared", Owner: home, Ingress: []fakeaws.Permission{{Protocol: "-1", CIDR6: "::/0"}}},
				fakeaws.Group{Name: "none"})
			r.NetworkInterfaces = []fakeaws.NetworkInterface{{Description: "eni " + a.ID, Groups: []string{fakeaws.GroupID(a.ID, region, "open")}, PublicIP: "3.4.5.6"}}
		}
	}
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1", Action: "DescribeSecurityGroups"},
		{Kind: fakeaws.Denied, Account: member, Region: "us-west-1", Action: "GetManagedPrefixListEntries"},
		{Kind: fakeaws.Denied, Account: another, Region: "us-east-1", Action: "DescribeSecurityGroupRules"},
		{Kind: fakeaws.Denied, Account: another, Region: "us-west-1", Action: "DescribeNetworkInterfaces"},
	}
	return w
}

func TestReplayIsTheRead(t *testing.T) {
	w := replayable()
	w.EmptyPages, w.PageSize = true, 2
	s := w.Start(t)
	cfg := liveConfig(t, s)
	cfg.Accounts = []string{"*"}
	live, want, err := read(t, cfg, sg.Everything())
	if err == nil || len(live) == 0 {
		t.Fatalf("%d groups, %v", len(live), err)
	}
	dir, _ := recordScan(t, cfg)
	replayed, got, err := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
	if err == nil {
		t.Error("the replay of an incomplete scan has no error")
	}
	if diff := cmp.Diff(everything(live), everything(replayed)); diff != "" {
		t.Errorf("groups (-live +replayed):\n%s", diff)
	}
	for _, places := range [][]sg.Coverage{want, got} {
		for i := range places {
			places[i].Started, places[i].Finished = time.Time{}, time.Time{}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-live +replayed):\n%s", diff)
	}

	t.Run("of a single region", func(t *testing.T) {
		groups, places, err := read(t, config.Config{Paths: []string{filepath.Join(dir, record.IndexName)}}, sg.Request{Regions: []string{"us-east-1"}, Accounts: []string{home}})
		if len(groups) != 5 || err != nil {
			t.Errorf("%d groups, %v, want 5: what was denied is elsewhere, as it is for a live read", len(groups), err)
		}
		if n := statuses(places)[sg.StatusScanned]; n != 1 {
			t.Errorf("%d places, want 1: %v", n, places)
		}
	})
	t.Run("of all but a region", func(t *testing.T) {
		for _, c := range []config.Config{cfg, {Paths: []string{dir}}} {
			_, places, err := read(t, c, sg.Request{NotRegions: []string{"us-east-1", "us-west-1"}, NotAccounts: []string{home}})
			if err == nil || !strings.Contains(err.Error(), "account "+member+", region eu-west-1") {
				t.Errorf("%v, want what was denied", err)
			}
			for _, p := range places {
				if p.Region == "us-east-1" || p.Region == "us-west-1" || p.AccountID == home {
					t.Errorf("%s was read, and nobody asked for it", p.Place())
				}
			}
			if _, _, err = read(t, c, sg.Request{NotRegions: []string{"eu-west-1"}, NotAccounts: []string{another}}); err != nil {
				t.Errorf("what nobody asked for was denied, and the read fails: %v", err)
			}
		}
	})
}

func TestReplayOfFiles(t *testing.T) {
	dir := write(t, map[string]string{
		"123456789012/eu-west-1/describe-security-groups.json": groupsFile(ftp("sg-1", `{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "PrefixListIds": [{"PrefixListId": "pl-1"}]}`)),
		"lists/get-managed-prefix-list-entries.pl-1.json":      `{"Entries": [{"Cidr": "0.0.0.0/0"}]}`,
		"broken.json": `{"SecurityGroups": [`,
		// The same group again, and a second file of the same name.
		"copy/123456789012/eu-west-1/describe-security-groups.json": groupsFile(ftp("sg-1", `{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "PrefixListIds": [{"PrefixListId": "pl-1"}]}`), ftp("sg-2", "")),
	})
	cfg := config.Config{Paths: []string{dir, dir + "/none", "-"}, Stdin: strings.NewReader(groupsFile(ftp("sg-3", "")))}
	raw, want := recordScan(t, cfg)
	groups, got, err := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
	if len(groups) != 3 || err == nil {
		t.Errorf("%d groups, want 3: %v", len(groups), err)
	}
	for _, places := range [][]sg.Coverage{want, got} {
		for i := range places {
			places[i].Started, places[i].Finished = places[i].Started.Round(0).UTC(), places[i].Finished.Round(0).UTC()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-recorded +replayed):\n%s", diff)
	}
}

// rewrite changes the text of a compressed file.
func rewrite(t *testing.T, file string, change func(string) string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	changed := change(string(text))
	if changed == string(text) {
		t.Fatalf("%s is as it was:\n%s", file, text)
	}
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := io.WriteString(w, changed); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, compressed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A file that two connections lead to is recorded once. If somebody has changed the copy, it is
// not believed.
func TestReplayOfAFileTwice(t *testing.T) {
	dir := write(t, map[string]string{"saved.json": groupsFile(ftp("sg-1", ""), ftp("sg-2", `{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`))})
	twice := []config.Config{{Connection: "a", Paths: []string{dir}}, {Connection: "b", Paths: []string{dir}}}
	scanner, err := New(twice...)
	if err != nil {
		t.Fatal(err)
	}
	raw := filepath.Join(t.TempDir(), "raw")
	if _, err := scanner.Record(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	groups, places, err := read(t, config.Config{Paths: []string{raw}}, sg.Request{})
	if err != nil || len(groups) != 2 || len(places) != 1 {
		t.Fatalf("%d groups in %d places, %v", len(groups), len(places), err)
	}
	copies, err := filepath.Glob(filepath.Join(raw, "*.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	below, _ := filepath.Glob(filepath.Join(raw, "*", "*", "*.json.gz"))
	changed := 0
	for _, file := range append(copies, below...) {
		if filepath.Base(file) == record.IndexName {
			continue
		}
		changed++
		original, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, file, func(text string) string { return strings.ReplaceAll(text, "0.0.0.0/0", "10.0.0.0/8") })
		_, places, err := read(t, config.Config{Paths: []string{raw}}, sg.Request{})
		if err == nil || len(places) != 1 || places[0].Status != sg.StatusInvalid {
			t.Errorf("%s was changed: %v", filepath.Base(file), err)
		}
		if err := os.WriteFile(file, original, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if changed != 1 {
		t.Errorf("%d files, want 1", changed)
	}
}

// Whatever is taken from a recorded scan, it does not read as a scan that found less.
func TestAlteredReplays(t *testing.T) {
	w := oneRegion(&fakeaws.Region{Groups: []fakeaws.Group{openGroup("open"), closedGroup("closed")}})
	cfg := liveConfig(t, w.Start(t))
	const groups = home + "/us-east-1/describe-security-groups.json.gz"
	for name, c := range map[string]struct {
		alter func(t *testing.T, dir string)
		want  string
	}{
		"a file is gone": {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, groups)) },
			"does not exist"},
		"a file is broken": {func(t *testing.T, dir string) { os.Truncate(filepath.Join(dir, groups), 40) },
			"is not the file that was recorded"},
		"a group is gone": {func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, groups), func(s string) string {
				lines := strings.Split(s, "\n")
				return lines[0] + "\n" + lines[1][strings.Index(lines[1], `},{"Description"`)+2:] + "\n" + lines[2]
			})
		}, "is not the file that was recorded"},
		"the index does not name the file": {func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, record.IndexName), func(s string) string {
				return strings.ReplaceAll(s, groups, home+"/us-east-1/describe-network-interfaces.json.gz")
			})
		}, "the index of the recorded scan has been altered"},
		"the index leads out of the folder": {func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, record.IndexName), func(s string) string { return strings.ReplaceAll(s, groups, "../x.json.gz") })
		}, "outside of its folder"},
		"the index is of another version": {func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, record.IndexName), func(s string) string { return strings.ReplaceAll(s, `"Format": 2`, `"Format": 3`) })
		}, "Read it with the version that wrote it"},
		"the index is broken": {func(t *testing.T, dir string) { os.Truncate(filepath.Join(dir, record.IndexName), 60) },
			"the JSON ends in the middle"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := recordScan(t, cfg)
			c.alter(t, dir)
			for _, path := range []string{dir, filepath.Join(dir, record.IndexName)} {
				_, _, err := read(t, config.Config{Paths: []string{path}}, sg.Request{})
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%q is not in %v", c.want, err)
				}
			}
		})
	}
}

func TestShardsAreTheWhole(t *testing.T) {
	w := organization()
	cfg := liveConfig(t, w.Start(t))
	cfg.Accounts = []string{"*"}
	whole, _, err := read(t, cfg, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	var parts []*sg.Group
	accounts := map[string]int{}
	for i := range 4 {
		cfg.Shard = config.Shard{Index: i, Count: 4}
		groups, places, err := read(t, cfg, sg.Everything())
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, groups...)
		for _, c := range places {
			if c.Region == "us-east-1" || c.Status == sg.StatusOtherShard {
				accounts[c.AccountID+string(c.Status)]++
			}
		}
	}
	if diff := cmp.Diff(everything(whole), everything(parts)); diff != "" {
		t.Errorf("groups (-whole +parts):\n%s", diff)
	}
	want := map[string]int{}
	for _, id := range []string{home, member, another} {
		want[id+string(sg.StatusScanned)], want[id+string(sg.StatusOtherShard)] = 1, 3
	}
	if diff := cmp.Diff(want, accounts); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}
