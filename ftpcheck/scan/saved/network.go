package saved

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A networkFile is what a file says of networks, and of which place it is one.
type networkFile struct {
	ec2.Network
	*sg.Coverage
	balancing elb.Balancing
	folder    string // that it is in
	path      place  // that its path names
	told      map[place]bool
}

// A picture is what decides what the internet reaches in a place: what its account sees, and what
// its neighbours see. Of groups that another account owns, that account is one, too.
type picture struct {
	of    place
	owner string // of groups; empty for all others
}

func (f *cliFile) networkVPCs(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.Vpc] { return &n.VPCs }, func(x *types.Vpc) place { return place{account: aws.ToString(x.OwnerId)} })
}

func (f *cliFile) subnets(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.Subnet] { return &n.Subnets }, func(x *types.Subnet) place {
		return place{aws.ToString(x.OwnerId), regionOfZone(aws.ToString(x.AvailabilityZone))}
	})
}

func (f *cliFile) routeTables(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.RouteTable] { return &n.RouteTables }, func(x *types.RouteTable) place { return place{account: aws.ToString(x.OwnerId)} })
}

func (f *cliFile) internetGateways(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.InternetGateway] { return &n.InternetGateways }, func(x *types.InternetGateway) place { return place{account: aws.ToString(x.OwnerId)} })
}

func (f *cliFile) networkACLs(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.NetworkAcl] { return &n.NetworkACLs }, func(x *types.NetworkAcl) place { return place{account: aws.ToString(x.OwnerId)} })
}

// blockPublicAccess reads the only answer that is no list.
func (f *cliFile) blockPublicAccess(d *document.Document) error {
	var x types.VpcBlockPublicAccessOptions
	if err := json.UnmarshalDecode(d.Decoder, &x, anyCase); err != nil {
		return err
	}
	n := f.networkFile()
	n.BlockPublicAccess = ec2.Answer[types.VpcBlockPublicAccessOptions]{Read: true, Items: []types.VpcBlockPublicAccessOptions{x}}
	account := aws.ToString(x.AwsAccountId)
	bad := n.takes(&x, place{account, aws.ToString(x.AwsRegion)})
	if differ(n.path.account, account) {
		bad = &sg.BadValue{Problem: fmt.Sprintf("this is of account %s, and the file in the folder of account %s. Save the output of %s again, with its credentials",
			account, n.path.account, n.path.account)}
	}
	if bad != nil {
		return &document.Error{Code: document.InvalidValue, Pointer: d.StackPointer(), Offset: d.InputOffset(), Problem: bad.Problem}
	}
	return nil
}

func (f *cliFile) exclusions(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.VpcBlockPublicAccessExclusion] { return &n.Exclusions }, func(x *types.VpcBlockPublicAccessExclusion) place {
		of, _ := arn.Parse(aws.ToString(x.ResourceArn))
		return place{region: of.Region}
	})
}

func (f *cliFile) groupVPCs(d *document.Document) error {
	return networkItems(f, d, func(n *ec2.Network) *ec2.Answer[types.SecurityGroupVpcAssociation] { return &n.GroupVPCs }, func(*types.SecurityGroupVpcAssociation) place { return place{} })
}

func (f *cliFile) networkFile() *networkFile {
	if f.network == nil {
		f.network = &networkFile{Coverage: f.c, folder: filepath.Dir(f.c.Origin), path: place{f.c.AccountID, f.c.Region}, told: map[place]bool{}}
	}
	return f.network
}

// networkItems reads a list of things of networks, each of which tells something of its place.
func networkItems[T any](f *cliFile, d *document.Document, list func(*ec2.Network) *ec2.Answer[T], at func(*T) place) error {
	n := f.networkFile()
	answer := list(&n.Network)
	answer.Read = true
	return each(f, d, func(x *T) error {
		answer.Items = append(answer.Items, *x)
		if bad := n.takes(x, at(x)); bad != nil {
			return bad
		}
		return nil
	}, anyCase)
}

// takes checks one thing, and takes note of the place that it tells. Its owner need not be the
// account whose file it is, as VPCs can be shared; the region must.
func (f *networkFile) takes(thing any, at place) *sg.BadValue {
	if lacks := ec2.Lacks(thing); lacks != "" {
		return &sg.BadValue{Problem: lacks}
	}
	if differ(f.path.region, at.region) {
		return &sg.BadValue{Problem: fmt.Sprintf("this is of region %s, and the file in the folder of region %s. Save the output of %s again, with --region %s",
			at.region, f.path.region, f.path.region, f.path.region)}
	}
	f.told[at] = true
	return nil
}

// A networkThing is something that files say of networks: in which account, and what it is called.
type networkThing struct{ seenIn, name string }

// keepInterface takes in an interface of a file, unless another file has it.
func (r *savedRead) keepInterface(i savedPathInterface) error {
	name := "network interface " + i.ID
	key := networkThing{sg.PlaceKey(i.at.account, i.at.region), name}
	known, twice := r.networkThings[key]
	switch {
	case !twice:
		r.networkThings[key] = i.Interface
		r.pathInterfaces = append(r.pathInterfaces, i)
	case !reflect.DeepEqual(known, i.Interface):
		return inTwoFiles(name)
	}
	return nil
}

func inTwoFiles(what string) error {
	return &document.Error{Code: document.Duplicate, Offset: -1, Problem: what + " is in two files, with different content. Leave the older one out"}
}

// keepNetwork takes in what a file says of networks, unless another one says something else.
func (r *savedRead) keepNetwork(f *networkFile) error {
	things := f.Things()
	maps.Copy(things, f.balancing.Things())
	for _, x := range f.BlockPublicAccess.Items {
		x.LastUpdateTimestamp, x.Reason = nil, nil
		things[fmt.Sprintf("VPC Block Public Access of account %s in region %s", cmp.Or(f.path.account, aws.ToString(x.AwsAccountId)), cmp.Or(f.path.region, aws.ToString(x.AwsRegion)))] = x
	}
	for name, thing := range things {
		key := networkThing{f.path.account, name} // of a VPC that is shared, accounts see different things
		if known, ok := r.networkThings[key]; ok && !reflect.DeepEqual(known, thing) {
			return inTwoFiles(name)
		}
		r.networkThings[key] = thing
	}
	r.networkFiles = append(r.networkFiles, f)
	return nil
}

// networks puts together what the files say of each place. A file whose path does not name its
// place is of the place that the files of its folder tell, if they tell one; else it says nothing.
func (r *savedRead) networks() {
	if r.accounts != nil {
		return
	}
	r.accounts, r.pictures = map[place]*exposure.Account{}, map[picture]*exposure.Network{}
	accounts, regions := map[string]map[string]bool{}, map[string]map[string]bool{} // by folder
	tell := func(told map[string]map[string]bool, folder, what string) {
		if told[folder] == nil {
			told[folder] = map[string]bool{}
		}
		if what != "" {
			told[folder][what] = true
		}
	}
	for _, f := range r.networkFiles {
		tell(accounts, f.folder, f.path.account)
		tell(regions, f.folder, f.path.region)
		for at := range f.told {
			if f.path.account == "" {
				tell(accounts, f.folder, at.account)
			}
			tell(regions, f.folder, at.region)
		}
	}
	for _, i := range r.pathInterfaces {
		tell(accounts, i.folder, i.at.account)
		tell(regions, i.folder, i.at.region)
	}
	only := func(told map[string]bool) string {
		if len(told) != 1 {
			return ""
		}
		return slices.Collect(maps.Keys(told))[0]
	}
	read := map[place]*networkFile{}
	for _, f := range r.networkFiles {
		at := place{cmp.Or(f.path.account, only(accounts[f.folder])), cmp.Or(f.path.region, only(regions[f.folder]))}
		if live := r.replayed; live != nil {
			at = place{live.AccountID, live.Region}
		}
		if at.account == "" || at.region == "" {
			continue
		}
		if read[at] == nil {
			read[at] = &networkFile{}
		}
		read[at].Add(&f.Network)
		read[at].balancing.Add(&f.balancing)
	}
	for _, i := range r.pathInterfaces {
		r.interfacesOf[i.at] = append(r.interfacesOf[i.at], i.PathInterface)
	}
	for key := range r.completion.Surveyed {
		account, region, _ := strings.Cut(key, "/")
		r.named[place{account, region}] = true
	}
	for at := range r.named {
		if read[at] == nil {
			read[at] = &networkFile{}
		}
	}
	for at, n := range read {
		a := n.Exposure(at.account)
		a.LoadBalancers = n.balancing.Exposure()
		a.Interfaces.Whole = r.surveyed(at) && r.unplaced[at] == ""
		for _, i := range r.interfacesOf[at] {
			a.Interfaces.Items = append(a.Interfaces.Items, i.Interface)
		}
		a.PrefixLists = map[string][]netip.Prefix{}
		for _, id := range n.RouteLists() {
			if list, ok := r.completion.PrefixLists[id]; ok {
				a.PrefixLists[id] = list.Entries
			}
		}
		r.accounts[at] = a
	}
}

// A savedPathInterface is a network interface in a file of a place.
type savedPathInterface struct {
	*sg.PathInterface
	folder string
	at     place
}

// network puts together what decides what the internet reaches in a place and, if it is not empty,
// through the groups of another account.
func (r *savedRead) network(of place, owner string) (*exposure.Network, error) {
	r.networks()
	if owner == of.account {
		owner = ""
	}
	key := picture{of, owner}
	if n := r.pictures[key]; n != nil {
		return n, nil
	}
	own := r.accounts[of]
	if own == nil {
		own = &exposure.Account{ID: of.account}
	}
	other := func(id string) (*exposure.Account, error) {
		if r.replayed == nil {
			return r.accounts[place{id, of.region}], nil
		}
		n, err := r.neighbour(id)
		if n == nil || err != nil {
			return nil, err
		}
		return n.account, nil
	}
	accounts := []*exposure.Account{own}
	if owner != "" {
		theirs, err := other(owner)
		if err != nil {
			return nil, err
		}
		if theirs != nil {
			accounts = append(accounts, theirs)
		}
	}
	all, err := exposure.Around(other, accounts...)
	if err != nil {
		return nil, err
	}
	r.pictures[key] = exposure.NewNetwork(all...)
	return r.pictures[key], nil
}

// expose says of a judged group what the internet reaches through it, and takes in what it lets
// in, if the request asks for that.
func (r *savedRead) expose(g *sg.Group) error {
	if !r.request.WantsNetworks() {
		return nil
	}
	sources := exposure.NewSources(g.RulePermissions(), r.groupPorts[g.ID]...)
	// Files of several places may be read, of which not all say who uses a group.
	if r.request.Paths != nil && (r.replayed == nil || len(r.completion.NetworkInterfaces[g.ID]) > 0 || r.groupPorts[g.ID] != nil) {
		r.sources[g.ID] = sources
	}
	n, err := r.network(place{g.AccountID, g.Region}, g.OwnerID)
	if err != nil {
		return err
	}
	at := place{g.AccountID, g.Region}
	if r.unplaced[at] != "" && r.recorded.networks[at] == nil && r.surveyed(at) && !g.IsShared() && len(r.completion.NetworkInterfaces[g.ID]) == 0 {
		// All interfaces are there, if not all that is said of them: none uses the group.
		n = exposure.NewNetwork(&exposure.Account{ID: at.account, Interfaces: exposure.Whole[exposure.Interface]()})
	}
	x := n.Group(exposure.Group{ID: g.ID, OwnerID: g.OwnerID, VPCID: g.VPCID, SeenBy: g.AccountID}, func(id string) *exposure.Sources {
		if id == g.ID {
			return sources
		}
		return r.balancerSources[id]
	})
	g.Exposure = &x
	return nil
}

// paths hands over the paths to the interfaces of all places. Files of groups without the
// interfaces of their place cannot have any, and are incomplete for who asks for them.
func (r *savedRead) paths(groupFiles []*sg.Coverage) error {
	if r.request.Paths == nil {
		return nil
	}
	r.networks()
	for _, at := range slices.SortedFunc(maps.Keys(r.accounts), func(a, b place) int {
		return cmp.Or(strings.Compare(a.account, b.account), strings.Compare(a.region, b.region))
	}) {
		if !r.request.WantsAccount(at.account) || !r.request.WantsRegion(at.region) {
			continue
		}
		n, err := r.network(at, "")
		if err != nil {
			return err
		}
		if err := r.foreignSources(at); err != nil {
			return err
		}
		for _, i := range r.interfacesOf[at] {
			for _, p := range n.Paths(&i.Interface, func(id string) *exposure.Sources { return r.sources[id] }) {
				path := &sg.InternetPath{PathInterface: i, Path: p, Partition: sg.PartitionOf(at.region), Region: at.region, AccountID: at.account, Origin: r.interfaceOrigins[at]}
				if live := r.replayed; live != nil {
					path.Partition, path.Origin = live.Partition, sg.Live
				}
				if err := r.request.Paths(path); err != nil {
					return err
				}
			}
		}
	}
	if !r.request.NeedsInterfaces {
		return nil
	}
	for _, c := range groupFiles {
		account, region := placeOf(c.Origin) // a file in which groups of others are, too, has no single account
		at := place{cmp.Or(account, c.AccountID), cmp.Or(region, c.Region)}
		missing := r.unplaced[at]
		if !r.surveyed(at) {
			missing = "the network interfaces of its place were not saved"
		}
		if r.replayed == nil && c.Status == sg.StatusScanned && (r.plans[c] || missing != "") && (at.account == "" || r.request.WantsAccount(at.account)) && (at.region == "" || r.request.WantsRegion(at.region)) {
			c.Status, c.ErrorCode = sg.StatusIncomplete, document.Incomplete
			c.ErrorMessage = missing + ", so not all paths are known. Add the whole output of: aws ec2 describe-network-interfaces"
			if r.plans[c] {
				c.ErrorMessage = "what Terraform prints does not tell which network interfaces use the security groups, so nothing is known of the paths to them. Ask AWS, or files that the AWS CLI saved, once it is applied"
			}
		}
	}
	return nil
}

// surveyed reports whether the network interfaces of a place are known.
func (r *savedRead) surveyed(at place) bool {
	return r.completion.Surveyed[sg.PlaceKey(at.account, at.region)]
}
