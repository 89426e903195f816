package ec2

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// Absence is not emptiness. To the SDK, an answer without its list is an answer whose list is
// empty, and so is one whose list holds something else than items. Here an answer has the shape
// that AWS gives it, or it is none.

// A ShapeError says in what a body is not an answer of AWS, though it may be XML.
type ShapeError struct {
	Problem string // as in "it has no securityGroupInfo"
}

func (e *ShapeError) Error() string { return "this is no answer of AWS: " + e.Problem }

// lists are the elements that hold items and nothing else.
var lists = func() (set [len(names)]bool) {
	for _, e := range []element{
		associationSet, attachmentSet, cidrBlockAssociationSet, entrySet, groups, groupSet, internetGatewaySet,
		ipPermissions, ipPermissionsEgress, ipRanges, ipv6AddressesSet, ipv6CIDRBlockAssociationSet, ipv6Ranges,
		networkACLSet, networkInterfaceSet, prefixListIDs, prefixListSet, privateIPAddressesSet, propagatingVGWSet,
		regionInfo, routeSet, routeTableSet, securityGroupInfo, securityGroupRuleSet, securityGroupVPCAssociationSet,
		subnetSet, tagSet, vpcBlockPublicAccessExclusionSet, vpcSet,
	} {
		set[e] = true
	}
	return set
}()

// answerLists are the lists of answers, by action. Other answers have none.
var answerLists = map[string]element{
	"DescribeInternetGateways":               internetGatewaySet,
	"DescribeManagedPrefixLists":             prefixListSet,
	"DescribeNetworkAcls":                    networkACLSet,
	"DescribeNetworkInterfaces":              networkInterfaceSet,
	"DescribeRegions":                        regionInfo,
	"DescribeRouteTables":                    routeTableSet,
	"DescribeSecurityGroupRules":             securityGroupRuleSet,
	"DescribeSecurityGroupVpcAssociations":   securityGroupVPCAssociationSet,
	"DescribeSecurityGroups":                 securityGroupInfo,
	"DescribeSubnets":                        subnetSet,
	"DescribeVpcBlockPublicAccessExclusions": vpcBlockPublicAccessExclusionSet,
	"DescribeVpcs":                           vpcSet,
	"GetManagedPrefixListEntries":            entrySet,
}

// answerElements are the elements of answers that have one in the place of a list.
var answerElements = map[string]element{
	"DescribeVpcBlockPublicAccessOptions": vpcBlockPublicAccessOptions,
}

// Check returns an error unless a body has the shape of AWS's answer to an action: the root
// element of that name, its list or only element exactly once, and in every list items, with
// nothing between them but white space and comments. Its errors are those of [Decode], which checks the same.
func Check(action string, body []byte) error {
	d := newDecoder(body, false)
	defer memories.Put(d.memory)
	if only, ok := answerElements[action]; ok {
		return checkShape(body, action+"Response", only)
	}
	list := answerLists[action]
	_, ok := readAnswer(d, action+"Response", list, func(d *decoder, t tag, _ *struct{}) { d.inside(t) }, nil)
	if ok && !d.odd {
		return nil
	}
	return checkShape(body, action+"Response", list)
}

// inside reads all that is in an element, with an eye on its lists.
func (s *scanner) inside(t tag) {
	if s.depth == deepest {
		s.stopped = true
	}
	s.depth++
	var seen [len(names)]bool
	for c := s.child(t); c.element != end; c = s.child(t) {
		s.odd = s.odd || seen[c.element] && lists[c.element]
		seen[c.element] = true
		s.inside(c)
	}
	s.depth--
}

// other reads an element that nobody asked for.
func (s *scanner) other(t tag) {
	s.odd = s.odd || lists[t.element] // which may come once
	s.inside(t)
}

// child is next with an eye on lists: what one of them should not hold makes the body odd,
// which is to be looked at by checkShape.
func (s *scanner) child(parent tag) tag {
	from := s.at
	c := s.next(parent)
	if !lists[parent.element] || s.stopped || parent.empty {
		return c
	}
	if c.element != end && c.element != item {
		s.odd = true
	}
	if s.spaced {
		return c
	}
	upTo := c.start - 1
	if c.element == end {
		upTo = s.at - (parent.end - parent.start) - len("</>")
	}
	if upTo > from && !blank(s.body[from:upTo]) {
		s.odd = true
	}
	return c
}

func blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// deepestShape is how deep elements may be in each other. AWS's are ten deep.
const deepestShape = 1000

// checkShape does what Check does, slowly, and says what is wrong.
func checkShape(body []byte, rootName string, list element) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	root, err := rootElement(d)
	if err != nil {
		return malformed(err)
	}
	if root != rootName {
		return malformed(&ShapeError{fmt.Sprintf("its root element is %.40q, not %s", root, rootName)})
	}
	problem := "" // the first; what is not even XML comes before
	path := []level{{name: root}}
	for len(path) > 0 {
		token, err := d.Token()
		if err != nil {
			return malformed(err)
		}
		in, odd := &path[len(path)-1], ""
		switch t := token.(type) {
		case xml.StartElement:
			name := elementOf([]byte(t.Name.Local))
			switch {
			case in.isList && name != item:
				odd = fmt.Sprintf("its %s holds %.40q where only items belong", in.name, t.Name.Local)
			case len(path) == 1 && name == errorList:
				odd = "it has errors in it"
			case len(path) == deepestShape:
				return malformed(&ShapeError{"its elements are too deep in each other"})
			case in.seen[name] && (lists[name] || len(path) == 1 && (name == nextToken || name == list)):
				odd = fmt.Sprintf("it has %s twice", names[name])
			}
			in.seen[name] = true
			path = append(path, level{name: t.Name.Local, isList: lists[name]})
		case xml.EndElement:
			if len(path) == 1 && list != end && !in.seen[list] {
				odd = "it has no " + names[list]
			}
			path = path[:len(path)-1]
		case xml.CharData:
			if in.isList && !blank(t) {
				odd = fmt.Sprintf("its %s holds text where only items belong", in.name)
			}
		}
		if problem == "" {
			problem = odd
		}
	}
	if problem != "" {
		return malformed(&ShapeError{problem})
	}
	return nil
}

// A level is an element that is around what is read.
type level struct {
	name   string
	isList bool
	seen   [len(names)]bool // children
}

func rootElement(d *xml.Decoder) (name string, err error) {
	for {
		token, err := d.Token()
		if err == io.EOF {
			return "", errors.New("it is empty")
		} else if err != nil {
			return "", err
		}
		if t, ok := token.(xml.StartElement); ok {
			return t.Name.Local, nil
		}
	}
}
