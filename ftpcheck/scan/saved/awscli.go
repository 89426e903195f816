package saved

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// awsCLI decodes what EC2 says in the AWS CLI's shapes, which the programs of others have from
// EC2 as well: an answer is an object with a list, and an element of the list may stand without
// the answer around it (--query). Answers and elements may be in lists of their own, as in a list
// of pages, and several may follow each other.
type awsCLI struct{ *savedRead }

// An answer is what one command prints.
type answer struct {
	member  string // the list in it
	mark    string // a member of each element of the list, by which one that stands alone is recognized
	content string // what [sg.Coverage.Content] calls it
	advised bool   // to who saved something else; the others are of use to few
	// read takes in the list at which the document is. It is nil for security groups, which are
	// read after all else.
	read func(f *cliFile, d *document.Document) error
}

// answers are those that are read. Another command is another line.
var answers = []answer{
	{"SecurityGroups", "IpPermissions", sg.ContentGroups, true, nil},
	{"SecurityGroupRules", "SecurityGroupRuleId", contentRules, true, (*cliFile).rules},
	{"PrefixLists", "PrefixListName", "prefix_lists", true, (*cliFile).prefixLists},
	{"Entries", "Cidr", "prefix_list_entries", true, (*cliFile).entries},
	{"NetworkInterfaces", "NetworkInterfaceId", "network_interfaces", true, (*cliFile).interfaces},
	{"Vpcs", "DhcpOptionsId", "vpcs", false, (*cliFile).networkVPCs},
	{"Subnets", "MapPublicIpOnLaunch", "subnets", false, (*cliFile).subnets},
	{"RouteTables", "PropagatingVgws", "route_tables", false, (*cliFile).routeTables},
	{"InternetGateways", "InternetGatewayId", "internet_gateways", false, (*cliFile).internetGateways},
	{"NetworkAcls", "NetworkAclId", "network_acls", false, (*cliFile).networkACLs},
	{"VpcBlockPublicAccessOptions", "InternetGatewayBlockMode", "vpc_block_public_access_options", false, (*cliFile).blockPublicAccess},
	{"VpcBlockPublicAccessExclusions", "InternetGatewayExclusionMode", "vpc_block_public_access_exclusions", false, (*cliFile).exclusions},
	{"SecurityGroupVpcAssociations", "VpcOwnerId", "security_group_vpc_associations", false, (*cliFile).groupVPCs},
	{"LoadBalancers", "CanonicalHostedZoneId", "load_balancers", false, (*cliFile).loadBalancers},
	{"Listeners", "ListenerArn", "listeners", false, (*cliFile).listeners},
	{"TargetGroups", "TargetGroupName", "target_groups", false, (*cliFile).targetGroups},
	{"TargetHealthDescriptions", "TargetHealth", "target_health", false, (*cliFile).targetHealth},
	{"Attributes", "Attributes", "target_group_attributes", false, (*cliFile).targetGroupAttributes}, // which have no mark
	{"LoadBalancerDescriptions", "ListenerDescriptions", "classic_load_balancers", false, (*cliFile).classicLoadBalancers},
	{"InstanceStates", "ReasonCode", "instance_health", false, (*cliFile).instanceHealth},
}

const contentRules = "security_group_rules"

func answerWith(member string) *answer {
	for i := range answers {
		if answers[i].member == member {
			return &answers[i]
		}
	}
	return nil
}

// A shape is how a document holds answers or their elements.
type shape struct {
	lists   int     // around each, one in the other
	element *answer // what each is an element of; nil for answers
}

// shapeOf finds out the shape from the beginning of a document.
func shapeOf(d *document.Document) (s shape, err error) {
	s.lists, err = d.Top(func(name string) bool {
		if answerWith(name) != nil {
			s.element = nil
			return false
		}
		for i := range answers {
			if answers[i].mark == name {
				s.element = &answers[i]
			}
		}
		return s.element == nil
	})
	return s, err
}

func (*awsCLI) Recognizes(member string) bool {
	return slices.ContainsFunc(answers, func(a answer) bool { return a.member == member || a.mark == member })
}

// A cliFile is one reading of a file of answers.
type cliFile struct {
	*awsCLI
	c     *sg.Coverage
	to    *sg.Completion
	shape shape
	pages pages

	lists      *entriesRead
	interfaced *interfacesRead
	network    *networkFile
}

// commit takes in what must be whole to be believed.
func (f *cliFile) commit() error {
	if f.interfaced != nil {
		if err := f.interfaced.commit(); err != nil {
			return err
		}
	}
	if f.network != nil {
		if err := f.keepNetwork(f.network); err != nil {
			return err
		}
	}
	if f.lists != nil {
		return f.lists.commit()
	}
	return nil
}

func (a *awsCLI) Complete(d *document.Document, c *sg.Coverage, to *sg.Completion) (groups bool, err error) {
	f := &cliFile{awsCLI: a, c: c, to: to}
	if f.shape, err = shapeOf(d); err != nil {
		return false, err
	}
	err = f.each(d, func(of *answer) error {
		c.Content = of.content
		if of.read == nil {
			groups = true
			return document.ErrDone
		}
		return of.read(f, d)
	})
	switch {
	case err != nil:
		return groups, err
	case groups || f.pages.last() == "":
		return groups, f.commit()
	}
	a.pagesOf[c] = openPages{f.pages.last(), f.commit}
	return false, nil
}

func (a *awsCLI) Groups(d *document.Document, c *sg.Coverage, hand func(*sg.Group) error) error {
	return ofPowerShell(a.readGroups(d, c, hand))
}

// ofPowerShell tells the objects of PowerShell's own commands, which look as answers do, and whose
// inner objects may be texts, from what the AWS CLI prints.
func ofPowerShell(err error) error {
	var bad *document.Error
	if errors.As(err, &bad) && (powerShellOnly.MatchString(string(bad.Pointer)) || inTheMidst.MatchString(string(bad.Pointer)) && strings.HasPrefix(bad.Problem, "a text stands where an object")) {
		return &document.Error{Code: document.UnknownContent, Offset: -1,
			Problem: "these are objects of PowerShell, which may lack what is deep in them. " + saveGroups}
	}
	return err
}

// What only its objects have in a permission, and where it writes a text for what is too deep.
var (
	powerShellOnly = regexp.MustCompile(`/IpPermissions/[0-9]+/(Ipv4Ranges|IpRange)$`)
	inTheMidst     = regexp.MustCompile(`/IpPermissions/[0-9]+$`)
)

func (a *awsCLI) readGroups(d *document.Document, c *sg.Coverage, hand func(*sg.Group) error) error {
	s, err := shapeOf(d)
	if err != nil {
		return err
	}
	f := &cliFile{awsCLI: a, c: c, shape: s}
	groups := a.groupReader(c, hand)
	seen := false
	err = f.each(d, func(of *answer) error {
		if of.read == nil {
			seen = true
			return eachScanned(f, d, groups.scan, groups.read)
		} else if seen {
			return &document.Error{Code: document.InvalidValue, Pointer: d.StackPointer(), Offset: d.InputOffset(),
				Problem: of.member + " stand behind security groups here, which they complete. Save the output of each command in a file of its own"}
		}
		return d.SkipValue() // Complete has read it
	})
	if err != nil {
		return err
	}
	if token := f.pages.last(); token != "" {
		a.pagesOf[c] = openPages{token: token}
	}
	groups.permissions.note(c)
	return nil
}

// each walks over the lists of the file, or what stands there in the place of one.
func (f *cliFile) each(d *document.Document, handle func(*answer) error) error {
	if of := f.shape.element; of != nil {
		return d.Values(func() error {
			return d.Inside(max(0, f.shape.lists-1), func() error { return handle(of) })
		})
	}
	return d.Values(func() error {
		return d.Inside(f.shape.lists, func() error {
			var found *answer
			var token string
			err := d.Members(func(name string) error {
				of := answerWith(name)
				if of == nil {
					return otherMember(d, name, &token)
				}
				found = of
				return handle(of)
			})
			switch {
			case err != nil:
				return err
			case found == nil:
				return &document.Error{Code: document.UnknownContent, Pointer: d.StackPointer(), Offset: d.InputOffset(),
					Problem: "this is the output of another command, behind one that is read. Save the output of each command in a file of its own"}
			}
			return f.pages.add(found.member, token)
		})
	})
}

// each decodes the elements of the list at which the document is or, if elements stand alone, of
// all that is left of it.
func each[T any](f *cliFile, d *document.Document, handle func(*T) error, options ...json.Options) error {
	return eachScanned(f, d, nil, handle, options...)
}

// eachScanned is each for elements of which scan takes most.
func eachScanned[T any](f *cliFile, d *document.Document, scan document.Scan, handle func(*T) error, options ...json.Options) error {
	if f.shape.element != nil && f.shape.lists == 0 {
		return document.Lines(d, handle, options...)
	}
	return document.Scanned(d, scan, handle, options...)
}

// otherMember skips a member that says nothing to us, unless it is the mark with which
// AWS says that there is more.
func otherMember(d *document.Document, name string, token *string) error {
	if (name == "NextToken" || name == "NextMarker") && d.PeekKind() != 'n' {
		value, err := d.ReadValue()
		if *token = string(value); *token == `""` {
			*token = ""
		}
		return err
	}
	names := []string{"NextToken"}
	for _, a := range answers {
		names = append(names, a.member)
	}
	for _, known := range names {
		if name != known && ec2.SameLetters(name, known) {
			return &document.Error{Code: document.InvalidValue, Pointer: d.StackPointer(), Offset: d.InputOffset(),
				Problem: fmt.Sprintf("AWS spells this %s. Save the command's output as it is", known)}
		}
	}
	return d.SkipValue()
}
