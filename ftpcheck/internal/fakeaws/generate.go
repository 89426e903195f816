package fakeaws

import "fmt"

// Generate returns a world of any size that takes no memory to speak of: an organization of
// so many accounts, each with these regions, each with so many groups. The groups come from
// [GeneratedGroup] when they are asked for, and cannot be changed by calls.
func Generate(accounts int, regions []string, groups int) *World {
	contents := &Region{Generated: groups, Generate: GeneratedGroup}
	shared := make(map[string]*Region, len(regions))
	for _, name := range regions {
		shared[name] = contents
	}
	w := &World{Organization: &Organization{}}
	for i := range accounts {
		w.Accounts = append(w.Accounts, &Account{
			ID:      fmt.Sprintf("%012d", 100_000_000_000+i),
			Name:    fmt.Sprintf("generated-%d", i),
			Regions: shared,
		})
	}
	return w
}

// GeneratedGroup returns a group with four inbound permissions. Every tenth, from index 0,
// lets the whole IPv4 internet in on port 21.
func GeneratedGroup(account, region string, index int) Group {
	name := fmt.Sprintf("generated-%d", index)
	id := GroupID(account, region, name)
	source := "10.0.0.0/8"
	if index%10 == 0 {
		source = "0.0.0.0/0"
	}
	return Group{
		ID:   id,
		Name: name,
		Tags: map[string]string{"Name": name},
		Ingress: []Permission{
			{Protocol: "tcp", From: 21, To: 21, CIDR4: source},
			{Protocol: "tcp", From: 443, To: 443, CIDR4: "0.0.0.0/0"},
			{Protocol: "tcp", From: 443, To: 443, CIDR6: "::/0"},
			{Protocol: "-1", Group: id},
		},
	}
}
