package live

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
)

// A jsonList is a list of an answer that is JSON, and what its elements are.
type jsonList struct {
	name     string
	elements jsontext.Kind
}

// jsonLists are the lists of the answers that are JSON, by action. All other answers are XML.
var jsonLists = map[string]jsonList{
	"ListAccounts":                                 {"Accounts", '{'},
	"ListAccountsForParent":                        {"Accounts", '{'},
	"ListOrganizationalUnitsForParent":             {"OrganizationalUnits", '{'},
	"DescribeConfigurationAggregators":             {"ConfigurationAggregators", '{'},
	"DescribeConfigurationAggregatorSourcesStatus": {"AggregatedSourceStatusList", '{'},
	"GetAggregateDiscoveredResourceCounts":         {"GroupedResourceCounts", '{'},
	"SelectAggregateResourceConfig":                {"Results", '"'},
}

// checkAnswer returns an error unless a body without an error is what AWS says to the action.
// The SDK takes anything for an answer without results, such as the page of a proxy, or nothing
// at all: an account without security groups.
func checkAnswer(action string, body []byte) error {
	if list, ok := jsonLists[action]; ok {
		return checkJSON(body, list)
	}
	if elb.Knows(action) {
		return elb.Check(action, body)
	}
	switch action {
	case "DescribeSecurityGroups", "DescribeSecurityGroupRules":
		if root := action + "Response"; !bytes.Contains(body, []byte("<"+root)) {
			return &ec2.ShapeError{Problem: "it has no root element " + root}
		}
		return nil // the rest is checked while it is decoded
	}
	return ec2.Check(action, body)
}

// checkJSON returns an error unless the body is an object with the list, which holds what it should.
func checkJSON(body []byte, list jsonList) error {
	d := jsontext.NewDecoder(bytes.NewReader(body))
	if d.PeekKind() != '{' {
		return &ec2.ShapeError{Problem: "it is no JSON object"}
	}
	d.ReadToken()
	found := false
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return &ec2.ShapeError{Problem: "it is no valid JSON"}
		}
		if name.String() != list.name {
			if err := d.SkipValue(); err != nil {
				return &ec2.ShapeError{Problem: "it is no valid JSON"}
			}
			continue
		}
		found = true
		if d.PeekKind() != '[' {
			return &ec2.ShapeError{Problem: fmt.Sprintf("its %s is no list", list.name)}
		}
		d.ReadToken()
		for d.PeekKind() != ']' {
			if d.PeekKind() != list.elements || d.SkipValue() != nil {
				return &ec2.ShapeError{Problem: fmt.Sprintf("its %s holds something else than %s", list.name, map[jsontext.Kind]string{'{': "objects", '"': "texts"}[list.elements])}
			}
		}
		d.ReadToken()
	}
	d.ReadToken()
	if _, err := d.ReadToken(); err != io.EOF {
		return &ec2.ShapeError{Problem: "it is no valid JSON"}
	}
	if !found {
		return &ec2.ShapeError{Problem: "it has no " + list.name}
	}
	return nil
}
