package fakeaws

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
)

const (
	ec2Version   = "2016-11-15"
	ec2Namespace = "http://ec2.amazonaws.com/doc/" + ec2Version + "/"
)

var ec2API = &api{
	content: "text/xml;charset=UTF-8",
	actions: map[string]func(*call) (any, error){
		"DescribeRegions":                        describeRegions,
		"DescribeSecurityGroups":                 describeSecurityGroups,
		"DescribeSecurityGroupRules":             describeSecurityGroupRules,
		"DescribeManagedPrefixLists":             describeManagedPrefixLists,
		"GetManagedPrefixListEntries":            getManagedPrefixListEntries,
		"DescribeNetworkInterfaces":              describeNetworkInterfaces,
		"DescribeVpcs":                           describeVpcs,
		"DescribeSubnets":                        describeSubnets,
		"DescribeRouteTables":                    describeRouteTables,
		"DescribeInternetGateways":               describeInternetGateways,
		"DescribeNetworkAcls":                    describeNetworkAcls,
		"DescribeVpcBlockPublicAccessOptions":    describeVpcBlockPublicAccessOptions,
		"DescribeVpcBlockPublicAccessExclusions": describeVpcBlockPublicAccessExclusions,
		"DescribeSecurityGroupVpcAssociations":   describeSecurityGroupVpcAssociations,
		"AuthorizeSecurityGroupIngress":          authorizeSecurityGroupIngress,
		"RevokeSecurityGroupIngress":             revokeSecurityGroupIngress,
	},
	// An answer is the elements of the response other than the request's ID.
	answer: func(c *call, answer any) []byte {
		children := append([]element{text("requestId", c.requestID())}, answer.([]element)...)
		return document(node(c.action+"Response", children...), ec2Namespace, c.order)
	},
	failure: func(c *call, e *apiError) []byte {
		return document(node("Response",
			node("Errors", node("Error", text("Code", e.code), text("Message", e.message))),
			text("RequestID", c.requestID()),
		), "", nil)
	},
}

// contents returns what the caller's account has in the call's region.
func (c *call) contents() *Region { return c.caller.account.Regions[c.region] }

// arn returns the ARN of a resource in the call's region.
func (c *call) arn(owner, kind, id string) string {
	return fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", partition(c.region), c.region, owner, kind, id)
}

var longID = regexp.MustCompile(`^[a-z]+-([0-9a-f]{8}|[0-9a-f]{17})$`)

// A resource is how calls choose among EC2's things of one type.
type resource[T any] struct {
	// param is the parameter that names things by ID, prefix what the IDs begin with.
	param, prefix string
	// malformed and missing are the codes of errors about IDs, noun is what messages call a thing.
	malformed, missing, noun string
	// least and most are the limits of MaxResults.
	least, most int
	// id gives a thing's ID, field the values of the field that a filter is named after,
	// or false if there is no such field.
	id    func(*T) string
	field func(thing *T, name string) ([]string, bool)
}

// page returns the call's page of those things that it asks for, and the token for the next.
func (r *resource[T]) page(c *call, all iter.Seq[*T]) ([]*T, string, error) {
	meets, err := where(c, r.field)
	if err != nil {
		return nil, "", err
	}
	found := map[string]bool{}
	for _, id := range c.values(r.param) {
		if !strings.HasPrefix(id, r.prefix) || !longID.MatchString(id) {
			return nil, "", fail(400, r.malformed, `Invalid id: "%s" (expecting "%s...")`, id, r.prefix)
		}
		found[id] = false
	}
	some := filtered(all, func(thing *T) bool {
		if len(found) > 0 {
			if _, asked := found[r.id(thing)]; !asked {
				return false
			}
			found[r.id(thing)] = true
		}
		return meets(thing)
	})
	if len(found) > 0 {
		// All have to be looked at to know which are missing. Otherwise looking ends with the page.
		some = slices.Values(slices.Collect(some))
	}
	for id, ok := range found {
		if !ok {
			return nil, "", r.notFound(id)
		}
	}
	usual := c.server.world.PageSize
	if usual <= 0 {
		usual = 1000
	}
	return page(c, some, r.least, r.most, min(usual, r.most))
}

func (r *resource[T]) notFound(id string) error {
	return fail(400, r.missing, "The %s '%s' does not exist", r.noun, id)
}

func filtered[T any](all iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for thing := range all {
			if keep(thing) && !yield(thing) {
				return
			}
		}
	}
}

// pointers returns the addresses of copies of the things, with what is derived filled in.
func pointers[T any](things []T, complete func(*T)) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, thing := range things {
			complete(&thing)
			if !yield(&thing) {
				return
			}
		}
	}
}
