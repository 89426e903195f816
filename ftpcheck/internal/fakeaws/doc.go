// Package fakeaws is AWS as far as this product looks at it: an HTTP server on the
// loopback interface that answers EC2, Elastic Load Balancing, STS, Organizations, AWS Config and KMS,
// so that tests run the real SDK, the real AWS CLI and our real binary against it.
//
// # The model
//
// A [World] has accounts, an [Account] has regions, and a [Region] has security groups,
// prefix lists and network interfaces. All are plain structs with useful zero values: what
// a test leaves out (group IDs, rule IDs, owners, VPCs) is derived from what it says, always
// in the same way. [World.Start] serves a world and stops when the test ends:
//
//	world := &fakeaws.World{Accounts: []*fakeaws.Account{{
//		ID: "111122223333",
//		Regions: map[string]*fakeaws.Region{
//			"us-east-1": {Groups: []fakeaws.Group{{
//				Name:    "ftp",
//				Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}},
//			}}},
//			"eu-west-1": {},
//		},
//	}}}
//	server := world.Start(t)
//	command.Env = append(command.Env, server.Env()...)
//
// One URL serves every account, region and service. As at AWS, the credential scope of the
// request's signature says which is meant; the signature itself is not checked, but the
// access key must be known, and a session token must be the one that came with the key.
//
// An account has exactly the regions that it lists. Calls to any other, or to one that is
// disabled, fail as they do in a region that is not opted in to. Regions of GovCloud and
// China make their account one of that partition.
//
// # What it takes care to get right
//
// The habits of the real services that have bitten clients: absent elements are omitted,
// their order is not promised (Shuffle), a permission for all protocols has no ports in
// DescribeSecurityGroups and -1 in DescribeSecurityGroupRules, rules of both directions come
// together, pages may be short or empty and still have a successor (PageSize, EmptyPages),
// tokens are opaque, bound to their request and may expire (TokenLife), filters that match
// nothing return nothing while unknown IDs are errors, different permissions of one group
// may satisfy different filters, and the three services spell the same failure differently.
//
// # Failures
//
// [World.Faults] makes calls fail, by account, region, action, page or parameter, always, the
// first few times, or with a probability that depends on [World.Seed] and not on timing.
// [World.Throttle] adds EC2's token buckets. [World.AllowOnly] denies every action that a
// least-privilege policy does not name.
//
// # What was asked
//
// The [Server] counts attempts and successes by account, region and action, knows how many
// requests were in flight at once, and with [World.Record] keeps every call's parameters.
//
// # What it is not
//
// It does not verify signatures, evaluate IAM policies, or know default VPCs. Calls return
// what the product reads and little more.
package fakeaws
