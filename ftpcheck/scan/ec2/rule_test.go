package ec2

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
)

// compareRules fails the test unless DecodeRules does with the body what the SDK does, and
// DecodeRulesBriefly and what is packed have all that permissions are joined with.
func compareRules(t tester, body []byte) error {
	t.Helper()
	var want []types.SecurityGroupRule
	var wantToken *string
	out, wantErr := sdk(body).DescribeSecurityGroupRules(context.Background(), nil)
	if wantErr == nil {
		want, wantToken = out.SecurityGroupRules, out.NextToken
	}
	var packed []byte
	var joined []string
	indexed := func(r *Rule) string { return fmt.Sprintf("%+v", NewIndexedRule(r)) }
	_, err := compareAnswers(t, body, rulesRoot, want, wantToken, wantErr, DecodeRules, func(r *Rule) types.SecurityGroupRule {
		packed, joined = r.Pack(packed), append(joined, indexed(r))
		return *r.SecurityGroupRule()
	})
	if err != nil {
		return err
	}
	var r Rule
	for i, want := range joined {
		if packed, err = r.Unpack(packed); err != nil {
			t.Fatalf("rule %d: %v", i, err)
		}
		if got := indexed(&r); got != want {
			t.Fatalf("unpacked, a rule is %s, want %s, of\n%q", got, want, body)
		}
	}
	if len(packed) > 0 {
		t.Fatalf("%d bytes are left of what was packed", len(packed))
	}
	compareAnswers(t, body, rulesRoot, joined, wantToken, wantErr, DecodeRulesBriefly, indexed)
	return nil
}

func scansRules(body []byte) bool {
	_, ok := readAnswer(newDecoder(body, false), rulesRoot, securityGroupRuleSet, (*decoder).rule, nil)
	return ok
}

// smallRules is an answer in which every element that is read comes once.
const smallRules = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeSecurityGroupRulesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>3f2a1c9e-56aa-4be1-9d50-1c1f6d0a4a11</requestId>
    <securityGroupRuleSet>
        <item>
            <securityGroupRuleId>sgr-1</securityGroupRuleId>
            <securityGroupRuleArn>arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-1</securityGroupRuleArn>
            <groupId>sg-1</groupId>
            <groupOwnerId>123456789012</groupOwnerId>
            <isEgress>false</isEgress>
            <ipProtocol>tcp</ipProtocol>
            <fromPort>20</fromPort>
            <toPort>21</toPort>
            <cidrIpv4>0.0.0.0/0</cidrIpv4>
            <description>files &amp; &#x1F4C1; für &quot;all&quot;</description>
            <tagSet>
                <item>
                    <key>Name</key>
                    <value/>
                </item>
            </tagSet>
        </item>
        <item>
            <securityGroupRuleId>sgr-2</securityGroupRuleId>
            <isEgress>true</isEgress>
            <cidrIpv6>::/0</cidrIpv6>
            <tagSet/>
        </item>
        <item>
            <prefixListId>pl-1</prefixListId>
            <referencedGroupInfo>
                <groupId>sg-2</groupId>
                <userId>210987654321</userId>
                <vpcId>vpc-2</vpcId>
                <vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>
                <peeringStatus>active</peeringStatus>
            </referencedGroupInfo>
        </item>
        <item><referencedGroupInfo/></item>
    </securityGroupRuleSet>
    <nextToken>more</nextToken>
</DescribeSecurityGroupRulesResponse>
`

func TestDecodeRules(t *testing.T) {
	var ids []string
	token, err := DecodeRules([]byte(smallRules), func(r *Rule) error {
		ids = append(ids, r.ID.Value)
		return nil
	})
	if err != nil || aws.ToString(token) != "more" || !cmp.Equal(ids, []string{"sgr-1", "sgr-2", "", ""}) {
		t.Errorf("rules %q, token %q, error %v", ids, aws.ToString(token), err)
	}
	if err := compareRules(t, []byte(smallRules)); err != nil {
		t.Error(err)
	}
	if !scansRules([]byte(smallRules)) {
		t.Error("what EC2 prints is left to the SDK")
	}
}

// ruleConstructs are what stands among rules and not among groups.
var ruleConstructs = []string{
	"true", "false", "1", "0", "T", "tRue", "yes", "TRUE ", "<isEgress/>", "<isEgress>true</isEgress>", "<isEgress>x</isEgress>", "<ISEGRESS>f</ISEGRESS>",
	"<referencedGroupInfo/>", "<referencedGroupInfo><groupId>sg-9</groupId></referencedGroupInfo>", "<referencedGroupInfo><groupId>a</groupId></referencedGroupInfo><referencedGroupInfo><vpcId>b</vpcId></referencedGroupInfo>",
	"<securityGroupRuleSet/>", "<securityGroupRuleSet><item/></securityGroupRuleSet>", "<securityGroupRuleId>sgr-9</securityGroupRuleId>", "</securityGroupRuleSet>", "<DescribeSecurityGroupRulesResponse/>",
	"<cidrIpv4>10.0.0.0/8</cidrIpv4>", "<groupOwnerId/>", "<item><tagSet><item><key>a</key></item></tagSet><tagSet><item><key>b</key></item></tagSet></item>",
}

var ruleSpots = func() (spots []string) {
	for _, mark := range []string{
		`<?xml`, `<DescribeS`, `    <requestId>`, `        <item>`, `<securityGroupRuleId>`, `sgr-1</s`, `files`, `</description>`, `false`, `</isEgress>`, `20</`, `</toPort>`, `0.0.0.0/0`, `<key>`, `Name`, `</tagSet>`,
		`<tagSet/>`, `sg-2</`, `<userId>`, `</referencedGroupInfo>`, `</securityGroupRuleSet>`, `more`, `</DescribeS`,
	} {
		i := strings.Index(smallRules, mark)
		if i < 0 {
			panic(mark)
		}
		spots = append(spots, smallRules[:i]+"%s"+smallRules[i:])
	}
	return append(spots, smallRules+"%s", "%s",
		"<DescribeSecurityGroupRulesResponse>%s</DescribeSecurityGroupRulesResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupRuleSet>%s</securityGroupRuleSet></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupRulesResponse><securityGroupRuleSet>%s</securityGroupRuleSet></DescribeSecurityGroupRulesResponse>",
		"<DescribeSecurityGroupRulesResponse><securityGroupRuleSet><item>%s</item></securityGroupRuleSet></DescribeSecurityGroupRulesResponse>",
		"<DescribeSecurityGroupRulesResponse><securityGroupRuleSet><item><isEgress>%s</isEgress></item></securityGroupRuleSet></DescribeSecurityGroupRulesResponse>",
	)
}()

// What [TestConstructs] does for groups.
func TestRuleConstructs(t *testing.T) {
	accepted, scanned := 0, 0
	for i, spot := range ruleSpots {
		for j, c := range append(ruleConstructs, constructs...) {
			if (i+j)%soak.OneIn != 0 {
				continue
			}
			body := []byte(strings.Replace(spot, "%s", c, 1))
			if compareRules(t, body) == nil {
				accepted++
			}
			if scansRules(body) {
				scanned++
			}
		}
	}
	t.Logf("%d bodies accepted, %d without help of the SDK", accepted, scanned)
	if scanned < accepted/3 {
		t.Error("of what is accepted, more should be decoded without help of the SDK")
	}
}

func TestRuleTruncation(t *testing.T) {
	body := []byte(strings.TrimSpace(smallRules))
	for n := 0; n < len(body); n += soak.OneIn {
		if compareRules(t, body[:n:n]) == nil {
			t.Fatalf("no error for the first %d bytes", n)
		}
	}
}

// FuzzDecodeRules does for rules what FuzzDecode does for groups.
func FuzzDecodeRules(f *testing.F) {
	for i, c := range append(ruleConstructs, constructs...) {
		f.Add(c, uint8(i%len(ruleSpots)))
	}
	f.Fuzz(func(t *testing.T, text string, spot uint8) {
		compareRules(t, []byte(strings.Replace(ruleSpots[int(spot)%len(ruleSpots)], "%s", text, 1)))
	})
}

func TestAnyWritingOfRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := append([]types.SecurityGroupRule{}, rapid.SliceOfN(rapid.Custom(anyRule), 0, 4).Draw(t, "rules")...)
		w := writer{random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "random"), 0)), odd: rapid.Bool().Draw(t, "odd")}
		w.response(rulesRoot, anyText(t, "token"), writeList(&w, "securityGroupRuleSet", rules, w.rule))
		var got []types.SecurityGroupRule
		_, err := DecodeRules(w.Bytes(), func(r *Rule) error {
			got = append(got, *r.SecurityGroupRule())
			return nil
		})
		if err != nil || len(got) != len(rules) {
			t.Fatalf("%d rules, want %d, error %v, of\n%s", len(got), len(rules), err, w.Bytes())
		}
		for i := range rules {
			if diff := difference(rules[i], got[i]); diff != "" {
				t.Fatalf("rule %d (-want +got):\n%s\nof\n%s", i, diff, w.Bytes())
			}
		}
		if !w.odd && !scansRules(w.Bytes()) {
			t.Fatalf("left to the SDK:\n%s", w.Bytes())
		}
		compareRules(t, w.Bytes())
	})
}

func anyRule(t *rapid.T) types.SecurityGroupRule {
	return types.SecurityGroupRule{
		SecurityGroupRuleId: anyText(t, "id"), SecurityGroupRuleArn: anyText(t, "arn"), GroupId: anyText(t, "group"), GroupOwnerId: anyText(t, "owner"),
		IsEgress: rapid.Ptr(rapid.Bool(), true).Draw(t, "egress"), IpProtocol: anyText(t, "protocol"), FromPort: anyPort(t, "from"), ToPort: anyPort(t, "to"),
		CidrIpv4: anyText(t, "IPv4"), CidrIpv6: anyText(t, "IPv6"), PrefixListId: anyText(t, "list"), Description: anyText(t, "description"),
		Tags: anyList(t, "tags", anyTag),
		ReferencedGroupInfo: rapid.Ptr(rapid.Custom(func(t *rapid.T) types.ReferencedSecurityGroup {
			return types.ReferencedSecurityGroup{
				GroupId: anyText(t, "group"), UserId: anyText(t, "user"), VpcId: anyText(t, "vpc"),
				PeeringStatus: anyText(t, "status"), VpcPeeringConnectionId: anyText(t, "connection"),
			}
		}), true).Draw(t, "reference"),
	}
}

func (w *writer) rule(r types.SecurityGroupRule) func() {
	var egress *string
	if r.IsEgress != nil {
		egress = aws.String(strconv.FormatBool(*r.IsEgress))
	}
	var reference func()
	if g := r.ReferencedGroupInfo; g != nil {
		reference = func() {
			w.element("referencedGroupInfo", w.children(w.text("groupId", g.GroupId), w.text("userId", g.UserId), w.text("vpcId", g.VpcId),
				w.text("peeringStatus", g.PeeringStatus), w.text("vpcPeeringConnectionId", g.VpcPeeringConnectionId)))
		}
	}
	return w.children(
		w.text("securityGroupRuleId", r.SecurityGroupRuleId), w.text("securityGroupRuleArn", r.SecurityGroupRuleArn), w.text("groupId", r.GroupId),
		w.text("groupOwnerId", r.GroupOwnerId), w.text("isEgress", egress), w.text("ipProtocol", r.IpProtocol), w.port("fromPort", r.FromPort),
		w.port("toPort", r.ToPort), w.text("cidrIpv4", r.CidrIpv4), w.text("cidrIpv6", r.CidrIpv6), w.text("prefixListId", r.PrefixListId),
		w.text("description", r.Description), writeList(w, "tagSet", r.Tags, w.tag), reference,
	)
}

// A call with the option gives the rules to the caller, page by page, and tries again
// after an answer that was cut off.
func TestRulesDeserializer(t *testing.T) {
	page := func(id, token string) string {
		return "<" + rulesRoot + "><securityGroupRuleSet><item><securityGroupRuleId>" + id + "</securityGroupRuleId></item></securityGroupRuleSet>" + token + "</" + rulesRoot + ">"
	}
	first := page("sgr-1", "<nextToken>t</nextToken>")
	client := says(first[:len(first)-9], first, page("sgr-2", "")).client()
	var ids []string
	pages := ec2.NewDescribeSecurityGroupRulesPaginator(client, &ec2.DescribeSecurityGroupRulesInput{})
	for pages.HasMorePages() {
		var of []string
		out, err := pages.NextPage(t.Context(), ec2.WithAPIOptions(RulesDeserializer(DecodeRulesBriefly, func([]byte) func(*Rule) error {
			of = nil
			return func(r *Rule) error {
				of = append(of, r.ID.Value)
				return nil
			}
		})))
		if err != nil || len(out.SecurityGroupRules) > 0 {
			t.Fatal(out, err)
		}
		ids = append(ids, of...)
	}
	if !cmp.Equal(ids, []string{"sgr-1", "sgr-2"}) {
		t.Errorf("rules %q", ids)
	}
	_, err := client.DescribeSecurityGroups(t.Context(), nil, ec2.WithAPIOptions(RulesDeserializer(DecodeRulesBriefly, func([]byte) func(*Rule) error { return nil })))
	if err == nil || !strings.Contains(err.Error(), "is for DescribeSecurityGroupRules, not for DescribeSecurityGroups") {
		t.Error(err)
	}
}
