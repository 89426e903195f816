package awsconfig

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The types of what stands between network interfaces and the internet. Subnets are not among them:
// whose they are is known from the VPC.
const (
	VPC               = "AWS::EC2::VPC"
	RouteTable        = "AWS::EC2::RouteTable"
	InternetGateway   = "AWS::EC2::InternetGateway"
	NetworkACL        = "AWS::EC2::NetworkAcl"
	BlockPublicAccess = "AWS::EC2::VPCBlockPublicAccessOptions"
)

// NetworkTypes are the types of the items that tell what the internet reaches.
var NetworkTypes = []string{VPC, RouteTable, InternetGateway, NetworkACL, BlockPublicAccess, NetworkInterface}

// NetworkItems are items about the network of an account in a region. The latest of each resource
// counts. The zero value has none.
type NetworkItems struct {
	latest map[string]networkItem // by resource
}

// A networkItem is an item as far as it is of use.
type networkItem struct {
	*Item
	thing   any    // of the SDK, or a PathInterface; nil for a resource that is gone
	problem string // why nobody knows what it is
}

// Take takes in an item of one of [NetworkTypes].
func (n *NetworkItems) Take(i *Item) {
	if known, again := n.latest[i.Key()]; again && !i.Newer(known.Item) {
		return
	}
	if n.latest == nil {
		n.latest = map[string]networkItem{}
	}
	x := networkItem{Item: i.Bare()}
	switch {
	case i.Deleted:
	case i.NotRecorded:
		x.problem = fmt.Sprintf("AWS Config knows %s and does not record what it is", i.ID)
	default:
		x.thing, x.problem = i.thing()
	}
	n.latest[i.Key()] = x
}

// A Network is what AWS Config has recorded of the network of an account in a region. A list of which
// it may not have all is as one that was not read.
type Network struct {
	ec2.Network
	// Interfaces are the network interfaces, if HasInterfaces.
	Interfaces    []*sg.PathInterface
	HasInterfaces bool
	// Problem is what is not known, and what to do; empty if all is.
	Problem string
}

// Network puts the items together. Where there is none of a type, it is not recorded or there is
// nothing, and nobody can tell. The function says of a type that has so many items whether these are
// all. An item that was captured before oldest is no answer.
func (n *NetworkItems) Network(oldest time.Time, all func(kind string, items int64) bool) *Network {
	of, problem := map[string][]any{}, map[string]string{} // by type
	for _, key := range slices.Sorted(maps.Keys(n.latest)) {
		switch i := n.latest[key]; {
		case i.problem != "":
			problem[i.Type] = i.problem
		case i.Deleted:
		case i.Captured.Before(oldest):
			problem[i.Type] = fmt.Sprintf("AWS Config captured %s at %s, which is too long ago", i.ID, i.Captured.Format(time.RFC3339))
		default:
			of[i.Type] = append(of[i.Type], i.thing)
		}
	}
	x := &Network{}
	var none []string
	for _, kind := range NetworkTypes {
		things := of[kind]
		switch {
		case problem[kind] != "":
		case len(things) == 0:
			none = append(none, kind)
		case !all(kind, int64(len(things))):
			problem[kind] = fmt.Sprintf("AWS Config gave %d of %s and counts others", len(things), kind)
		default:
			x.add(kind, things)
		}
	}
	var problems []string
	if len(none) > 0 {
		problems = append(problems, fmt.Sprintf("AWS Config has no item of %s there, as it does not record them or there is nothing", strings.Join(none, ", ")))
	}
	for _, kind := range NetworkTypes {
		if problem[kind] != "" {
			problems = append(problems, problem[kind])
		}
	}
	if len(problems) > 0 {
		x.Problem = strings.Join(problems, ". ") + ". Let its recorder record these types, or ask EC2"
	}
	return x
}

// Has reports whether all of a type is there.
func (x *Network) Has(kind string) bool {
	return map[string]bool{VPC: x.VPCs.Read, RouteTable: x.RouteTables.Read, InternetGateway: x.InternetGateways.Read, NetworkACL: x.NetworkACLs.Read,
		BlockPublicAccess: x.BlockPublicAccess.Read, NetworkInterface: x.HasInterfaces}[kind]
}

// add adds all things of a type.
func (x *Network) add(kind string, things []any) {
	switch kind {
	case VPC:
		addAll(&x.VPCs, things)
	case RouteTable:
		addAll(&x.RouteTables, things)
	case InternetGateway:
		addAll(&x.InternetGateways, things)
	case NetworkACL:
		addAll(&x.NetworkACLs, things)
	case BlockPublicAccess:
		addAll(&x.BlockPublicAccess, things)
	case NetworkInterface:
		x.HasInterfaces = true
		for _, t := range things {
			x.Interfaces = append(x.Interfaces, t.(*sg.PathInterface))
		}
	}
}

func addAll[T any](to *ec2.Answer[T], things []any) {
	to.Read = true
	for _, t := range things {
		to.Items = append(to.Items, *t.(*T))
	}
}

// Withhold takes out all but the network interfaces, and says why.
func (x *Network) Withhold(problem string) {
	x.Network, x.Problem = ec2.Network{}, problem
}

// Account is the network as package exposure has it. The function gives the entries of prefix lists,
// as far as they are known. Whether all interfaces are there is not known without the VPCs, as others
// may have some in them.
func (x *Network) Account(id string, list func(id string) (sg.AddressList, bool)) *exposure.Account {
	a := x.Exposure(id)
	a.Interfaces.Whole = x.HasInterfaces && x.VPCs.Read
	for _, i := range x.Interfaces {
		a.Interfaces.Items = append(a.Interfaces.Items, i.Interface)
	}
	a.PrefixLists = map[string][]netip.Prefix{}
	for _, id := range x.RouteLists() {
		if l, ok := list(id); ok {
			a.PrefixLists[id] = l.Entries
		}
	}
	return a
}

// thing is what the item is of, or what is wrong with it.
func (i *Item) thing() (thing any, problem string) {
	decode := func(into any) any {
		if err := json.Unmarshal(i.configuration, into, json.MatchCaseInsensitiveNames(true)); err != nil {
			problem = notUnderstood(i.ID, "configuration", err).Problem
		}
		return into
	}
	switch i.Type {
	case VPC:
		var c struct{ VpcID, OwnerID *string } // AWS Config writes its state as an object
		decode(&c)
		thing = &types.Vpc{VpcId: c.VpcID, OwnerId: c.OwnerID}
	case RouteTable:
		thing = decode(&types.RouteTable{})
	case InternetGateway:
		thing = decode(&types.InternetGateway{})
	case NetworkACL:
		thing = decode(&types.NetworkAcl{})
	case BlockPublicAccess:
		// AWS Config has nothing but its mode. Where that is off nothing is blocked, and where it is not,
		// nobody knows what is, as the exclusions are not read.
		var c struct {
			InternetGatewayBlockMode types.InternetGatewayBlockMode
		}
		decode(&c)
		thing = &types.VpcBlockPublicAccessOptions{InternetGatewayBlockMode: c.InternetGatewayBlockMode, State: types.VpcBlockPublicAccessStateUpdateComplete,
			ExclusionsAllowed: types.VpcBlockPublicAccessExclusionsAllowedAllowed}
	case NetworkInterface:
		n, bad := i.path()
		if bad != nil {
			return nil, bad.Problem
		}
		return n, ""
	}
	if problem != "" {
		return nil, problem
	}
	if lacks := ec2.Lacks(thing); lacks != "" {
		return nil, lacks
	}
	if id := ec2.Identity(thing); id != i.ID && i.Type != BlockPublicAccess { // which has none
		return nil, fmt.Sprintf("the item of %s has the configuration of %s", i.ID, id)
	}
	return thing, ""
}

// path is the network interface that the item is of, as the table of paths shows it.
func (i *Item) path() (*sg.PathInterface, *sg.BadValue) {
	c, bad := i.savedInterface()
	if bad != nil {
		return nil, bad
	}
	if lacks := c.Lacks(); lacks != "" {
		return nil, &sg.BadValue{Problem: lacks}
	}
	x := c.Path()
	if x.ID != i.ID {
		return nil, &sg.BadValue{Problem: fmt.Sprintf("the item of %s has the configuration of %s", i.ID, x.ID)}
	}
	// Items may lack what AWS Config did not know when it was written.
	var has struct{ Ipv6Prefixes, DenyAllIgwTraffic jsontext.Value }
	if err := json.Unmarshal(i.configuration, &has, json.MatchCaseInsensitiveNames(true)); err != nil {
		return nil, notUnderstood(i.ID, "configuration", err)
	}
	x.IPv6InPart = has.Ipv6Prefixes.Kind() != '[' || has.DenyAllIgwTraffic.Kind() != 't' && has.DenyAllIgwTraffic.Kind() != 'f'
	return x, nil
}
