package saved

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// groups reads a file of security groups as a stream.
func (r *savedRead) groups(ctx context.Context, c *sg.Coverage) error {
	d, err := r.open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	_, pathRegion := placeOf(c.Origin)
	c.AccountID, c.Region = "", ""
	var token string
	err = d.Members(func(name string) error {
		if name != "SecurityGroups" {
			return otherMember(d, name, &token)
		}
		return document.Elements(d, func(saved *ec2.SavedGroup) error {
			if saved.IpPermissions == nil && aws.ToString(saved.GroupId) != "" {
				return &sg.BadValue{Problem: fmt.Sprintf("security group %s has no IpPermissions, so nothing can be said about it", *saved.GroupId)}
			}
			r.read.Read(saved.SecurityGroup())
			g := &sg.Group{}
			if bad := r.read.Into(g); bad != nil {
				return bad
			}
			g.Tags = ec2.TagMap(r.read.Tags)
			if live := r.replayed; live != nil {
				g.Locate(live.Partition, live.Region, live.AccountID)
				g.Origin = sg.Live
			} else {
				g.Locate("", pathRegion, g.OwnerID)
				g.Origin = c.Origin
			}
			return r.group(c, g)
		})
	})
	if err == nil {
		err = wholeAnswer(token)
	}
	if c.Groups == 0 || err != nil {
		// Of what was not read, nothing but the path can tell.
		c.AccountID, c.Region = placeOf(c.Origin)
	}
	return err
}

// group counts, completes and hands over one group.
func (r *savedRead) group(c *sg.Coverage, g *sg.Group) error {
	fresh, bad := r.fresh(g)
	if bad != nil || !fresh {
		return bad
	}
	// A file that holds several accounts or regions has no single one.
	if c.Groups == 0 {
		c.AccountID, c.Partition, c.Region = g.AccountID, g.Partition, g.Region
	}
	if c.AccountID != g.AccountID {
		c.AccountID = ""
	}
	if c.Region != g.Region {
		c.Partition, c.Region = "", ""
	}
	c.Groups++
	c.Permissions += int64(len(g.Permissions))
	if !g.Fits(&r.request) {
		return nil
	}
	g.Judge(r.lists)
	if !g.Matters(&r.request) {
		return nil
	}
	for _, p := range g.Permissions {
		p.PrefixListName = r.listNames[p.PrefixListID]
	}
	if r.request.WantsRules(g) {
		r.rules.Join(g)
	}
	g.NetworkInterfaces = r.interfaces[g.ID]
	g.NetworkInterfacesKnown = r.surveyed[place{g.AccountID, g.Region}]
	if err := r.emit(g); err != nil {
		return &document.ConsumerError{Err: err}
	}
	return nil
}

// fresh reports whether the group has not been seen before in this read. The same group
// in two files is one group; with another content it is an error, because only one of
// the two can be the truth. Tags do not count as content: AWS shows those of a shared
// group to its owner only.
func (r *savedRead) fresh(g *sg.Group) (bool, error) {
	hash := func(parts ...string) uint64 {
		var h maphash.Hash
		h.SetSeed(r.seed)
		for _, p := range parts {
			h.WriteString(p)
			h.WriteByte(0)
		}
		return h.Sum64()
	}
	identity, content := hash(g.AccountID, g.Region, g.ID), hash(g.Name, g.VPCID)
	for _, p := range g.Permissions {
		content += hash(p.Key()) // in any order
	}
	replay := 0
	if r.replayed != nil {
		// Two connections may have read the same place, and each counted.
		replay = r.replays
	}
	known, seen := r.seen[identity]
	if seen && replay != 0 && known.replay == replay {
		return true, nil
	}
	if seen && known.content != content {
		return false, &sg.BadValue{Twice: true, Problem: fmt.Sprintf("security group %s has been read before, with different content. Leave the older file out", g.ID)}
	}
	r.seen[identity] = seenGroup{content, replay}
	return !seen, nil
}

type seenGroup struct {
	content uint64 // hash
	replay  int    // the recorded scan that it was in; 0 for none
}
