package fakeaws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The organization's ID, and that of its root.
const (
	organizationID = "o-fakeaws000"
	rootID         = "r-fake"
)

var organizationsAPI = &api{
	content: "application/x-amz-json-1.1",
	actions: map[string]func(*call) (any, error){
		"DescribeOrganization":             describeOrganization,
		"ListRoots":                        listRoots,
		"ListAccounts":                     listAccounts,
		"ListAccountsForParent":            listAccountsForParent,
		"ListOrganizationalUnitsForParent": listOrganizationalUnitsForParent,
	},
	answer: func(c *call, answer any) []byte {
		b, _ := json.Marshal(answer)
		return b
	},
	failure: func(c *call, e *apiError) []byte {
		b, _ := json.Marshal(map[string]string{"__type": e.code, "Message": e.message})
		return b
	},
}

// organization returns the organization of the caller's account. Unless anybody in it may
// ask, the account must be the one that manages it, or a delegate.
func (c *call) organization(anybody bool) (*Organization, error) {
	o := c.server.world.Organization
	if o == nil || c.caller.account.Standalone {
		return nil, fail(400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	}
	if !anybody && c.account() != c.management() && !slices.Contains(o.Delegates, c.account()) {
		return nil, fail(400, "AccessDeniedException", "You don't have permissions to access this resource.")
	}
	return o, nil
}

// management is the ID of the management account.
func (c *call) management() string {
	if id := c.server.world.Organization.Management; id != "" {
		return id
	}
	return c.server.world.Accounts[0].ID
}

// orgARN returns the ARN of something in the organization.
func (c *call) orgARN(format string, args ...any) string {
	return fmt.Sprintf("arn:%s:organizations::%s:", partition(c.region), c.management()) + fmt.Sprintf(format, args...)
}

// members returns the accounts in the organization that are not in a unit, or that are in one
// if its account IDs are given.
func (c *call) members(in func(id string) bool) []*Account {
	var members []*Account
	for _, a := range c.server.world.Accounts {
		if !a.Standalone && in(a.ID) {
			members = append(members, a)
		}
	}
	return members
}

func describeOrganization(c *call) (any, error) {
	if _, err := c.organization(true); err != nil {
		return nil, err
	}
	id := c.management()
	return map[string]any{"Organization": map[string]any{
		"Id":                 organizationID,
		"Arn":                c.orgARN("organization/%s", organizationID),
		"FeatureSet":         "ALL",
		"MasterAccountId":    id,
		"MasterAccountArn":   c.orgARN("account/%s/%s", organizationID, id),
		"MasterAccountEmail": c.server.world.account(id).email(),
	}}, nil
}

func listRoots(c *call) (any, error) {
	if _, err := c.organization(false); err != nil {
		return nil, err
	}
	return map[string]any{"Roots": []any{map[string]any{
		"Id": rootID, "Arn": c.orgARN("root/%s/%s", organizationID, rootID), "Name": "Root", "PolicyTypes": []any{},
	}}}, nil
}

func listAccounts(c *call) (any, error) {
	if _, err := c.organization(false); err != nil {
		return nil, err
	}
	return c.accountsPage(c.members(func(string) bool { return true }))
}

func listAccountsForParent(c *call) (any, error) {
	o, err := c.organization(false)
	if err != nil {
		return nil, err
	}
	parent, err := c.parent(o)
	if err != nil {
		return nil, err
	}
	return c.accountsPage(c.members(func(id string) bool {
		if parent.ID == rootID {
			return !inUnits(o.Units, id)
		}
		return slices.Contains(parent.Accounts, id)
	}))
}

// inUnits tells whether the account is in one of the units, at any depth.
func inUnits(units []Unit, account string) bool {
	return slices.ContainsFunc(units, func(u Unit) bool {
		return slices.Contains(u.Accounts, account) || inUnits(u.Units, account)
	})
}

func listOrganizationalUnitsForParent(c *call) (any, error) {
	o, err := c.organization(false)
	if err != nil {
		return nil, err
	}
	parent, err := c.parent(o)
	if err != nil {
		return nil, err
	}
	units, next, err := page(c, slices.Values(parent.Units), 1, 20, 20)
	if err != nil {
		return nil, err
	}
	shown := []any{}
	for _, u := range units {
		shown = append(shown, map[string]any{
			"Id": u.id(), "Arn": c.orgARN("ou/%s/%s", organizationID, u.id()), "Name": u.Name,
		})
	}
	return withToken(map[string]any{"OrganizationalUnits": shown}, next), nil
}

// parent returns the root or unit that the call names, the root as a unit of all others.
func (c *call) parent(o *Organization) (*Unit, error) {
	id := c.params.Get("ParentId")
	root := Unit{ID: rootID, Units: o.Units}
	if u := root.find(id); u != nil {
		return u, nil
	}
	return nil, fail(400, "ParentNotFoundException", "You specified a parent that doesn't exist.")
}

func (u *Unit) find(id string) *Unit {
	if u.id() == id {
		return u
	}
	for i := range u.Units {
		if found := u.Units[i].find(id); found != nil {
			return found
		}
	}
	return nil
}

func (u *Unit) id() string {
	if u.ID == "" {
		return UnitID(u.Name)
	}
	return u.ID
}

// UnitID returns the ID that an organizational unit without one gets.
func UnitID(name string) string {
	return "ou-fake-" + strings.TrimPrefix(derivedID("ou", name), "ou-")[:8]
}

func (a *Account) name() string {
	if a.Name == "" {
		return "account-" + a.ID
	}
	return a.Name
}

func (a *Account) email() string {
	if a.Email == "" {
		return a.name() + "@example.com"
	}
	return a.Email
}

func (c *call) accountsPage(accounts []*Account) (any, error) {
	some, next, err := page(c, slices.Values(accounts), 1, 20, 20)
	if err != nil {
		return nil, err
	}
	shown := []any{}
	for _, a := range some {
		// Status, the older field, knows fewer states than State.
		status := a.state()
		switch status {
		case "CLOSED":
			status = "SUSPENDED"
		case "PENDING_ACTIVATION":
			status = "ACTIVE"
		}
		shown = append(shown, map[string]any{
			"Id": a.ID, "Arn": c.orgARN("account/%s/%s", organizationID, a.ID),
			"Name": a.name(), "Email": a.email(), "Status": status, "State": a.state(),
			"JoinedMethod": "CREATED", "JoinedTimestamp": 1600000000.5,
		})
	}
	return withToken(map[string]any{"Accounts": shown}, next), nil
}

func withToken(answer map[string]any, next string) map[string]any {
	if next != "" {
		answer["NextToken"] = next
	}
	return answer
}
