package benchmark

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// TestPathGraph holds the graph from the internet to the interfaces of a group against what stands
// on their way: what blocks is shown as blocking, and what is not known as that.
func TestPathGraph(t *testing.T) {
	r := reader(t, save(t, world))
	engine := sqlengine.Open(tables.Steampipe(r))
	mod := load(t)
	ask := func(name string, args map[string]string) (rows []string) {
		t.Helper()
		q := mod.query(name)
		bound, err := q.bind(args)
		if err != nil {
			t.Fatal(err)
		}
		_, rows = embeddedRowsOf(t, engine, q.SQL, bound...)
		return rows
	}
	for group, want := range map[string]map[string]string{
		"open":            {"internet": "internet", "gateway subnet-": "open", "acl subnet-": "open", "group": "open", "eni-open-0": "reached"},
		"open-behind-acl": {"internet": "internet", "gateway subnet-behind-acl": "open", "acl subnet-behind-acl": "blocks", "group": "open", "eni-open-behind-acl-0": "behind"},
		"open-elsewhere":  {"internet": "internet", "gateway subnet-inside": "blocks", "acl subnet-inside": "open", "group": "open", "eni-open-elsewhere-0": "behind"},
		"open-inspected":  {"internet": "internet", "gateway subnet-behind-appliance": "unknown", "acl subnet-behind-appliance": "open", "group": "open", "eni-open-inspected-0": "unknown"},
		"open-inside":     {"internet": "internet", "gateway subnet-": "open", "acl subnet-": "open", "group": "blocks", "eni-open-inside-0": "blocks"}, // it lets IPv6 in alone
		"closed-used":     {"internet": "internet", "gateway subnet-": "open", "acl subnet-": "open", "group": "blocks", "eni-closed-used-0": "behind"},
		"unknown":         {"internet": "internet", "gateway subnet-": "open", "acl subnet-": "open", "group": "unknown", "eni-unknown-0": "unknown"},
		"open-many":       {"internet": "internet", "gateway subnet-": "open", "acl subnet-": "open", "group": "open", "eni-open-many-0": "reached", "eni-open-many-1": "reached"},
		"open-unused":     {},
	} {
		t.Run(group, func(t *testing.T) {
			arn := "arn:aws:ec2:us-east-1:111122223333:security-group/sg-" + group
			got, states := map[string]string{}, map[string]string{}
			for _, state := range pathStates {
				for _, row := range ask("security_group_ftp_node_path", map[string]string{"group_arn": arn, "state": state}) {
					id, _, _ := strings.Cut(row, " | ")
					states[id], got[strings.TrimSuffix(id, " IPv4")] = state, state
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("nodes (-want +got):\n%s", diff)
			}
			ways := map[string]bool{"internet": true}
			for _, row := range ask("security_group_ftp_edge_path", map[string]string{"group_arn": arn}) {
				cells := strings.Split(row, " | ")
				said := map[string]string{"blocks": "blocked", "unknown": "not known"}[states[cells[0]]]
				if states[cells[0]] == "" || states[cells[1]] == "" || cells[2] != orNull(said) {
					t.Errorf("an edge that does not fit the nodes: %s", row)
				}
				ways[cells[1]] = true
			}
			for id := range states {
				if !ways[id] {
					t.Errorf("nothing leads to %s", id)
				}
			}
		})
	}
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}
