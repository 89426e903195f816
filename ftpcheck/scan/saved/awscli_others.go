package saved

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What is here reads the answers that complete security groups.

// anyCase reads what only completes the groups, however its members are spelt.
var anyCase = json.MatchCaseInsensitiveNames(true)

func (f *cliFile) rules(d *document.Document) error {
	scan := func(text []byte) (n int, taken bool, handled error) {
		if n, taken = f.readRule.ScanJSON(text); taken {
			handled = f.takeRule(f.c, &f.readRule)
		}
		return n, taken, handled
	}
	return eachScanned(f, d, scan, func(rule *types.SecurityGroupRule) error { return f.addRule(f.c, rule) }, anyCase)
}

// notKept says that what was read found no room to be kept until it is needed.
func notKept(err error) error {
	return &document.ConsumerError{Err: fmt.Errorf("the security group rules cannot be kept in a temporary file: %w. Make room in %s, or name another folder in TMPDIR", err, os.TempDir())}
}

// addRule takes in a rule of a file.
func (r *savedRead) addRule(c *sg.Coverage, rule *types.SecurityGroupRule) error {
	r.readRule.Read(rule)
	return r.takeRule(c, &r.readRule)
}

func (r *savedRead) takeRule(c *sg.Coverage, rule *ec2.Rule) error {
	if n := len(r.ruleFiles); n == 0 || r.ruleFiles[n-1] != c {
		r.ruleFiles = append(r.ruleFiles, c)
	}
	if bad := rule.Check(); bad != nil {
		return bad
	}
	asked, open := (r.request.Rules || r.request.OpenRules) && !rule.IsEgress.Value, r.replayed == nil && rule.LetsInternetIn()
	if !asked && !open {
		return nil
	}
	indexed := ec2.NewIndexedRule(rule)
	if asked {
		if err := r.rules.Add(indexed); err != nil {
			return notKept(err)
		}
	}
	if open {
		r.openRules[indexed.Group()] = append(r.openRules[indexed.Group()], openRule{indexed, c})
	}
	return nil
}

func (f *cliFile) prefixLists(d *document.Document) error {
	return each(f, d, func(l *types.ManagedPrefixList) error {
		id, name := aws.ToString(l.PrefixListId), aws.ToString(l.PrefixListName)
		if id == "" || name == "" {
			return &sg.BadValue{Problem: "the prefix list has no PrefixListId or no PrefixListName"}
		}
		f.to.PrefixListNames[id] = name
		return nil
	}, anyCase)
}

// entriesRead are the entries of a prefix list, as far as they have been read.
type entriesRead struct {
	to      *sg.Completion
	id      string
	entries []netip.Prefix
}

// entries reads the entries of a prefix list. The command does not print which list they
// are of, so the file's name must tell.
func (f *cliFile) entries(d *document.Document) error {
	if f.lists == nil {
		f.lists = &entriesRead{to: f.to, id: listID.FindString(nameOf(f.c.Origin))}
	}
	l := f.lists
	if l.id == "" {
		return &document.Error{Code: document.InvalidValue, Offset: -1,
			Problem: "these are the entries of a prefix list, but nothing says of which. Give the file a name with the list's ID in it, as in get-managed-prefix-list-entries.pl-0123456789abcdef0.json"}
	}
	return each(f, d, func(e *types.PrefixListEntry) error {
		p, err := netip.ParsePrefix(aws.ToString(e.Cidr))
		if err != nil {
			return &sg.BadValue{Pointer: "/Cidr", Problem: fmt.Sprintf("prefix list %s: %q is not an address range", l.id, aws.ToString(e.Cidr))}
		}
		l.entries = append(l.entries, p)
		return nil
	}, anyCase)
}

func (l *entriesRead) commit() error {
	list := sg.NewAddressList(l.entries)
	if known, ok := l.to.PrefixLists[l.id]; ok && !slices.Equal(known.Entries, list.Entries) {
		return &document.Error{Code: document.Duplicate, Offset: -1, Problem: fmt.Sprintf("prefix list %s is in two files, with different entries. Leave the older one out", l.id)}
	}
	l.to.PrefixLists[l.id] = list
	return nil
}

// interfacesRead are network interfaces, as far as they have been read.
type interfacesRead struct {
	*cliFile
	places          map[place]bool
	vpcs            map[string]string
	byGroup         map[string][]sg.NetworkInterface
	uses            map[string]use
	paths           []savedPathInterface
	unplaced        string // an interface of which nobody knows to where the paths lead
	members, arrays always
	found, own      int
}

// interfaces reads network interfaces. A file speaks for the account that its path
// names, if one of them is of that account, or if it names none, for those of its interfaces: an
// account may have interfaces in another account's file, and more of its own that nobody saved.
func (f *cliFile) interfaces(d *document.Document) error {
	if f.interfaced == nil {
		f.interfaced = &interfacesRead{cliFile: f, places: map[place]bool{}, vpcs: map[string]string{}, byGroup: map[string][]sg.NetworkInterface{}, uses: map[string]use{},
			arrays:  always{of: "network interface", names: []string{"PrivateIpAddresses", "Ipv6Addresses"}},
			members: always{of: "network interface", names: []string{"OwnerId", "AvailabilityZone", "VpcId"}}}
	}
	return each(f, d, f.interfaced.take, anyCase)
}

func (r *interfacesRead) take(i *ec2.SavedInterface) error {
	bad := i.Check()
	if bad == nil {
		bad = r.arrays.see(i.PrivateIpAddresses != nil, i.Ipv6Addresses != nil)
	}
	if bad == nil {
		bad = r.members.see(aws.ToString(i.OwnerId) != "", aws.ToString(i.AvailabilityZone) != "", aws.ToString(i.VpcId) != "")
	}
	var region string
	if bad == nil && r.replayed == nil {
		region, bad = r.interfacePlace(r.c, i, r.vpcs)
	}
	if bad != nil {
		return bad
	}
	r.found++
	owner := aws.ToString(i.OwnerId)
	if !differ(owner, r.c.AccountID) {
		r.own++
	}
	if r.c.AccountID == "" && owner != "" && region != "" {
		r.places[place{owner, region}] = true
	}
	if r.request.WantsNetworks() {
		at := place{cmp.Or(r.c.AccountID, owner), region}
		if live := r.replayed; live != nil {
			at = place{live.AccountID, live.Region}
		}
		if lacks := i.Lacks(); lacks != "" {
			r.unplaced = cmp.Or(r.unplaced, lacks)
		} else {
			r.paths = append(r.paths, savedPathInterface{i.Path(), filepath.Dir(r.c.Origin), at})
		}
	}
	n := i.NetworkInterface()
	for _, g := range i.Groups {
		id := aws.ToString(g.GroupId)
		r.byGroup[id] = append(r.byGroup[id], n)
		if r.replayed == nil && !differ(owner, r.c.AccountID) && !aws.ToBool(i.RequesterManaged) {
			r.uses[id] = use{n.ID, place{owner, region}, r.c}
		}
	}
	return nil
}

func (r *interfacesRead) commit() error {
	for _, i := range r.paths {
		if err := r.keepInterface(i); err != nil {
			return err
		}
	}
	if live := r.replayed; live != nil {
		r.places = map[place]bool{{live.AccountID, live.Region}: true}
	} else if r.c.AccountID != "" && (r.own > 0 || r.found == 0) {
		r.places[place{r.c.AccountID, r.c.Region}] = true
	}
	for p := range r.places {
		r.to.Surveyed[sg.PlaceKey(p.account, p.region)] = true
	}
	for at := range r.places {
		r.interfaceOrigins[at] = r.c.Origin
		r.savedRead.unplaced[at] = cmp.Or(r.savedRead.unplaced[at], r.unplaced)
	}
	maps.Copy(r.savedRead.vpcs, r.vpcs)
	maps.Copy(r.savedRead.uses, r.uses)
	for id, interfaces := range r.byGroup {
		for _, n := range interfaces {
			if !slices.ContainsFunc(r.to.NetworkInterfaces[id], func(o sg.NetworkInterface) bool { return o.ID == n.ID }) {
				r.to.NetworkInterfaces[id] = append(r.to.NetworkInterfaces[id], n)
			}
		}
	}
	r.arrays.note(r.c)
	return nil
}
