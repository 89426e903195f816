package remediation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"al.essio.dev/pkg/shellescape"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An ipPermission is a permission as the AWS CLI takes it in --ip-permissions.
type ipPermission struct {
	IpProtocol       string
	FromPort, ToPort int32
	IpRanges         []ipSource `json:",omitempty"`
	Ipv6Ranges       []ipSource `json:",omitempty"`
	PrefixListIds    []ipSource `json:",omitempty"`
}

type ipSource struct {
	CidrIp       string `json:",omitempty"`
	CidrIpv6     string `json:",omitempty"`
	PrefixListId string `json:",omitempty"`
	Description  string `json:",omitempty"`
}

// ipPermissions is the JSON of permissions for TCP whose sources are address ranges or
// prefix lists.
func ipPermissions(all []*sg.Permission, descriptions bool) string {
	list := make([]ipPermission, len(all))
	for i, p := range all {
		from, to := portRange(p)
		list[i] = ipPermission{IpProtocol: "tcp", FromPort: from, ToPort: to}
		source := ipSource{CidrIp: p.CIDRIPv4, CidrIpv6: p.CIDRIPv6, PrefixListId: p.PrefixListID}
		if descriptions {
			source.Description = p.Description
		}
		switch {
		case p.CIDRIPv4 != "":
			list[i].IpRanges = []ipSource{source}
		case p.CIDRIPv6 != "":
			list[i].Ipv6Ranges = []ipSource{source}
		default:
			list[i].PrefixListIds = []ipSource{source}
		}
	}
	return asciiJSON(list)
}

// tagSpecifications is the JSON of the tags of new rules.
func tagSpecifications(tags map[string]string) string {
	type tag struct{ Key, Value string }
	specification := struct {
		ResourceType string
		Tags         []tag
	}{ResourceType: "security-group-rule"}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		specification.Tags = append(specification.Tags, tag{key, tags[key]})
	}
	return asciiJSON([]any{specification})
}

// asciiJSON writes JSON without any character that a terminal, a locale or a person's eyes
// could take for another: everything but printable ASCII is written by its number.
func asciiJSON(v any) string {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings and numbers can be encoded
	}
	var b strings.Builder
	for _, r := range strings.TrimSuffix(text.String(), "\n") {
		if r >= ' ' && r <= '~' {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// anID is what regions and the IDs of AWS look like, and what no shell and no option
// parser takes for anything else.
var anID = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// commands are the commands of the plan, in one line, so that nobody runs the second
// without the first. What AWS answers is thrown away: version 2 of the AWS CLI would show
// it in a pager, which swallows whatever is pasted after the command.
func (p *plan) commands(g *sg.Group) string {
	command := func(name string, args ...string) string {
		return shellescape.QuoteCommand(append([]string{"aws", "ec2", name, "--region", g.Region, "--group-id", g.ID}, args...)) + " > /dev/null"
	}
	revoked := []string{"--security-group-rule-ids"}
	if p.revoke[0].RuleID == "" {
		revoked = []string{"--ip-permissions", ipPermissions(p.revoke, false)}
	} else {
		revoked = append(revoked, p.ids()...)
	}
	revoke := command("revoke-security-group-ingress", revoked...)
	if len(p.authorize) == 0 {
		return revoke
	}
	added := []string{"--ip-permissions", ipPermissions(p.authorize, true)}
	if len(p.tags) > 0 {
		added = append(added, "--tag-specifications", tagSpecifications(p.tags))
	}
	return command("authorize-security-group-ingress", added...) + " && " + revoke
}

// ids are the IDs of the rules to revoke, each once.
func (p *plan) ids() []string {
	var ids []string
	for _, r := range p.revoke {
		ids = append(ids, r.RuleID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
