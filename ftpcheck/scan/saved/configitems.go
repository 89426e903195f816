package saved

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// configItems decodes what AWS Config says: results of queries, snapshots, histories, and the
// answers that give single items. One resource may be in several of them, at several times: the
// latest item counts, and what is deleted by it is gone.
type configItems struct{ *savedRead }

// contentItems is what [sg.Coverage.Content] calls items without any security group.
const contentItems = "configuration_items"

// itemLists are the members that hold items. What stands in the second of each pair is of those
// that AWS could not get.
var itemLists = map[string]string{
	"configurationItems":             "",
	"Results":                        "",
	"baseConfigurationItems":         "unprocessedResourceKeys",
	"BaseConfigurationItems":         "UnprocessedResourceIdentifiers",
	"unprocessedResourceKeys":        "unprocessedResourceKeys",
	"UnprocessedResourceIdentifiers": "UnprocessedResourceIdentifiers",
}

// listOfResults is the one in which each item is a text.
const listOfResults = "Results"

// itemMark is a member of every item, by which one that stands alone is recognized.
const itemMark = "configurationItemCaptureTime"

func (*configItems) Recognizes(member string) bool {
	_, list := itemLists[member]
	return list || member == itemMark || member == "QueryInfo" || member == "configSnapshotId"
}

// recordedItems are the items of all files.
type recordedItems struct {
	latest map[string]*awsconfig.Item // by resource; without what it holds
	handed map[string]bool            // by resource
	places map[place]*recordedPlace
	listed map[string]*awsconfig.Item // prefix lists, by ID
	joined map[string]joinedItem      // by network interface
	// networks are what is for reach, if that is asked for.
	networks map[place]*awsconfig.NetworkItems
	wrong    map[*sg.Coverage]error // files of groups, with what is wrong besides the groups
	// defaults are the VPCs whose default group is there, by region and ID.
	defaults map[place]bool
}

// A joinedItem is an item of a network interface, and the groups that it uses.
type joinedItem struct {
	*awsconfig.Item
	is     sg.NetworkInterface
	groups []string
}

// A recordedPlace is what is known of an account and region by its items.
type recordedPlace struct {
	origin   string
	vpcs     map[string]bool
	unknown  string    // a group that was not recorded
	oldest   time.Time // of its items
	oldestID string
}

func newRecordedItems() *recordedItems {
	return &recordedItems{latest: map[string]*awsconfig.Item{}, handed: map[string]bool{}, places: map[place]*recordedPlace{},
		listed: map[string]*awsconfig.Item{}, joined: map[string]joinedItem{}, networks: map[place]*awsconfig.NetworkItems{}, wrong: map[*sg.Coverage]error{}, defaults: map[place]bool{}}
}

func (r *recordedItems) place(origin string, i *awsconfig.Item) *recordedPlace {
	at := place{i.Account, i.Region}
	if r.places[at] == nil {
		r.places[at] = &recordedPlace{origin: origin, vpcs: map[string]bool{}}
	}
	return r.places[at]
}

// An itemText is the JSON of an item, or a text that holds it.
type itemText struct{ text jsontext.Value }

func (i *itemText) UnmarshalJSONFrom(d *jsontext.Decoder) (err error) {
	i.text, err = d.ReadValue()
	return err
}

// each calls handle with each item of the document, and returns the token with which it ends.
func (x *configItems) each(d *document.Document, handle func(*awsconfig.Item) error) (token string, err error) {
	alone := false
	lists, err := d.Top(func(name string) bool {
		_, list := itemLists[name]
		alone = !list && (alone || name == itemMark)
		return !list
	})
	if err != nil {
		return "", err
	}
	take := func(i *itemText) error {
		item, bad := awsconfig.Decode(i.text)
		if bad != nil {
			return bad
		}
		return handle(item)
	}
	switch {
	case alone && lists == 0:
		return "", d.Values(func() error { return document.Lines(d, take) })
	case alone:
		return "", d.Values(func() error { return d.Inside(lists-1, func() error { return document.Elements(d, take) }) })
	}
	var of pages
	err = d.Values(func() error {
		return d.Inside(lists, func() error {
			token, found := "", ""
			err := d.Members(func(name string) error {
				switch unprocessed, list := itemLists[name]; {
				case list && name == unprocessed:
					return document.Elements(d, func(*itemText) error {
						return &sg.BadValue{Problem: "AWS Config did not give this one of the resources that it was asked for. Ask again for all of them"}
					})
				case list:
					found = name
					return document.Elements(d, func(i *itemText) error {
						if name == listOfResults && i.text.Kind() != '"' { // many programs have results
							return &document.Error{Code: document.UnknownContent, Offset: -1, Problem: "these are no results of a query of AWS Config, which are texts. " + saveGroups}
						}
						return take(i)
					})
				case strings.EqualFold(name, "nextToken") && d.PeekKind() != 'n':
					value, err := d.ReadValue()
					if token = string(value); token == `""` {
						token = ""
					}
					return err
				}
				return d.SkipValue()
			})
			switch {
			case err != nil:
				return err
			case found == "":
				return &document.Error{Code: document.UnknownContent, Pointer: d.StackPointer(), Offset: d.InputOffset(),
					Problem: "there are no items of AWS Config here. Save its answer as it is"}
			}
			return of.add(found, token)
		})
	})
	return of.last(), err
}

// Complete takes note of which item of each resource is the latest, and takes in what is no
// security group.
func (x *configItems) Complete(d *document.Document, c *sg.Coverage, to *sg.Completion) (groups bool, err error) {
	c.Content = contentItems
	r := x.recorded
	token, err := x.each(d, func(i *awsconfig.Item) error {
		if x.request.WantsNetworks() && slices.Contains(awsconfig.NetworkTypes, i.Type) {
			at := place{i.Account, i.Region}
			if r.networks[at] == nil {
				r.networks[at] = &awsconfig.NetworkItems{}
			}
			r.networks[at].Take(i)
			if i.Type == awsconfig.NetworkInterface && x.interfaceOrigins[at] == "" {
				x.interfaceOrigins[at] = c.Origin
			}
		}
		switch i.Type {
		case awsconfig.SecurityGroup:
			groups, c.Content = true, sg.ContentGroups
			if known := r.latest[i.Key()]; known == nil || i.Newer(known) {
				r.latest[i.Key()] = i.Bare()
			}
		case awsconfig.PrefixList:
			return x.list(i, to)
		case awsconfig.NetworkInterface:
			return x.networkInterface(i)
		}
		return nil
	})
	switch {
	case groups:
		r.wrong[c] = err // one that keeps no group from being handed over
		return true, nil
	case err == nil && token != "":
		x.pagesOf[c] = openPages{token: token}
	}
	return false, err
}

// list takes in a prefix list.
func (x *configItems) list(i *awsconfig.Item, to *sg.Completion) error {
	known, again := x.recorded.listed[i.ID]
	if again && !i.Newer(known) {
		return nil
	}
	if i.Deleted || i.NotRecorded {
		x.recorded.listed[i.ID] = i.Bare()
		if again {
			delete(to.PrefixLists, i.ID)
		}
		return nil
	}
	name, list, bad := i.List()
	if bad != nil {
		return bad
	}
	if other, ok := to.PrefixLists[i.ID]; ok && !again && !slices.Equal(other.Entries, list.Entries) {
		return &sg.BadValue{Twice: true, Problem: fmt.Sprintf("prefix list %s is in two files, with different entries. Leave the older one out", i.ID)}
	}
	x.recorded.listed[i.ID] = i.Bare()
	to.PrefixLists[i.ID], to.PrefixListNames[i.ID] = list, name
	return nil
}

// networkInterface takes in a network interface.
func (x *configItems) networkInterface(i *awsconfig.Item) error {
	if known, again := x.recorded.joined[i.Key()]; again && !i.Newer(known.Item) {
		return nil
	}
	joined := joinedItem{Item: i.Bare()}
	if !i.Deleted && !i.NotRecorded {
		var bad *sg.BadValue
		if joined.is, joined.groups, bad = i.Interface(); bad != nil {
			return bad
		}
	}
	x.recorded.joined[i.Key()] = joined
	return nil
}

// joinRecorded completes groups with the latest items of network interfaces, and of the networks, once
// all files are known. Where one interface is recorded all are; where none is, nobody knows whether
// they are recorded.
func (r *savedRead) joinRecorded() {
	joined := r.recorded.joined
	for _, key := range slices.Sorted(maps.Keys(joined)) {
		i := joined[key]
		r.completion.Surveyed[sg.PlaceKey(i.Account, i.Region)] = true
		for _, id := range i.groups {
			of := r.completion.NetworkInterfaces
			if !slices.ContainsFunc(of[id], func(o sg.NetworkInterface) bool { return o.ID == i.is.ID }) {
				of[id] = append(of[id], i.is)
			}
		}
	}
	for _, i := range joined {
		if i.NotRecorded {
			delete(r.completion.Surveyed, sg.PlaceKey(i.Account, i.Region))
		}
	}
	var oldest time.Time
	if r.maxAge > 0 && r.replayed == nil {
		oldest = time.Now().Add(-r.maxAge)
	}
	networks, owners := map[place]*awsconfig.Network{}, map[place]string{} // of VPCs
	for at, items := range r.recorded.networks {
		networks[at] = items.Network(oldest, func(string, int64) bool { return true })
		for _, v := range networks[at].VPCs.Items {
			owners[place{*v.VpcId, at.region}] = *v.OwnerId
		}
	}
	const unshown = "the paths to the network interfaces that AWS Config recorded are not known"
	for at, n := range networks { // in whose VPCs others have something
		sharedBy := map[string]bool{}
		for _, v := range n.VPCs.Items {
			sharedBy[*v.OwnerId] = true
		}
		for _, i := range n.Interfaces {
			sharedBy[owners[place{i.VPCID, at.region}]] = true
		}
		for owner := range sharedBy {
			if of := networks[place{owner, at.region}]; of != nil && owner != at.account {
				of.Withhold(unshown)
			}
		}
	}
	for at, n := range networks {
		if !n.HasInterfaces || !n.VPCs.Read {
			r.unplaced[at] = unshown
		}
		if err := r.keepNetwork(&networkFile{Network: n.Network, path: at}); err != nil {
			r.unplaced[at] = err.Error()
		}
		for _, i := range n.Interfaces {
			if err := r.keepInterface(savedPathInterface{PathInterface: i, at: at}); err != nil {
				r.unplaced[at] = err.Error()
			}
		}
	}
}

// Groups hands over the groups whose latest item is in the file.
func (x *configItems) Groups(d *document.Document, c *sg.Coverage, hand func(*sg.Group) error) error {
	r := x.recorded
	var of *awsconfig.Item
	groups := x.groupReader(c, func(g *sg.Group) error {
		g.AccountID, g.Region, g.Captured = of.Account, of.Region, of.Captured
		at := r.place(c.Origin, of)
		at.vpcs[g.VPCID] = true
		if at.oldest.IsZero() || of.Captured.Before(at.oldest) {
			at.oldest, at.oldestID = of.Captured, of.ID
		}
		if g.IsDefault() {
			r.defaults[place{g.VPCID, g.Region}] = true
		}
		return hand(g)
	})
	token, err := x.each(d, func(i *awsconfig.Item) error {
		key := i.Key()
		if i.Type != awsconfig.SecurityGroup || r.handed[key] || r.latest[key] != nil && r.latest[key].Newer(i) {
			return nil
		}
		r.handed[key] = true
		switch of = i; {
		case i.Deleted:
			return nil
		case i.NotRecorded:
			at := r.place(c.Origin, i)
			at.unknown = cmp.Or(at.unknown, i.ID)
			return nil
		}
		g, bad := i.Group()
		if bad != nil {
			return bad
		}
		return groups.read(g)
	})
	if err != nil {
		return err
	}
	if token != "" {
		x.pagesOf[c] = openPages{token: token}
	}
	groups.permissions.note(c)
	return r.wrong[c]
}

// gaps are the accounts and regions that the items do not show whole: every VPC has a default
// group, so where that is missing others may be, too.
func (r *savedRead) gaps(now time.Time) (gaps []sg.Coverage) {
	if r.replayed != nil {
		return nil
	}
	for at, p := range r.recorded.places {
		if !r.request.WantsAccount(at.account) || !r.request.WantsRegion(at.region) {
			continue
		}
		gap := func(status sg.Status, code, format string, args ...any) {
			c := notRead(p.origin, status, code, fmt.Sprintf("account %s, region %s: ", at.account, at.region)+fmt.Sprintf(format, args...))
			c.AccountID, c.Region, c.Partition, c.Content = at.account, at.region, sg.PartitionOf(at.region), sg.ContentGroups
			gaps = append(gaps, c)
		}
		without := slices.DeleteFunc(slices.Sorted(maps.Keys(p.vpcs)), func(vpc string) bool { return vpc == "" || r.recorded.defaults[place{vpc, at.region}] })
		switch {
		case p.unknown != "":
			gap(sg.StatusNotRecorded, sg.CodeNotRecorded, "AWS Config knows security group %s and does not record what is in it. Let its recorder record %s", p.unknown, awsconfig.SecurityGroup)
		case len(without) > 0:
			gap(sg.StatusIncomplete, sg.CodeNotRecorded, "no default security group of %s is among what AWS Config gave, and every VPC has one, so others may be missing, too. "+
				"Let AWS Config record all of %s there, and query it without a condition on anything but the type", without[0], awsconfig.SecurityGroup)
		case r.maxAge > 0 && now.Sub(p.oldest) > r.maxAge:
			gap(sg.StatusOutdated, sg.CodeOutdated, "AWS Config captured security group %s at %s, which is longer ago than %s allows. Save a newer answer, or allow more",
				p.oldestID, p.oldest.Format(time.RFC3339), r.maxAgeName)
		}
	}
	slices.SortFunc(gaps, sg.Coverage.Compare)
	return gaps
}
