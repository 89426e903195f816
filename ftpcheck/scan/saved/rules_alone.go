package saved

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// rulesAlone makes groups of security group rules, which have all that the verdict needs, where
// nobody saved the groups. A group that has none is in no rule, and lets nobody in.
type rulesAlone struct {
	*awsCLI
	groups map[string]*groupOfRules
	in     map[*sg.Coverage][]*groupOfRules // by the first file with a rule of them, in order
}

// A groupOfRules is a group of which only the rules are known.
type groupOfRules struct {
	id, owner, region string
	rules             map[string]bool // IDs, of all that have been read
	ingress           []types.SecurityGroupRule
}

// aloneRules are the files of rules beside which no file may have the groups of the same place.
func (r *savedRead) aloneRules(groupFiles []*sg.Coverage) []*sg.Coverage {
	if r.replayed != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.ruleFiles), func(c *sg.Coverage) bool {
		account, region := placeOf(c.Origin)
		return c.Status != sg.StatusScanned || slices.Contains(groupFiles, c) || slices.ContainsFunc(groupFiles, func(g *sg.Coverage) bool {
			a, r := placeOf(g.Origin)
			return !differ(a, account) && !differ(r, region)
		})
	})
}

// collect reads the rules of the file. Those of one group may be in several, so all are read before
// any group is handed over.
func (a *rulesAlone) collect(ctx context.Context, c *sg.Coverage, by Decoder) error {
	d, err := a.open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	return by.(ruleReader).readRules(d, c, func(r *types.SecurityGroupRule) error { return a.add(c, r) })
}

// A ruleReader is a decoder of files that may have security group rules.
type ruleReader interface {
	readRules(d *document.Document, c *sg.Coverage, handle func(*types.SecurityGroupRule) error) error
}

func (a *awsCLI) readRules(d *document.Document, c *sg.Coverage, handle func(*types.SecurityGroupRule) error) error {
	s, err := shapeOf(d)
	if err != nil {
		return err
	}
	f := &cliFile{awsCLI: a, c: c, shape: s}
	return f.each(d, func(of *answer) error {
		if of.content != contentRules {
			return d.SkipValue()
		}
		return each(f, d, handle, anyCase)
	})
}

// add takes in a rule.
func (a *rulesAlone) add(c *sg.Coverage, r *types.SecurityGroupRule) error {
	var x ec2.Rule
	x.Read(r)
	if bad := x.Check(); bad != nil {
		return bad
	}
	g := a.groups[x.GroupID.Value]
	if g == nil {
		g = &groupOfRules{id: x.GroupID.Value, rules: map[string]bool{}}
		a.groups[g.id] = g
		a.in[c] = append(a.in[c], g)
	}
	owner, region := x.GroupOwnerID.Value, ec2.RegionOf(x.ARN.Value)
	if _, at := placeOf(c.Origin); region == "" {
		region = at
	}
	if differ(g.owner, owner) || differ(g.region, region) {
		return &sg.BadValue{Problem: "security group rule " + x.ID.Value + " says that security group " + g.id + " is of another account or region than a rule before it. Save the rules again"}
	}
	g.owner, g.region = cmp.Or(g.owner, owner), cmp.Or(g.region, region)
	if !x.IsEgress.Value && !g.rules[x.ID.Value] {
		g.ingress = append(g.ingress, *r)
	}
	g.rules[x.ID.Value] = true
	return nil
}

// Groups hands over the groups whose first rule is in the file.
func (a *rulesAlone) Groups(_ *document.Document, c *sg.Coverage, hand func(*sg.Group) error) error {
	var first *sg.BadValue
	for _, of := range a.in[c] {
		g, bad := ec2.GroupOfRules(of.id, of.ingress)
		if bad == nil {
			g.OwnerID = of.owner
			g.Locate("", of.region, g.OwnerID)
			a.onlyRules[place{g.OwnerID, g.Region}] = true
			err := hand(g)
			if !asBadValue(err, &bad) && err != nil {
				return err
			}
		}
		if first == nil {
			first = bad
		}
	}
	if first != nil {
		return &document.Error{Code: document.InvalidValue, Problem: first.Problem, Offset: -1}
	}
	c.ErrorCode = sg.CodeRulesOnly
	c.ErrorMessage = "the security groups were made of their rules: their names, VPCs and tags are not known, and those without any rule are not among them"
	return nil
}
