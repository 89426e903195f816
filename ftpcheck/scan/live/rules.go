package live

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
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
	var index ec2.RuleIndex
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
		if r.joined, err = rules.all(r.joined[:0]); err != nil {
			return err
		}
		index.Set(r.joined)
		if problem := index.JoinAll(batch); r.contradiction == "" {
			r.contradiction = problem
		}
		if r.request.Recorder != nil {
			if err := r.keepRules(rules.json); err != nil {
				return err
			}
			putBuffer(rules.json)
		}
	}
	return nil
}

func (r *placeReader) rules(ctx context.Context, ids []string) (rulePages, error) {
	recorded, kept := r.request.Recorder != nil, !r.request.Once
	decode := ec2.DecodeRulesBriefly
	if recorded {
		decode = ec2.DecodeRules
	}
	return shared(ctx, r, r.key("rules", strings.Join(ids, ",")), func(ctx context.Context) (rulePages, error) {
		var rules rulePages
		size := int32(groupsPerPage)
		err := r.pages(ctx, "ec2:DescribeSecurityGroupRules", func(pass *paging) askPage {
			if rules = (rulePages{}); !kept {
				rules.rules = r.joined[:0] // which nobody else has
			}
			if recorded {
				rules.json = getBuffer(0)
			}
			var packed []byte // of the page before, to be used again
			return func(ctx context.Context, token *string) (*string, error) {
				var page rulesPage // of the last attempt
				begin := func(body []byte) func(*ec2.Rule) error {
					page = rulesPage{body: body, rules: rules.rules, json: rules.json, kept: kept, recorded: recorded, packed: packed[:0]}
					return page.take
				}
				answer, err := r.client.rules(ctx, &awsec2.DescribeSecurityGroupRulesInput{
					Filters: []types.Filter{{Name: aws.String("group-id"), Values: ids}}, MaxResults: &size, NextToken: token,
				}, awsec2.WithAPIOptions(ec2.RulesDeserializer(decode, begin)))
				if err != nil {
					return nil, err
				}
				for _, id := range page.ids {
					pass.item(id)
				}
				if rules.rules, rules.json = page.rules, page.json; kept {
					rules.packed = append(rules.packed, compress(page.packed))
					packed = page.packed
				}
				putBuffer(page.body)
				return answer.NextToken, nil
			}
		})
		return rules, err
	})
}

// rulePages are security group rules: as groups are joined with them or, to be kept, packed and
// compressed. For the recorder there is their JSON besides.
type rulePages struct {
	rules  []ec2.IndexedRule
	packed [][]byte
	json   []byte
}

// all are all rules. Those that were kept are read into the room.
func (p *rulePages) all(room []ec2.IndexedRule) ([]ec2.IndexedRule, error) {
	if p.packed == nil {
		return p.rules, nil
	}
	for _, kept := range p.packed {
		packed, err := decompress(kept)
		if err != nil {
			return room, err
		}
		var rule ec2.Rule
		for left := packed; len(left) > 0; {
			if left, err = rule.Unpack(left); err != nil {
				return room, err
			}
			room = append(room, ec2.NewIndexedRule(&rule))
		}
		putBuffer(packed)
	}
	return room, nil
}

// rulesPage is one page of rules while it is read.
type rulesPage struct {
	body     []byte
	rules    []ec2.IndexedRule // after those of the pages before
	ids      []string
	kept     bool // packed, until somebody asks
	packed   []byte
	recorded bool
	json     []byte // for the recorder, after that of the pages before
}

// take takes in a rule. Egress rules are passed over.
func (p *rulesPage) take(r *ec2.Rule) error {
	if r.ID.Value == "" || r.GroupID.Value == "" || !r.IsEgress.Present || r.Protocol.Value == "" {
		return lacking("ec2:DescribeSecurityGroupRules", "a rule has no ID, group, direction or protocol")
	}
	p.ids = append(p.ids, r.ID.Value)
	switch {
	case r.IsEgress.Value:
		return nil
	case p.kept:
		p.packed = r.Pack(p.packed)
		return nil
	}
	p.rules = append(p.rules, ec2.NewIndexedRule(r))
	if p.recorded {
		p.json = r.AppendJSON(appendSeparator(p.json))
	}
	return nil
}
