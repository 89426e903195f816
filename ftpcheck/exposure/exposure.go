// Package exposure decides which addresses answer the internet on FTP.
package exposure

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"

// Sources are the sources that one security group lets in on the FTP ports.
type Sources struct{}

// NewSources takes them from all ingress permissions of the group, each of them valid.
func NewSources(permissions []*rule.Permission) *Sources { return &Sources{} }

// A Network is what was read of one region, of one account or of several.
type Network struct{}

// NewNetwork puts the accounts' parts of one region together, which must not change afterwards.
func NewNetwork(accounts ...*Account) *Network { return &Network{} }

// Paths judges an interface of the network: IPv4 and IPv6, each on port 20 and 21. The function
// gives the sources of a security group by its ID, or nil if the group was not read.
func (n *Network) Paths(i *Interface, group func(id string) *Sources) []Path { return nil }

// Group says what is reachable through a group, whose sources are nil if it was not read.
func (n *Network) Group(g Group, sources *Sources) GroupExposure { return GroupExposure{} }
