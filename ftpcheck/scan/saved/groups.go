package saved

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// groupFile is what a file of security groups proves of the folder that it is in.
type groupFile struct {
	*sg.Coverage
	account, region string // that its path names

	groups int64  // all, also those that are in other files, too
	own    int64  // that the account of the path owns
	owner  string // of one of the others
	ids    uint64 // sum of the hashes of all IDs
}

// groups reads the security groups of a file as a stream.
func (r *savedRead) groups(ctx context.Context, c *sg.Coverage, by Decoder) error {
	d, err := r.open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	file := &groupFile{Coverage: c}
	if _, items := by.(*configItems); !items { // which tell themselves where they are
		file.account, file.region = placeOf(c.Origin)
	}
	if r.replayed == nil && !r.plans[c] {
		r.groupFiles = append(r.groupFiles, file)
	}
	c.AccountID, c.Region = "", ""
	err = by.Groups(d, c, func(g *sg.Group) error {
		g.Origin = c.Origin
		if r.replayed != nil {
			g.Origin = sg.Live
		}
		return r.group(file, g)
	})
	if err == nil {
		r.noteOdd(ctx, d, c)
	}
	if file.groups == 0 || err != nil {
		// Of what was not read, nothing but the path can tell.
		c.AccountID, c.Region = file.account, file.region
	}
	return err
}

// group counts, completes and hands over one group.
func (r *savedRead) group(file *groupFile, g *sg.Group) error {
	c := file.Coverage
	fresh, handOver := true, r.handOverPlanned
	var bad *sg.BadValue
	if !r.plans[c] {
		handOver = r.handOver
		if fresh, bad = r.fresh(g); bad == nil {
			bad = r.misplaced(file, g)
		}
		if bad == nil {
			bad = r.withoutPermission(g)
		}
	}
	// A file that holds several accounts or regions has no single one.
	if file.groups == 0 {
		c.AccountID, c.Partition, c.Region = g.AccountID, g.Partition, g.Region
	}
	if c.AccountID != g.AccountID {
		c.AccountID = ""
	}
	if c.Region != g.Region {
		c.Partition, c.Region = "", ""
	}
	file.groups++
	file.ids += r.hash(g.ID)
	if g.OwnerID == file.account {
		file.own++
	} else {
		file.owner = g.OwnerID
	}
	if fresh {
		c.Groups++
		c.Permissions += int64(len(g.Permissions))
		if g.IsShared() {
			c.Shared = append(c.Shared, sg.SharedGroup{OwnerID: g.OwnerID, ID: g.ID})
		}
		// What is wrong with where it is does not make it less open.
		if err := handOver(g); err != nil {
			return err
		}
	}
	if bad != nil {
		return bad
	}
	return nil
}

// handOver completes a group and hands it over, if it is one that the request asks for.
func (r *savedRead) handOver(g *sg.Group) error {
	if r.request.Paths != nil {
		g.Judge(r.completion.PrefixLists)
		if err := r.expose(g); err != nil { // also of groups that nobody asks for, as interfaces use them
			return err
		}
	}
	if !g.Fits(&r.request) {
		return nil
	}
	g.Judge(r.completion.PrefixLists)
	if !g.Matters(&r.request) {
		return nil
	}
	var bad *sg.BadValue
	if r.request.WantsRules(g) {
		var err error
		if bad, err = r.join(g); err != nil {
			return err
		}
	}
	if r.request.Paths == nil {
		if err := r.expose(g); err != nil {
			return err
		}
	}
	g.Complete(r.completion)
	if err := r.completeShared(g); err != nil {
		return err
	}
	r.emitted++
	if err := r.emit(g); err != nil {
		return &document.ConsumerError{Err: err}
	}
	if bad != nil {
		return bad
	}
	return nil
}

func (r *savedRead) hash(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	for _, p := range parts {
		h.WriteString(p)
		h.WriteByte(0)
	}
	return h.Sum64()
}

// fresh reports whether the group has not been seen before in this read. The same group
// in two files is one group; with another content or in another place it is an error, because
// only one of the two can be the truth. Tags do not count as content: AWS shows those of a
// shared group to its owner only.
func (r *savedRead) fresh(g *sg.Group) (bool, *sg.BadValue) {
	content := r.hash(g.Name, g.VPCID)
	for _, p := range g.Permissions {
		content += maphash.Comparable(r.seed, p.Identity()) // in any order
	}
	if r.replayed == nil {
		return r.freshInFiles(g, content)
	}
	identity := r.hash(g.AccountID, g.Region, g.ID)
	known, seen := r.replayedGroups[identity]
	if seen && known.replay == r.replays {
		return true, nil // two connections may have read the same place, and each counted
	}
	if seen && known.content != content {
		return false, changed(g)
	}
	r.replayedGroups[identity] = replayedGroup{content, r.replays}
	return !seen, nil
}

// freshInFiles is fresh for a group of a file, which tells its place only as far as its owner and
// ARN, and the folder, do.
func (r *savedRead) freshInFiles(g *sg.Group, content uint64) (bool, *sg.BadValue) {
	here := r.intern(place{g.OwnerID, g.Region})
	id := r.hash(g.ID)
	known, seen := r.fileGroups[id]
	if seen {
		twice := func(what, one, other string) *sg.BadValue {
			return &sg.BadValue{Twice: true, Problem: fmt.Sprintf("security group %s has been read before, as one of %s %s, and here it is of %s. It can be in one only: save the output of both again", g.ID, what, one, other)}
		}
		switch {
		case differ(known.at.account, here.account):
			return false, twice("account", known.at.account, here.account)
		case differ(known.at.region, here.region):
			return false, twice("region", known.at.region, here.region)
		case known.content != content:
			return false, changed(g)
		}
		// A file that does not tell the region or the owner has the same group.
		here = r.intern(place{cmp.Or(known.at.account, here.account), cmp.Or(known.at.region, here.region)})
	} else if r.replays > 0 {
		var replayed replayedGroup
		if replayed, seen = r.replayedGroups[r.hash(g.AccountID, g.Region, g.ID)]; seen && replayed.content != content {
			return false, changed(g)
		}
	}
	r.fileGroups[id] = fileGroup{content, here}
	return !seen, nil
}

func changed(g *sg.Group) *sg.BadValue {
	return &sg.BadValue{Twice: true, Problem: fmt.Sprintf("security group %s has been read before, with different content. Leave the older file out", g.ID)}
}

// intern returns the one pointer to a place of this value. There are few places and many groups.
func (r *savedRead) intern(p place) *place {
	if r.lastPlace != nil && *r.lastPlace == p {
		return r.lastPlace
	}
	if r.places[p] == nil {
		r.places[p] = &p
	}
	r.lastPlace = r.places[p]
	return r.lastPlace
}

// differ reports whether both are known and not the same.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

// A fileGroup is a group of a file that has been read.
type fileGroup struct {
	content uint64 // hash
	at      *place
}

// A replayedGroup is a group of a recorded live scan that has been read.
type replayedGroup struct {
	content uint64 // hash
	replay  int    // the recorded scan that it was in
}

// asBadValue finds out whether the error is a value that AWS cannot have given.
func asBadValue(err error, bad **sg.BadValue) bool {
	b, ok := err.(*sg.BadValue)
	if ok {
		*bad = b
	}
	return ok
}
