package exposure

import (
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A Network is what was read of one region, of one account or of several, to look things up in.
// It does not change, and may be asked by several at once.
type Network struct {
	accounts map[string]*Account
	lists    map[string][]netip.Prefix

	// owners are the owners of VPCs. One that is missing may be in a list that was not read:
	// ownerless says which these are.
	owners    map[string]string
	ownerless []Code

	tables     map[string]tableChoice // of subnets that have one of their own
	mainTables map[string]tableChoice // of VPCs
	edgeTables map[string]tableChoice // of VPCs: that of the internet gateway
	gateways   map[string]*InternetGateway
	acls       map[string]*NetworkACL // of subnets
	exclusions map[excluded][]*Exclusion
	unplaced   map[string]bool // accounts with an exclusion of which nobody knows where it belongs
	groupVPCs  map[string][]*GroupVPC

	users     map[string][]*Interface // of groups
	boxes     map[string][]Code       // of VPCs: what is not known through its middleboxes
	endpoints map[string]endpoints    // of VPCs
	balancers map[balancerName]*balancer
	ways      map[endpoint][]way

	mu       sync.Mutex
	passages map[place]*passage // those that were asked for
}

// A place is where an interface is.
type place struct{ vpc, subnet string }

// An excluded VPC or subnet is one that an account excludes. Only that of the owner counts.
type excluded struct{ account, resource string }

// A tableChoice is the route table of a subnet, VPC or internet gateway. It is in doubt while an
// association changes.
type tableChoice struct {
	table *RouteTable
	doubt bool
}

// endpoints are the gateway load balancer endpoints of a VPC, as their interfaces name them.
type endpoints struct {
	ids     map[string]Code // with what is behind them
	unnamed bool            // there is one more, of which the ID is not known
}

// Around puts accounts together with those of their region that decide what the internet reaches
// of what they see: the owners of the VPCs that they see, and of those that these see. The function
// gives an account by its ID, or nil if it was not read.
func Around(other func(id string) (*Account, error), accounts ...*Account) ([]*Account, error) {
	all := accounts
	var asked []string
	for _, a := range accounts {
		asked = append(asked, a.ID)
	}
	for i := 0; i < len(all); i++ {
		for _, id := range all[i].landlords() {
			if slices.Contains(asked, id) {
				continue
			}
			asked = append(asked, id)
			a, err := other(id)
			if err != nil {
				return nil, err
			}
			if a != nil {
				all = append(all, a)
			}
		}
	}
	return all, nil
}

// landlords are the owners of the VPCs that the account sees.
func (a *Account) landlords() []string {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, v := range a.VPCs.Items {
		add(v.OwnerID)
	}
	for _, s := range a.Subnets.Items {
		add(s.OwnerID)
	}
	return ids
}

// NewNetwork puts the accounts' parts of one region together, which must not change afterwards.
// What one of them does not see of a VPC that is shared with it, its owner sees. Where both see
// something, the owner's word counts.
func NewNetwork(accounts ...*Account) *Network {
	n := &Network{
		accounts: map[string]*Account{}, lists: map[string][]netip.Prefix{}, owners: map[string]string{},
		tables: map[string]tableChoice{}, mainTables: map[string]tableChoice{}, edgeTables: map[string]tableChoice{}, gateways: map[string]*InternetGateway{},
		acls: map[string]*NetworkACL{}, exclusions: map[excluded][]*Exclusion{}, unplaced: map[string]bool{},
		groupVPCs: map[string][]*GroupVPC{}, users: map[string][]*Interface{}, boxes: map[string][]Code{},
		endpoints: map[string]endpoints{}, balancers: map[balancerName]*balancer{}, ways: map[endpoint][]way{}, passages: map[place]*passage{},
	}
	for _, a := range accounts {
		for i := range a.LoadBalancers {
			n.addBalancer(&a.LoadBalancers[i])
		}
	}
	ownerless := codes{}
	for _, a := range accounts {
		if a.ID != "" {
			n.accounts[a.ID] = a
		}
		for _, v := range a.VPCs.Items {
			n.addOwner(v.ID, v.OwnerID)
		}
		for _, s := range a.Subnets.Items {
			n.addOwner(s.VPCID, s.OwnerID)
		}
		if !a.VPCs.Whole {
			ownerless.add(VPCsNotRead)
		}
		if !a.Subnets.Whole {
			ownerless.add(SubnetsNotRead)
		}
	}
	if n.ownerless = ownerless.sorted(); n.ownerless == nil {
		n.ownerless = []Code{ForeignAccount}
	}
	for _, a := range accounts {
		for id, entries := range a.PrefixLists {
			n.lists[id] = entries
		}
		if a.RouteTables.Whole { // else another table may have an association that matters
			for i := range a.RouteTables.Items {
				if t := &a.RouteTables.Items[i]; n.counts(a, t.VPCID, func(own *Account) bool { return own.RouteTables.Whole }) {
					n.addTable(t)
				}
			}
		}
		for i := range a.InternetGateways.Items {
			n.gateways[a.InternetGateways.Items[i].ID] = &a.InternetGateways.Items[i]
		}
		for i := range a.NetworkACLs.Items {
			if x := &a.NetworkACLs.Items[i]; n.counts(a, x.VPCID, func(own *Account) bool { return own.NetworkACLs.Whole }) {
				for _, subnet := range x.SubnetIDs {
					n.acls[subnet] = x
				}
			}
		}
		for i := range a.Exclusions.Items {
			n.addExclusion(a, &a.Exclusions.Items[i])
		}
		for i := range a.GroupVPCs.Items {
			g := &a.GroupVPCs.Items[i]
			n.groupVPCs[g.GroupID] = append(n.groupVPCs[g.GroupID], g)
		}
	}
	// The owner of a VPC and a participant may both see an interface, which is one.
	seen := map[string]bool{}
	for _, own := range []bool{true, false} {
		for _, a := range accounts {
			for i := range a.Interfaces.Items {
				if x := &a.Interfaces.Items[i]; (x.OwnerID == a.ID) == own && !seen[x.ID] {
					seen[x.ID] = true
					n.addInterface(x)
				}
			}
		}
	}
	return n
}

// counts reports whether it counts what an account sees of a VPC: unless it is not the owner, and
// the owner's list was read whole.
func (n *Network) counts(a *Account, vpc string, whole func(own *Account) bool) bool {
	own, _ := n.owner(vpc)
	return own == nil || own == a || !whole(own)
}

func (n *Network) addOwner(vpc, owner string) {
	if owner != "" {
		n.owners[vpc] = owner
	}
}

func (n *Network) addTable(t *RouteTable) {
	for _, a := range t.Associations {
		of, id := n.tables, a.SubnetID
		switch {
		case a.Main:
			of, id = n.mainTables, t.VPCID
		case strings.HasPrefix(a.GatewayID, "igw-"):
			of, id = n.edgeTables, t.VPCID
		case a.GatewayID != "":
			continue // what comes from a virtual private gateway is not the internet
		}
		switch a.State {
		case "", "associated":
			choice, more := of[id]
			of[id] = tableChoice{t, choice.doubt || more && choice.table.ID != t.ID}
		case "disassociated", "failed":
		default:
			of[id] = tableChoice{t, true}
		}
	}
}

func (n *Network) addExclusion(a *Account, e *Exclusion) {
	resource := e.ResourceARN[strings.LastIndex(e.ResourceARN, ":")+1:]
	kind, id, _ := strings.Cut(resource, "/")
	if id == "" || kind != "vpc" && kind != "subnet" {
		n.unplaced[a.ID] = n.unplaced[a.ID] || e.opens() != rule.No
		return
	}
	of := excluded{a.ID, id}
	n.exclusions[of] = append(n.exclusions[of], e)
}

func (n *Network) addInterface(i *Interface) {
	for _, g := range i.GroupIDs {
		if users := n.users[g]; len(users) == 0 || users[len(users)-1] != i {
			n.users[g] = append(users, i)
		}
	}
	through := i.middlebox()
	if b := n.balancer(i); b != nil {
		if b.nodes = append(b.nodes, i); b.isWhole() {
			through = ""
		}
	}
	if through != "" && !slices.Contains(n.boxes[i.VPCID], through) {
		n.boxes[i.VPCID] = append(n.boxes[i.VPCID], through)
	}
	if i.Type == "gateway_load_balancer_endpoint" {
		e := n.endpoints[i.VPCID]
		if id := endpointID(i.Description); id == "" {
			e.unnamed = true
		} else {
			if e.ids == nil {
				e.ids = map[string]Code{}
			}
			e.ids[id] = GatewayLoadBalancer
			if strings.Contains(strings.ToLower(i.Description), "firewall") {
				e.ids[id] = NetworkFirewall
			}
		}
		n.endpoints[i.VPCID] = e
	}
}

// owner is the account that owns a VPC, which sees all that is in it, so that what it does not
// see is not there. It is nil, with the reasons, if it is not one of the network.
func (n *Network) owner(vpc string) (*Account, []Code) {
	id, known := n.owners[vpc]
	if !known {
		return nil, n.ownerless
	}
	if a := n.accounts[id]; a != nil {
		return a, nil
	}
	return nil, []Code{ForeignAccount}
}

// table is the route table of a subnet: its own, or the main one of its VPC. It is nil, with the
// reasons, if that is not known. Whether a subnet has none of its own, only the owner of the VPC
// can tell.
func (n *Network) table(where place) (*RouteTable, []Code) {
	choice, explicit := n.tables[where.subnet]
	if !explicit {
		own, because := n.owner(where.vpc)
		switch {
		case own == nil:
			return nil, because
		case !own.RouteTables.Whole:
			return nil, []Code{RouteTablesNotRead}
		}
		choice = n.mainTables[where.vpc]
	}
	if choice.table == nil || choice.doubt {
		return nil, []Code{RouteTablesNotRead}
	}
	return choice.table, nil
}

// entries are the addresses of a route's destination. It reports false if they are those of a
// prefix list that was not read.
func (n *Network) entries(r *Route) ([]netip.Prefix, bool) {
	if r.PrefixListID == "" {
		return []netip.Prefix{r.Destination}, true
	}
	entries, read := n.lists[r.PrefixListID]
	return entries, read
}
