package scan

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2xml"
)

// saved reads what the AWS CLI printed. Each file is recognised by what it holds:
//
//	SecurityGroups      describe-security-groups
//	SecurityGroupRules  describe-security-group-rules
//	PrefixLists         describe-managed-prefix-lists
//	Entries             get-managed-prefix-list-entries
//	NetworkInterfaces   describe-network-interfaces
//
// Files of groups may be large and are read as streams, after all others: what the
// others hold is kept in memory and completes the groups.
type saved struct {
	paths []string

	stdin   io.Reader
	spool   sync.Once
	spooled string
	noStdin error
}

// A consumerError is an error of emit, which is no fault of the file.
type consumerError struct{ error }

func (s *saved) close() error {
	if s.spooled == "" {
		return nil
	}
	return os.Remove(s.spooled)
}

// readable returns the path under which the content of an origin can be read.
func (r *savedRead) readable(origin string) (string, error) {
	if path, ok := r.contents[origin]; ok {
		return path, nil
	}
	if origin != stdinPath {
		return origin, nil
	}
	r.spool.Do(func() { r.spooled, r.noStdin = spool(r.stdin) })
	return r.spooled, r.noStdin
}

func (s *saved) read(ctx context.Context, request Request, emit func(*Group) error) ([]Coverage, error) {
	r := savedRead{saved: s, request: request, emit: emit, seen: map[uint64]seenGroup{}, seed: maphash.MakeSeed(), scope: newScope()}
	var places []Coverage
	var indexes []string
	known := map[string]bool{}
	for _, path := range s.paths {
		files, err := expand(path)
		if err != nil {
			places = append(places, failedFile(path, codeUnreadable, err.Error()))
		}
		for _, f := range files {
			switch {
			case known[f]:
			case filepath.Base(f) == IndexName:
				indexes = append(indexes, f)
			default:
				places = append(places, Coverage{Origin: f})
			}
			known[f] = true
		}
	}
	var replayed []Coverage
	for _, f := range indexes {
		p, files, err := r.replay(ctx, f)
		if err != nil {
			return append(places, replayed...), err
		}
		replayed = append(replayed, p...)
		// What belongs to a recorded scan is read with it, and only so.
		places = slices.DeleteFunc(places, func(c Coverage) bool { return files[filepath.Clean(c.Origin)] })
	}
	r.scope = newScope()
	hasGroups, err := r.files(ctx, places)
	if err != nil {
		return append(places, replayed...), err
	}
	if !hasGroups && len(indexes) == 0 && incomplete(places) == nil {
		places = append(places, failedFile(fmt.Sprint(s.paths), codeUnknown,
			"none of the files has security groups in it. Add the output of: aws ec2 describe-security-groups --output json"))
	}
	if request.recorder != nil {
		for _, c := range places {
			if err := r.keep(c, request.recorder); err != nil {
				return places, err
			}
		}
	}
	places = append(places, replayed...)
	return slices.DeleteFunc(places, func(c Coverage) bool { return !c.asked(request) }), nil
}

// files reads files that complete each other and fills in their records, except of those
// that have failed already. It reports whether one of them has security groups.
func (r *savedRead) files(ctx context.Context, places []Coverage) (hasGroups bool, err error) {
	// First what completes the groups, then the groups.
	var groupFiles []*Coverage
	for i := range places {
		c := &places[i]
		if c.Status != "" {
			continue
		}
		holdsGroups, err := r.survey(ctx, c)
		if err := r.record(ctx, c, err); err != nil {
			return hasGroups, err
		}
		if holdsGroups && err == nil {
			groupFiles = append(groupFiles, c)
		}
	}
	for _, c := range groupFiles {
		err := r.groups(ctx, c)
		if err := r.record(ctx, c, err); err != nil {
			return true, err
		}
	}
	return len(groupFiles) > 0, nil
}

// asked reports whether a place is one that the request selects. A file that does not
// tell its account or region may hold any, and so may one that could not be read whole.
func (c Coverage) asked(r Request) bool {
	return c.Status != StatusScanned || (c.AccountID == "" || anyOf(r.Accounts, c.AccountID)) && (c.Region == "" || anyOf(r.Regions, c.Region))
}

func failedFile(origin, code, message string) Coverage {
	now := time.Now()
	return Coverage{Origin: origin, Status: StatusInvalid, ErrorCode: code, ErrorMessage: message, Started: now, Finished: now}
}

// savedRead is one read of saved files.
type savedRead struct {
	*saved
	request Request
	emit    func(*Group) error

	seen    map[uint64]seenGroup // by hash of the group's identity
	seed    maphash.Seed
	replays int // recorded scans begun
	read    ec2xml.Group

	readRule ec2xml.Rule

	*scope
}

type seenGroup struct {
	content uint64 // hash
	replay  int    // the recorded scan that it was in; 0 for none
}

// scope is what completes the groups of files that belong together.
type scope struct {
	rules      ruleIndex
	listNames  map[string]string
	lists      map[string]addressList
	interfaces map[string][]NetworkInterface // by group ID
	surveyed   map[place]bool                // places whose network interfaces are known

	// replayed is the record of a live place that is replayed; nil for anything else.
	replayed *recordedPlace
	// contents are where the contents of origins are that are replayed.
	contents map[string]string
}

func newScope() *scope {
	return &scope{
		rules:      ruleIndex{},
		listNames:  map[string]string{},
		lists:      map[string]addressList{},
		interfaces: map[string][]NetworkInterface{},
		surveyed:   map[place]bool{},
	}
}

type place struct{ account, region string }

// record completes the record of a file after a step. It returns an error only if the
// whole read must end.
func (r *savedRead) record(ctx context.Context, c *Coverage, err error) error {
	c.Finished = time.Now()
	var bad *fileError
	switch {
	case err == nil:
		c.Status = StatusScanned
	case errors.As(err, &bad):
		c.Status, c.ErrorCode = StatusInvalid, bad.code
		if bad.code == codeIncomplete {
			c.Status = StatusIncomplete
		}
		path, pathErr := r.readable(c.Origin)
		if pathErr != nil {
			path = c.Origin
		}
		c.ErrorMessage = bad.describe(ctx, path)
	default:
		if consumer, ok := err.(*consumerError); ok {
			return consumer.error
		}
		return err
	}
	return ctx.Err()
}

func (r *savedRead) open(ctx context.Context, c *Coverage) (*document, error) {
	path, err := r.readable(c.Origin)
	if err != nil {
		return nil, &fileError{code: codeUnreadable, problem: err.Error(), offset: -1}
	}
	return openDocument(ctx, path)
}

// survey recognises a file and takes in what it holds, unless that is security groups:
// it reports whether it is. What must be whole to be believed is taken in only once the
// file has proved to be whole.
func (r *savedRead) survey(ctx context.Context, c *Coverage) (hasGroups bool, err error) {
	c.Started = time.Now()
	c.AccountID, c.Region = placeOf(c.Origin)
	d, err := r.open(ctx, c)
	if err != nil {
		return false, err
	}
	defer d.Close()

	var names []string
	var token string
	believe := func() error { return nil }
	err = d.members(func(name string) (err error) {
		names = append(names, name)
		if content, ok := contentNames[name]; ok {
			c.Content = content
		}
		switch name {
		case "SecurityGroups":
			hasGroups = true
			return errDone
		case "SecurityGroupRules":
			return elements(d, r.addRule)
		case "PrefixLists":
			return elements(d, r.addListName)
		case "Entries":
			believe, err = r.list(d, c)
			return err
		case "NetworkInterfaces":
			believe, err = r.interfacesOf(d, c)
			return err
		}
		return otherMember(d, name, &token)
	})
	if err != nil || hasGroups {
		return hasGroups, err
	}
	if !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(contents, n) }) {
		return false, unknownContent(c.Origin, names)
	}
	if err := wholeAnswer(token); err != nil {
		return false, err
	}
	return false, believe()
}

// contents are the members by which the files that we read are recognised, and
// contentNames what [Coverage.Content] calls them.
var (
	contents     = []string{"SecurityGroups", "SecurityGroupRules", "PrefixLists", "Entries", "NetworkInterfaces"}
	contentNames = map[string]string{
		"SecurityGroups":     ContentGroups,
		"SecurityGroupRules": "security_group_rules",
		"PrefixLists":        "prefix_lists",
		"Entries":            "prefix_list_entries",
		"NetworkInterfaces":  "network_interfaces",
	}
)

func unknownContent(origin string, names []string) error {
	holds := "nothing"
	if len(names) > 0 {
		holds = strings.Join(names[:min(len(names), 5)], ", ")
	}
	advice := "Leave the file out"
	if folder := recordedBeside(origin); folder != "" {
		advice = "Leave the file out, or name only the recorded scan beside it: " + folder
	}
	return &fileError{code: codeUnknown, offset: -1, problem: fmt.Sprintf(
		"this is the output of another command: it holds %s, and none of %s. %s", holds, strings.Join(contents, ", "), advice)}
}

// recordedBeside is the only folder beside a file that holds a recorded scan, as the
// manifest of an audit has one; empty if there is none.
func recordedBeside(origin string) (folder string) {
	if origin == stdinPath {
		return ""
	}
	entries, _ := os.ReadDir(filepath.Dir(origin)) // without it there is no advice, but the problem is told
	for _, e := range entries {
		at := filepath.Join(filepath.Dir(origin), e.Name())
		if _, err := os.Stat(filepath.Join(at, IndexName)); err != nil {
			continue
		} else if folder != "" {
			return ""
		}
		folder = at
	}
	return folder
}

// otherMember skips a member that says nothing to us, unless it is the mark with which
// AWS says that there is more.
func otherMember(d *document, name string, token *string) error {
	if name == "NextToken" && d.PeekKind() != 'n' {
		value, err := d.ReadValue()
		*token = string(value)
		return err
	}
	return d.SkipValue()
}

// wholeAnswer returns an error if the file ended with the mark that there is more.
func wholeAnswer(token string) error {
	if token == "" || token == `""` {
		return nil
	}
	return &fileError{code: codeIncomplete, offset: -1,
		problem: "the file has a NextToken, so it holds only a part of what AWS has. Save the command's output again, without --max-items, --starting-token and --no-paginate"}
}

func (r *savedRead) addRule(rule *types.SecurityGroupRule) error {
	if aws.ToString(rule.GroupId) == "" || aws.ToString(rule.SecurityGroupRuleId) == "" {
		return &badValue{problem: "the security group rule has no GroupId or no SecurityGroupRuleId"}
	}
	if r.request.Rules || r.request.OpenRules {
		if r.readRule.Read(rule); !r.readRule.IsEgress.Value {
			r.rules.add(newIndexedRule(&r.readRule))
		}
	}
	return nil
}

func (r *savedRead) addListName(l *types.ManagedPrefixList) error {
	r.listNames[aws.ToString(l.PrefixListId)] = aws.ToString(l.PrefixListName)
	return nil
}

// list reads the entries of a prefix list. The command does not print which list they
// are of, so the file's name must tell.
func (r *savedRead) list(d *document, c *Coverage) (believe func() error, err error) {
	id := listID.FindString(filepath.Base(c.Origin))
	if id == "" {
		return nil, &fileError{code: codeInvalid, offset: -1,
			problem: "these are the entries of a prefix list, but nothing says of which. Give the file a name with the list's ID in it, as in get-managed-prefix-list-entries.pl-0123456789abcdef0.json"}
	}
	entries, err := readEntries(d, id)
	return func() error {
		slices.SortFunc(entries, netip.Prefix.Compare)
		if known, ok := r.lists[id]; ok && !slices.Equal(known.entries, entries) {
			return &fileError{code: codeDuplicate, offset: -1, problem: fmt.Sprintf("prefix list %s is in two files, with different entries. Leave the older one out", id)}
		}
		r.lists[id] = addressList{entries: entries, source: rule.PrefixListEntries(entries)}
		return nil
	}, err
}

func readEntries(d *document, id string) ([]netip.Prefix, error) {
	var entries []netip.Prefix
	err := elements(d, func(e *types.PrefixListEntry) error {
		p, err := netip.ParsePrefix(aws.ToString(e.Cidr))
		if err != nil {
			return &badValue{pointer: "/Cidr", problem: fmt.Sprintf("prefix list %s: %q is not an address range", id, aws.ToString(e.Cidr))}
		}
		entries = append(entries, p.Masked())
		return nil
	})
	return entries, err
}

// interfacesOf reads network interfaces. A file speaks for the account that its path
// names or, if it names none, for those of its interfaces: an account may have interfaces
// in another account's file, and more of its own that nobody saved.
func (r *savedRead) interfacesOf(d *document, c *Coverage) (believe func() error, err error) {
	places := map[place]bool{}
	if live := r.replayed; live != nil {
		places[place{live.AccountID, live.Region}] = true
	} else if c.AccountID != "" {
		places[place{c.AccountID, c.Region}] = true
	}
	byGroup := map[string][]NetworkInterface{}
	err = elements(d, func(i *savedInterface) error {
		region := c.Region
		if zone := aws.ToString(i.AvailabilityZone); region == "" && zone != "" {
			region = strings.TrimRight(zone, "abcdefghijklmnopqrstuvwxyz")
		}
		if c.AccountID == "" && r.replayed == nil {
			places[place{aws.ToString(i.OwnerId), region}] = true
		}
		n := newNetworkInterface(&types.NetworkInterface{
			NetworkInterfaceId: i.NetworkInterfaceId, Association: i.Association,
			PrivateIpAddresses: i.PrivateIpAddresses, Ipv6Addresses: i.Ipv6Addresses,
		})
		for _, g := range i.Groups {
			byGroup[aws.ToString(g.GroupId)] = append(byGroup[aws.ToString(g.GroupId)], n)
		}
		return nil
	})
	return func() error {
		maps.Copy(r.surveyed, places)
		for id, interfaces := range byGroup {
			for _, n := range interfaces {
				if !slices.ContainsFunc(r.interfaces[id], func(o NetworkInterface) bool { return o.ID == n.ID }) {
					r.interfaces[id] = append(r.interfaces[id], n)
				}
			}
		}
		return nil
	}, err
}

// savedGroup and savedInterface are as much of AWS's types as we use. Not decoding the
// egress rules saves a third of the time.
type (
	savedGroup struct {
		Description      *string
		GroupId          *string
		GroupName        *string
		OwnerId          *string
		SecurityGroupArn *string
		VpcId            *string
		IpPermissions    []types.IpPermission
		Tags             []types.Tag
	}
	savedInterface struct {
		Association        *types.NetworkInterfaceAssociation
		AvailabilityZone   *string
		Groups             []types.GroupIdentifier
		Ipv6Addresses      []types.NetworkInterfaceIpv6Address
		NetworkInterfaceId *string
		OwnerId            *string
		PrivateIpAddresses []types.NetworkInterfacePrivateIpAddress
	}
)

func (g *savedGroup) securityGroup() *types.SecurityGroup {
	return &types.SecurityGroup{
		Description: g.Description, GroupId: g.GroupId, GroupName: g.GroupName, OwnerId: g.OwnerId,
		SecurityGroupArn: g.SecurityGroupArn, VpcId: g.VpcId, IpPermissions: g.IpPermissions, Tags: g.Tags,
	}
}

func newSavedInterface(i *types.NetworkInterface) savedInterface {
	return savedInterface{
		Association: i.Association, AvailabilityZone: i.AvailabilityZone, Groups: i.Groups, Ipv6Addresses: i.Ipv6Addresses,
		NetworkInterfaceId: i.NetworkInterfaceId, OwnerId: i.OwnerId, PrivateIpAddresses: i.PrivateIpAddresses,
	}
}

func newSavedGroup(g *types.SecurityGroup) savedGroup {
	return savedGroup{
		Description: g.Description, GroupId: g.GroupId, GroupName: g.GroupName, OwnerId: g.OwnerId,
		SecurityGroupArn: g.SecurityGroupArn, VpcId: g.VpcId, IpPermissions: g.IpPermissions, Tags: g.Tags,
	}
}

// groups reads a file of security groups as a stream.
func (r *savedRead) groups(ctx context.Context, c *Coverage) error {
	d, err := r.open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	_, pathRegion := placeOf(c.Origin)
	c.AccountID, c.Region = "", ""
	var token string
	err = d.members(func(name string) error {
		if name != "SecurityGroups" {
			return otherMember(d, name, &token)
		}
		return elements(d, func(sg *savedGroup) error {
			if sg.IpPermissions == nil && aws.ToString(sg.GroupId) != "" {
				return &badValue{problem: fmt.Sprintf("security group %s has no IpPermissions, so nothing can be said about it", *sg.GroupId)}
			}
			r.read.Read(sg.securityGroup())
			g := &Group{}
			if bad := g.take(&r.read); bad != nil {
				return bad
			}
			g.Tags = tagMap(r.read.Tags)
			if live := r.replayed; live != nil {
				g.locate(live.Partition, live.Region, live.AccountID)
				g.Origin = Live
			} else {
				g.locate("", pathRegion, g.OwnerID)
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
func (r *savedRead) group(c *Coverage, g *Group) error {
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
	if !g.fits(&r.request) {
		return nil
	}
	g.judge(func(id string) addressList { return listOr(r.lists, id) })
	if !g.matters(&r.request) {
		return nil
	}
	for _, p := range g.Permissions {
		p.PrefixListName = r.listNames[p.PrefixListID]
	}
	if r.request.wantsRules(g) {
		r.rules.join(g)
	}
	g.NetworkInterfaces = r.interfaces[g.ID]
	g.NetworkInterfacesKnown = r.surveyed[place{g.AccountID, g.Region}]
	if err := r.emit(g); err != nil {
		return &consumerError{err}
	}
	return nil
}

// fresh reports whether the group has not been seen before in this read. The same group
// in two files is one group; with another content it is an error, because only one of
// the two can be the truth. Tags do not count as content: AWS shows those of a shared
// group to its owner only.
func (r *savedRead) fresh(g *Group) (bool, error) {
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
		return false, &badValue{twice: true, problem: fmt.Sprintf("security group %s has been read before, with different content. Leave the older file out", g.ID)}
	}
	r.seen[identity] = seenGroup{content, replay}
	return !seen, nil
}
