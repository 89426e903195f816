package scan

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2xml"
)

// joinRules completes the groups for which the request wants it with the rules behind
// their permissions.
func (r *placeReader) joinRules(ctx context.Context, groups []*sg.Group) error {
	var concerned []*sg.Group
	for _, g := range groups {
		if r.request.WantsRules(g) {
			concerned = append(concerned, g)
		}
	}
	for batch := range slices.Chunk(concerned, valuesPerCall) {
		var ids []string
		for _, g := range batch {
			ids = append(ids, g.ID)
		}
		slices.Sort(ids)
		rules, err := r.rules(ctx, ids)
		if err != nil {
			return r.missed(err)
		}
		index, err := rules.index()
		if err != nil {
			return err // cannot be: the pages were checked when they came
		}
		for _, g := range batch {
			index.join(g)
		}
		r.rulePages = append(r.rulePages, rules.kept...)
	}
	return nil
}

func (r *placeReader) rules(ctx context.Context, ids []string) (rulePages, error) {
	recorded := r.request.recorder != nil
	return shared(ctx, r, r.key("rules", strings.Join(ids, ",")), func(ctx context.Context) (rulePages, error) {
		var rules rulePages
		size := int32(groupsPerPage)
		answers := ec2.NewDescribeSecurityGroupRulesPaginator(r.client, &ec2.DescribeSecurityGroupRulesInput{
			Filters: []types.Filter{{Name: aws.String("group-id"), Values: ids}}, MaxResults: &size,
		})
		for answers.HasMorePages() {
			var page rulesPage // of the last attempt
			begin := func(body []byte) func(*ec2xml.Rule) error {
				page = rulesPage{body: body, rules: rules.rules, recorded: recorded}
				if !r.request.Once {
					return nil
				}
				return page.take
			}
			if _, err := answers.NextPage(ctx, ec2.WithAPIOptions(ec2xml.RulesDeserializer(begin))); err != nil {
				return rulePages{}, during("ec2:DescribeSecurityGroupRules", err)
			}
			if rules.rules = page.rules; !r.request.Once {
				rules.xml = append(rules.xml, compress(page.body))
			}
			giveBack(page.body)
			if err := rules.kept.add(page.answer, recorded); err != nil {
				return rulePages{}, err
			}
		}
		return rules, nil
	})
}

// rulePages are security group rules: as groups are joined with them or, to be kept, as the
// XML that AWS gave, compressed. For the recorder there is what AWS gave besides.
type rulePages struct {
	rules []indexedRule
	xml   [][]byte
	kept  pages
}

// index decodes what has not been yet.
func (p *rulePages) index() (ruleIndex, error) {
	page := rulesPage{rules: p.rules}
	for _, kept := range p.xml {
		xml, err := decompress(kept)
		if err != nil {
			return nil, err
		}
		_, err = ec2xml.DecodeRules(xml, page.take)
		if err != nil {
			return nil, err
		}
		giveBack(xml)
	}
	return newRuleIndex(page.rules), nil
}

// rulesPage is one page of rules while it is read.
type rulesPage struct {
	body     []byte
	rules    []indexedRule // after those of the pages before
	recorded bool
	answer   []types.SecurityGroupRule // as AWS gave them, for the recorder
}

// take takes in a rule. Egress rules are passed over.
func (p *rulesPage) take(r *ec2xml.Rule) error {
	if r.IsEgress.Value {
		return nil
	}
	p.rules = append(p.rules, newIndexedRule(r))
	if p.recorded {
		p.answer = append(p.answer, *r.SecurityGroupRule())
	}
	return nil
}

// ruleIndex finds the security group rule behind a permission. DescribeSecurityGroups
// gives permissions without rule IDs and DescribeSecurityGroupRules gives rules without
// the group around them; they meet in (group, protocol, ports, source), which AWS keeps
// unique.
type ruleIndex map[groupRule]securityGroupRule

// groupRule identifies a rule among those of all groups.
type groupRule struct {
	group string
	rule  sg.RuleIdentity
}

type securityGroupRule struct {
	id   string
	tags map[string]string
}

// An indexedRule is an ingress rule and where it belongs in a ruleIndex.
type indexedRule struct {
	groupRule
	securityGroupRule
}

func newIndexedRule(r *ec2xml.Rule) indexedRule {
	source := cmp.Or(r.CIDRIPv4.Value, r.CIDRIPv6.Value, r.PrefixListID.Value)
	if r.IsReference {
		source = r.Referenced.GroupID.Value
	}
	return indexedRule{
		groupRule{r.GroupID.Value, sg.Identify(r.Protocol.Value, r.FromPort.Ptr(), r.ToPort.Ptr(), source)},
		securityGroupRule{strings.Clone(r.ID.Value), tagMap(r.Tags)}, // without what it shares memory with
	}
}

func newRuleIndex(rules []indexedRule) ruleIndex {
	x := make(ruleIndex, len(rules))
	for _, r := range rules {
		x.add(r)
	}
	return x
}

func (x ruleIndex) add(r indexedRule) { x[r.groupRule] = r.securityGroupRule }

// join sets the rule ID and rule tags of each permission of the group whose rule is
// known.
func (x ruleIndex) join(g *sg.Group) {
	for _, p := range g.Permissions {
		if r, ok := x[groupRule{g.ID, p.Identity()}]; ok {
			p.RuleID, p.RuleTags = r.id, r.tags
		}
	}
}
