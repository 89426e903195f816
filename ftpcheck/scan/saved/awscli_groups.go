package saved

import (
	"fmt"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// groupReader reads the security groups of a file.
type groupReader struct {
	*savedRead
	region              string // that the path names
	hand                func(*sg.Group) error
	permissions, groups always
	unused              *sg.Group // one that was handed to nobody
}

func (r *savedRead) groupReader(c *sg.Coverage, hand func(*sg.Group) error) *groupReader {
	_, region := placeOf(c.Origin)
	return &groupReader{savedRead: r, region: region, hand: hand,
		permissions: always{of: "permission", names: []string{"IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"}},
		// Earlier versions of the AWS CLI have no ARN.
		groups: always{of: "security group", names: []string{"Description", "SecurityGroupArn"}}}
}

func (r *groupReader) read(saved *ec2.SavedGroup) error {
	if bad := saved.Misspelt(); bad != nil {
		return bad
	}
	r.readGroup.Read(saved.SecurityGroup())
	return r.take(&r.readGroup)
}

// scan reads a group as most are written.
func (r *groupReader) scan(text []byte) (n int, taken bool, handled error) {
	if n, taken = r.readGroup.ScanJSON(text); taken {
		handled = r.take(&r.readGroup)
	}
	return n, taken, handled
}

func (r *groupReader) take(x *ec2.Group) error {
	if bad := x.Check(); bad != nil {
		return bad
	}
	g := r.unused
	if r.unused = nil; g == nil {
		g = &sg.Group{}
	}
	if bad := x.Into(g); bad != nil {
		return bad
	}
	lost := r.lost(x, g)
	g.Tags = ec2.TagMap(x.Tags)
	if live := r.replayed; live != nil {
		g.Locate(live.Partition, live.Region, live.AccountID)
	} else {
		g.Locate("", r.region, g.OwnerID)
	}
	before := r.emitted
	err := r.hand(g)
	if r.emitted == before && r.request.Paths == nil { // whose sources are needed until the end
		r.unused = g
	}
	if _, ok := err.(*document.ConsumerError); lost != nil && !ok {
		return lost
	}
	if err == nil && g.Odd != nil {
		odd := *g.Odd
		odd.Problem = fmt.Sprintf("security group %s: %s", g.ID, odd.Problem)
		return &odd
	}
	return err
}

// lost returns what the group lacks, if it is something that AWS always gives.
func (r *groupReader) lost(x *ec2.Group, g *sg.Group) (lost *sg.BadValue) {
	if r.replayed == nil {
		lost = r.owned.see(g.Name != "", g.OwnerID != "")
		if bad := r.groups.see(g.Description != "", g.ARN != ""); lost == nil {
			lost = bad
		}
	}
	for i := range x.Permissions {
		p := &x.Permissions[i]
		bad := r.permissions.see(p.Has(ec2.IPv4), p.Has(ec2.IPv6), p.Has(ec2.PrefixList), p.Has(ec2.GroupPair))
		if bad != nil && lost == nil {
			lost = bad
			lost.Pointer = fmt.Sprintf("/IpPermissions/%d", i)
		}
	}
	return lost
}
