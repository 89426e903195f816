package report

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Coverage by account and by region has what is amiss first, and counts each account and region
// once, however many files it has.
func TestAreas(t *testing.T) {
	file := func(p sg.Coverage, name, content string) sg.Coverage {
		p.Origin, p.Content = name, content
		return p
	}
	unread := failed("777788889999", "", sg.StatusRoleFailed)
	none := failed("222233334444", "eu-west-1", sg.StatusRegionDisabled)
	none.Optional = true
	files := reportOf([]*sg.Group{group("111122223333", "eu-west-1", "sg-1", "web", "0.0.0.0/0", "pl-0123456789abcdef0")}, []sg.Coverage{
		file(scanned("111122223333", "eu-west-1", 3), "a.json", sg.ContentGroups), file(scanned("111122223333", "eu-west-1", 2), "b.json", sg.ContentGroups),
		file(scanned("111122223333", "eu-west-1", 0), "interfaces.json", "network_interfaces"),
		file(scanned("111122223333", "us-east-1", 0), "interfaces-2.json", "network_interfaces"),
		file(failed("", "", sg.StatusInvalid), "broken.json", ""),
	})
	for name, test := range map[string]struct {
		report            *finding.Report
		accounts, regions []string
	}{
		"live": {func() *finding.Report { r := patchy(); r.Places = append(r.Places, unread, none); return r }(),
			[]string{
				"not read 777788889999 0 1 all regions 0 0 0 0",
				"read in part 444455556666 1 3 ap-south-1, eu-west-1, sa-east-1 1 7 0 1",
				"read 111122223333 2 0 0 52 4 0",
				"no groups read 222233334444 0 0 1 0 0 0",
			},
			[]string{
				"not read all regions 0 1 777788889999 0 0 0 0",
				"not read ap-south-1 0 1 444455556666 0 0 0 0",
				"not read sa-east-1 0 1 444455556666 0 0 0 0",
				"read in part eu-west-1 1 1 444455556666 1 12 2 0",
				"read, not all determined us-east-1 2 0 0 47 2 1",
				"no groups read me-south-1 0 0 1 0 0 0",
			}},
		"files": {files,
			[]string{"not read not known 0 1 not known 0 0 0 0", "read 111122223333 1 0 1 5 1 1"},
			[]string{"not read not known 0 1 not known 0 0 0 0", "read eu-west-1 1 0 0 5 1 1", "no groups read us-east-1 0 0 1 0 0 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			doc := parsed(t, written(t, test.report))
			for table, want := range map[string][]string{"accounts": test.accounts, "regions": test.regions} {
				var got []string
				for _, tr := range all(first(doc, "div", "data-table", table), "tr", "class", "row") {
					got = append(got, textOf(tr))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", table, diff)
				}
			}
		})
	}
	accounts, regions := areasOfReport(large(2000))
	if len(accounts) != 1000 || len(regions) != 17 || accounts[39].missed != 1 || accounts[40].missed != 0 {
		t.Errorf("%d accounts, %d regions: %+v", len(accounts), len(regions), accounts[39:41])
	}
	parts := 0
	for _, a := range accounts {
		parts += a.read + a.missed + a.rest
	}
	if parts != 17000 {
		t.Errorf("%d places of 17,000 are in some account", parts)
	}
	wide := reportOf(nil, nil)
	for i := range 1000 {
		wide.Places = append(wide.Places, failed(fmt.Sprintf("%012d", i), "eu-west-1", sg.StatusDenied))
	}
	_, regions = areasOfReport(wide)
	if text := areaColumns[4].text(regions[0]); len(text) > 400 || text[len(text)-8:] != "980 more" {
		t.Errorf("the accounts that were not read in a region are %q", text)
	}
}

func areasOfReport(r *finding.Report) (accounts, regions []*area) { return areasOf(r, tallyOf(r)) }
