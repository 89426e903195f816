package saved

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/terraform"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// classify recognises a file and takes in what it holds, unless that is security groups:
// it reports whether it is. What must be whole to be believed is taken in only once the
// file has proved to be whole.
func (r *savedRead) classify(ctx context.Context, c *sg.Coverage) (hasGroups bool, err error) {
	c.Started = time.Now()
	c.AccountID, c.Region = placeOf(c.Origin)
	d, err := r.open(ctx, c)
	if err != nil {
		return false, err
	}
	defer d.Close()

	var names []string
	var token string
	commit := func() error { return nil }
	err = d.Members(func(name string) (err error) {
		names = append(names, name)
		if content, ok := contentNames[name]; ok {
			c.Content = content
		}
		if terraform.Recognizes(name) {
			r.plans[c.Origin], hasGroups = true, true
			return document.ErrDone
		}
		switch name {
		case "SecurityGroups":
			hasGroups = true
			return document.ErrDone
		case "SecurityGroupRules":
			return document.Elements(d, func(rule *types.SecurityGroupRule) error { return r.addRule(c, rule) }, anyCase)
		case "PrefixLists":
			return document.Elements(d, r.addListName, anyCase)
		case "Entries":
			commit, err = r.list(d, c)
			return err
		case "NetworkInterfaces":
			commit, err = r.interfacesOf(d, c)
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
	return false, commit()
}

// anyCase reads what only completes the groups, however its members are spelt.
var anyCase = json.MatchCaseInsensitiveNames(true)

// contents are the members by which the files that we read are recognised, and
// contentNames what [sg.Coverage.Content] calls them.
var (
	contents     = []string{"SecurityGroups", "SecurityGroupRules", "PrefixLists", "Entries", "NetworkInterfaces"}
	contentNames = map[string]string{
		"SecurityGroups":     sg.ContentGroups,
		"SecurityGroupRules": "security_group_rules",
		"PrefixLists":        "prefix_lists",
		"Entries":            "prefix_list_entries",
		"NetworkInterfaces":  "network_interfaces",
	}
)

func unknownContent(origin string, names []string) error {
	problem := func(text string) error {
		return &document.Error{Code: document.UnknownContent, Offset: -1, Problem: text}
	}
	switch has := func(name string) bool { return slices.Contains(names, name) }; {
	case has("GroupId") && has("IpPermissions"):
		return problem("this is a security group without the answer around it. Save the output of describe-security-groups as it is, without --query")
	case has("configurationItems"), has("Results") && has("QueryInfo"):
		return problem("this is the output of AWS Config. Save that of: aws ec2 describe-security-groups --output json")
	}
	holds := "nothing"
	if len(names) > 0 {
		holds = strings.Join(names[:min(len(names), 5)], ", ")
	}
	advice := "Leave the file out"
	if folder := recordedBeside(origin); folder != "" {
		advice = "Leave the file out, or name only the recorded scan beside it: " + folder
	}
	return problem(fmt.Sprintf("this is the output of another command: it holds %s, and none of %s. %s", holds, strings.Join(contents, ", "), advice))
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
		if _, err := os.Stat(filepath.Join(at, record.IndexName)); err != nil {
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
func otherMember(d *document.Document, name string, token *string) error {
	if name == "NextToken" && d.PeekKind() != 'n' {
		value, err := d.ReadValue()
		*token = string(value)
		return err
	}
	for _, known := range append([]string{"NextToken"}, contents...) {
		if name != known && ec2.SameLetters(name, known) {
			return &document.Error{Code: document.InvalidValue, Pointer: d.StackPointer(), Offset: d.InputOffset(),
				Problem: fmt.Sprintf("AWS spells this %s. Save the command's output as it is", known)}
		}
	}
	return d.SkipValue()
}

// wholeAnswer returns an error if the file ended with the mark that there is more.
func wholeAnswer(token string) error {
	if token == "" || token == `""` {
		return nil
	}
	return &document.Error{Code: document.Incomplete, Offset: -1,
		Problem: "the file has a NextToken, so it holds only a part of what AWS has. Save the command's output again, without --max-items, --starting-token and --no-paginate"}
}

func (r *savedRead) addRule(c *sg.Coverage, rule *types.SecurityGroupRule) error {
	r.readRule.Read(rule)
	if bad := r.readRule.Check(); bad != nil {
		return bad
	}
	asked, open := (r.request.Rules || r.request.OpenRules) && !r.readRule.IsEgress.Value, r.replayed == nil && r.readRule.LetsInternetIn()
	if !asked && !open {
		return nil
	}
	indexed := ec2.NewIndexedRule(&r.readRule)
	if asked {
		r.rules.Add(indexed)
	}
	if open {
		r.openRules[indexed.Group()] = append(r.openRules[indexed.Group()], openRule{indexed, c})
	}
	return nil
}

func (r *savedRead) addListName(l *types.ManagedPrefixList) error {
	id, name := aws.ToString(l.PrefixListId), aws.ToString(l.PrefixListName)
	if id == "" || name == "" {
		return &sg.BadValue{Problem: "the prefix list has no PrefixListId or no PrefixListName"}
	}
	r.listNames[id] = name
	return nil
}

// list reads the entries of a prefix list. The command does not print which list they
// are of, so the file's name must tell.
func (r *savedRead) list(d *document.Document, c *sg.Coverage) (commit func() error, err error) {
	id := listID.FindString(filepath.Base(c.Origin))
	if id == "" {
		return nil, &document.Error{Code: document.InvalidValue, Offset: -1,
			Problem: "these are the entries of a prefix list, but nothing says of which. Give the file a name with the list's ID in it, as in get-managed-prefix-list-entries.pl-0123456789abcdef0.json"}
	}
	entries, err := readEntries(d, id)
	return func() error {
		list := sg.NewAddressList(entries)
		if known, ok := r.lists[id]; ok && !slices.Equal(known.Entries, list.Entries) {
			return &document.Error{Code: document.Duplicate, Offset: -1, Problem: fmt.Sprintf("prefix list %s is in two files, with different entries. Leave the older one out", id)}
		}
		r.lists[id] = list
		return nil
	}, err
}

func readEntries(d *document.Document, id string) ([]netip.Prefix, error) {
	var entries []netip.Prefix
	err := document.Elements(d, func(e *types.PrefixListEntry) error {
		p, err := netip.ParsePrefix(aws.ToString(e.Cidr))
		if err != nil {
			return &sg.BadValue{Pointer: "/Cidr", Problem: fmt.Sprintf("prefix list %s: %q is not an address range", id, aws.ToString(e.Cidr))}
		}
		entries = append(entries, p)
		return nil
	}, anyCase)
	return entries, err
}

// interfacesOf reads network interfaces. A file speaks for the account that its path
// names, if one of them is of that account, or if it names none, for those of its interfaces: an
// account may have interfaces in another account's file, and more of its own that nobody saved.
func (r *savedRead) interfacesOf(d *document.Document, c *sg.Coverage) (commit func() error, err error) {
	places, vpcs := map[place]bool{}, map[string]string{}
	byGroup := map[string][]sg.NetworkInterface{}
	lists := always{of: "network interface", names: []string{"PrivateIpAddresses", "Ipv6Addresses"}}
	members := always{of: "network interface", names: []string{"OwnerId", "AvailabilityZone", "VpcId"}}
	found, own := 0, 0
	uses := map[string]use{}
	err = document.Elements(d, func(i *ec2.SavedInterface) error {
		bad := i.Check()
		if bad == nil {
			bad = lists.see(i.PrivateIpAddresses != nil, i.Ipv6Addresses != nil)
		}
		if bad == nil {
			bad = members.see(aws.ToString(i.OwnerId) != "", aws.ToString(i.AvailabilityZone) != "", aws.ToString(i.VpcId) != "")
		}
		var region string
		if bad == nil && r.replayed == nil {
			region, bad = r.interfacePlace(c, i, vpcs)
		}
		if bad != nil {
			return bad
		}
		found++
		owner := aws.ToString(i.OwnerId)
		if !differ(owner, c.AccountID) {
			own++
		}
		if c.AccountID == "" && owner != "" && region != "" {
			places[place{owner, region}] = true
		}
		n := i.NetworkInterface()
		for _, g := range i.Groups {
			id := aws.ToString(g.GroupId)
			byGroup[id] = append(byGroup[id], n)
			if r.replayed == nil && !differ(owner, c.AccountID) && !aws.ToBool(i.RequesterManaged) {
				uses[id] = use{n.ID, place{owner, region}, c}
			}
		}
		return nil
	}, anyCase)
	if live := r.replayed; live != nil {
		places = map[place]bool{{live.AccountID, live.Region}: true}
	} else if c.AccountID != "" && (own > 0 || found == 0) {
		places[place{c.AccountID, c.Region}] = true
	}
	return func() error {
		maps.Copy(r.surveyed, places)
		maps.Copy(r.vpcs, vpcs)
		maps.Copy(r.uses, uses)
		for id, interfaces := range byGroup {
			for _, n := range interfaces {
				if !slices.ContainsFunc(r.interfaces[id], func(o sg.NetworkInterface) bool { return o.ID == n.ID }) {
					r.interfaces[id] = append(r.interfaces[id], n)
				}
			}
		}
		lists.note(c)
		return nil
	}, err
}
