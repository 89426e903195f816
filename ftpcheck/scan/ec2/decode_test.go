package ec2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
)

// askSDK has the body decoded by the SDK alone, without egress permissions.
func askSDK(body []byte) (groups []types.SecurityGroup, nextToken *string, err error) {
	out, err := sdk(body).DescribeSecurityGroups(context.Background(), nil)
	if err != nil {
		return nil, nil, err
	}
	for i := range out.SecurityGroups {
		out.SecurityGroups[i].IpPermissionsEgress = nil
	}
	return out.SecurityGroups, out.NextToken, nil
}

// scans reports whether the scanner takes the body without help of the SDK.
func scans(body []byte) bool {
	_, ok := readAnswer(newDecoder(body, false), groupsRoot, securityGroupInfo, (*decoder).group, nil)
	return ok
}

// difference says how values of the SDK differ. A nil list is not an empty list.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".noSmithyDocumentSerde" }, cmp.Ignore()))
}

// tester is what a test and one of rapid's have in common.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// compareAnswers fails the test unless decode does with the body what the SDK does, which
// gives what is wanted. It returns what decode gave, as the SDK would have given it.
func compareAnswers[S, T any](t tester, body []byte, rootName string, want []S, wantToken *string, wantErr error,
	decode func([]byte, func(*T) error) (*string, error), as func(*T) S) ([]S, error) {
	t.Helper()
	var got []S
	lent := bytes.Clone(body)
	token, err := decode(lent, func(one *T) error {
		got = append(got, as(one))
		return nil
	})
	clear(lent) // what was handed out must not change with it

	checked, checkErr := decode(body, nil)
	if fmt.Sprint(err) != fmt.Sprint(checkErr) || err == nil && !cmp.Equal(token, checked) {
		t.Errorf("decoding says %v %v, and for nobody %v %v", token, err, checked, checkErr)
	}
	if wantErr == nil {
		wantErr = checkShape(body, rootName, answerLists[strings.TrimSuffix(rootName, "Response")])
	}
	if (err != nil) != (wantErr != nil) {
		t.Fatalf("error %v, want %v, of\n%q", err, wantErr, body)
	}
	if err != nil {
		isRetried(t, err)
		return nil, err
	}
	if len(want) != len(got) {
		t.Fatalf("%d items, want %d, of\n%q", len(got), len(want), body)
	}
	for i := range want {
		if diff := difference(want[i], got[i]); diff != "" {
			t.Fatalf("item %d (-want +got):\n%s\nof\n%q", i, diff, body)
		}
	}
	if !cmp.Equal(wantToken, token) {
		t.Errorf("token %v, want %v", aws.ToString(token), aws.ToString(wantToken))
	}
	return got, nil
}

// essentials is a group without what [DecodeBriefly] may leave out.
func essentials(g types.SecurityGroup) types.SecurityGroup {
	e := types.SecurityGroup{GroupId: g.GroupId, OwnerId: g.OwnerId, IpPermissions: slices.Clone(g.IpPermissions)}
	for i := range e.IpPermissions {
		p := &e.IpPermissions[i]
		p.IpRanges, p.Ipv6Ranges = slices.Clone(p.IpRanges), slices.Clone(p.Ipv6Ranges)
		p.PrefixListIds, p.UserIdGroupPairs = slices.Clone(p.PrefixListIds), slices.Clone(p.UserIdGroupPairs)
		for i := range p.IpRanges {
			p.IpRanges[i].Description = nil
		}
		for i := range p.Ipv6Ranges {
			p.Ipv6Ranges[i].Description = nil
		}
		for i := range p.PrefixListIds {
			p.PrefixListIds[i].Description = nil
		}
		for i, x := range p.UserIdGroupPairs {
			p.UserIdGroupPairs[i] = types.UserIdGroupPair{GroupId: x.GroupId, GroupName: x.GroupName, UserId: x.UserId}
		}
	}
	return e
}

// compare fails the test unless Decode does with the body what the SDK does, DecodeBriefly with
// what is essential, and DecodeGroup with each of its groups. It returns the groups.
func compare(t tester, body []byte) ([]types.SecurityGroup, error) {
	t.Helper()
	want, wantToken, wantErr := askSDK(body)
	var wantBriefly []types.SecurityGroup
	for _, g := range want {
		wantBriefly = append(wantBriefly, essentials(g))
	}
	compareAnswers(t, body, groupsRoot, wantBriefly, wantToken, wantErr, DecodeBriefly, func(g *Group) types.SecurityGroup { return essentials(*g.SecurityGroup()) })
	var places []place
	got, err := compareAnswers(t, body, groupsRoot, want, wantToken, wantErr, Decode, func(g *Group) types.SecurityGroup {
		places = append(places, place{g.Start, g.End})
		return *g.SecurityGroup()
	})
	if err != nil {
		return nil, err
	}
	if found, err := find(body, securityGroupInfo); err != nil || !slices.Equal(found, places) {
		t.Fatalf("groups at %v, want %v, %v", places, found, err)
	}
	var g Group
	var packed []byte
	for i, p := range places {
		element := bytes.Clone(body[p.start:p.end])
		err := DecodeGroup(element, &g)
		clear(element)
		if err != nil {
			t.Fatalf("DecodeGroup: %v, of\n%q", err, body[p.start:p.end])
		}
		if diff := difference(want[i], *g.SecurityGroup()); diff != "" {
			t.Fatalf("DecodeGroup (-want +got):\n%s\nof\n%q", diff, body[p.start:p.end])
		}
		if g.Start != 0 || g.End != len(element) {
			t.Errorf("DecodeGroup: element at %d to %d, want 0 to %d", g.Start, g.End, len(element))
		}
		for _, p := range g.Permissions {
			if !slices.IsSortedFunc(p.Sources, func(a, b Source) int { return int(a.Kind) - int(b.Kind) }) {
				t.Errorf("the sources are not in the order of their kinds: %v", p.Sources)
			}
		}
		packed = g.Pack(packed)
	}
	for i := range want {
		if packed, err = g.Unpack(packed); err != nil {
			t.Fatalf("group %d: %v", i, err)
		}
		if diff := difference(want[i], *g.SecurityGroup()); diff != "" {
			t.Fatalf("Unpack (-want +got):\n%s\nof\n%q", diff, body)
		}
	}
	if len(packed) > 0 {
		t.Fatalf("%d bytes are left of what was packed", len(packed))
	}
	return got, nil
}

// isRetried fails the test unless the SDK tries again after the error.
func isRetried(t tester, err error) {
	t.Helper()
	if e := (*smithy.DeserializationError)(nil); !errors.As(err, &e) {
		t.Errorf("error %T, want a smithy.DeserializationError", err)
	}
	if !retry.NewStandard().IsErrorRetryable(err) {
		t.Errorf("the SDK would not try again after: %v", err)
	}
}

// small is an answer in which every element that is read comes once.
const small = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>3f2a1c9e-56aa-4be1-9d50-1c1f6d0a4a11</requestId>
    <securityGroupInfo>
        <item>
            <ownerId>123456789012</ownerId>
            <groupId>sg-1</groupId>
            <groupName>ftp</groupName>
            <groupDescription>files &amp; &#x1F4C1; für &quot;all&quot;</groupDescription>
            <vpcId>vpc-1</vpcId>
            <securityGroupArn>arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1</securityGroupArn>
            <ipPermissions>
                <item>
                    <ipProtocol>tcp</ipProtocol>
                    <fromPort>20</fromPort>
                    <toPort>21</toPort>
                    <groups>
                        <item>
                            <userId>210987654321</userId>
                            <groupId>sg-2</groupId>
                            <groupName>peer</groupName>
                            <vpcId>vpc-2</vpcId>
                            <vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>
                            <peeringStatus>active</peeringStatus>
                            <description>the peer</description>
                        </item>
                    </groups>
                    <ipRanges>
                        <item>
                            <cidrIp>0.0.0.0/0</cidrIp>
                            <description>all</description>
                        </item>
                    </ipRanges>
                    <ipv6Ranges>
                        <item>
                            <cidrIpv6>::/0</cidrIpv6>
                            <description></description>
                        </item>
                    </ipv6Ranges>
                    <prefixListIds>
                        <item>
                            <prefixListId>pl-1</prefixListId>
                            <description/>
                        </item>
                    </prefixListIds>
                </item>
                <item>
                    <ipProtocol>-1</ipProtocol>
                    <groups/>
                    <ipRanges></ipRanges>
                </item>
            </ipPermissions>
            <ipPermissionsEgress>
                <item>
                    <ipProtocol>tcp</ipProtocol>
                    <fromPort>1</fromPort>
                    <ipRanges>
                        <item>
                            <cidrIp>10.0.0.0/8</cidrIp>
                        </item>
                    </ipRanges>
                </item>
            </ipPermissionsEgress>
            <tagSet>
                <item>
                    <key>Name</key>
                    <value/>
                </item>
            </tagSet>
        </item>
        <item>
            <groupId>sg-3</groupId>
            <ipPermissions/>
            <tagSet/>
        </item>
        <item/>
    </securityGroupInfo>
    <nextToken>more</nextToken>
</DescribeSecurityGroupsResponse>
`

func TestDecode(t *testing.T) {
	s := aws.String
	want := []types.SecurityGroup{
		{
			OwnerId: s("123456789012"), GroupId: s("sg-1"), GroupName: s("ftp"), Description: s(`files & 📁 für "all"`), VpcId: s("vpc-1"),
			SecurityGroupArn: s("arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1"),
			Tags:             []types.Tag{{Key: s("Name"), Value: s("")}},
			IpPermissions: []types.IpPermission{
				{
					IpProtocol: s("tcp"), FromPort: aws.Int32(20), ToPort: aws.Int32(21),
					IpRanges:      []types.IpRange{{CidrIp: s("0.0.0.0/0"), Description: s("all")}},
					Ipv6Ranges:    []types.Ipv6Range{{CidrIpv6: s("::/0"), Description: s("")}},
					PrefixListIds: []types.PrefixListId{{PrefixListId: s("pl-1"), Description: s("")}},
					UserIdGroupPairs: []types.UserIdGroupPair{{
						UserId: s("210987654321"), GroupId: s("sg-2"), GroupName: s("peer"), VpcId: s("vpc-2"),
						VpcPeeringConnectionId: s("pcx-1"), PeeringStatus: s("active"), Description: s("the peer"),
					}},
				},
				{IpProtocol: s("-1"), UserIdGroupPairs: []types.UserIdGroupPair{}, IpRanges: []types.IpRange{}},
			},
		},
		{GroupId: s("sg-3"), IpPermissions: []types.IpPermission{}, Tags: []types.Tag{}},
		{},
	}
	var got []types.SecurityGroup
	token, err := Decode([]byte(small), func(g *Group) error {
		got = append(got, *g.SecurityGroup())
		return nil
	})
	if err != nil || aws.ToString(token) != "more" {
		t.Errorf("token %q, error %v", aws.ToString(token), err)
	}
	if diff := difference(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	compare(t, []byte(small))
	if !scans([]byte(small)) {
		t.Error("what EC2 prints is left to the SDK")
	}
}

// constructs are what XML has, and what it has not.
var constructs = []string{
	"", " ", "\n    ", "\t", "\r", "\r\n", "a\r\nb\rc\n\rd\r\r\n", "text", " text ", "20", "-1", "+21", "2147483648", "99999999999999999999", "0x10", "1_000", "٣", "1e3",
	"&lt;", "&amp;lt;", "&gt;&quot;&apos;&amp;", "&#10;", "&#13;\n", "\r&#10;", "&#0010;", "&#x1F600;", "&#x1f600;", "&#X41;", "&#xD800;", "&#xFFFE;", "&#0;", "&#x110000;", "&#;", "&#x;", "&#x20", "&#99999999999999999999999;",
	"&#0000000000000000000000000000000000000065;", "&#x41 ;", "&nbsp;", "&lt", "&", "& ", "&;", "&amp", "&LT;", "&#-5;", "&#+65;", "&#1_0;", "&a:b;", "&é;",
	"é", "日本語 😀", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\x7f", "\u0085", "\x00", "\x01", "\x0b", "\x1f", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80",
	"]]>", "]]&gt;", "]]", "]>", "]]]>", "]&#93;>", "]]\r>", "a > b", "\"'",
	"<![CDATA[]]>", "<![CDATA[x]]>", "<![CDATA[ <a> & &lt; ]] > ]]>", "<![CDATA[]]]]>", "<![CDATA[a\r\nb\rc]]>", "<![CDATA[\x01]]>", "<![CDATA[\xff]]>", "<![CDATA[x", "<![cdata[x]]>", "<![CDATA[a]]><![CDATA[b]]>", "x<![CDATA[y]]>", "<![CDATA[y]]>z", "]]<![CDATA[>]]>",
	"<!-- -->", "<!---->", "<!-->", "<!--->", "<!--->-->", "<!-- -- -->", "<!-- --->", "<!--\xff\x01-->", "<!-- <item> & -->", "<!--", "<!-- x", "a<!-- b -->", "<!-- b -->a", "a<!-- b -->c", "<!- x -->",
	"<?pi?>", "<?pi data?>", "<?pi", "<??>", "<? pi?>", "<?xml version=\"1.0\"?>", "<?xml version=\"1.1\"?>", "<?xml encoding=\"latin1\"?>", "<?xml encoding=\"Utf-8\"?>", "<?a:b:c?>", "a<?pi?>b",
	"<!DOCTYPE x>", "<!DOCTYPE x [<!ENTITY e \"v\">]>", "<!DOCTYPE x \"<\">", "<!DOCTYPE", "<!>", "<!x<!-- y -->>", "<!ENTITY e 'v'>&e;",
	"<a/>", "<a></a>", "<a>text</a>", "<a>te<b/>xt</a>", "<a><b></a></b>", "<a>", "</a>", "<>", "</>", "< a/>", "<a / >", "<a/ >", "</ a>", "<a></a >", "<a></a\n>", "<a></ a>", "<a ></a>", "<a\n/>", "<a\x00/>", "<1/>", "<-/>", "<./>", "<_/>", "<a.-9/>", "<é/>", "<\xff/>", "<a", "<", "<a/", "<a></a x>",
	"<a b=\"c\"/>", "<a b='c' d=\"e\">f</a>", "<a b=\"c\"d=\"e\"/>", "<a b=\"1\" b=\"2\"/>", "<a b=\"<\"/>", "<a b=\"&lt;&#10;\"/>", "<a b=\"&bad;\"/>", "<a b=\"]]>\"/>", "<a b=\"\xff\"/>", "<a b=\"é\"/>", "<a b=\"\x01\"/>", "<a b='\"' c=\"'\"/>", "<a b = \"c\"/>", "<a b:\"c\"/>", "<a b/\"c\"/>", "<a b>\"c\"/>", "<a b;'c'/>", "<a b= \"c\"/>", "<a b=c/>", "<a b/>", "<a =\"c\"/>", "<a b=\"\r\n\"/>", "<a b=\"c\" / >", "<a b=\"c", "<a b=\"", "<a b=", "<a b", "<a ", "<a 1=\"2\"/>", "<a b=\"/>\"/>",
	"<x:a/>", "<x:a></x:a>", "<x:a></a>", "<x:a></y:a>", "<a></x:a>", "<a:b:c/>", "<:a/>", "<a:/>", "<a xmlns=\"u\"/>", "<a xmlns=\"u\"><b/></a>", "<a xmlns:x=\"u\"><x:b></x:b></a>", "<x:a xmlns:x=\"u\"></x:a>", "<a xmlns:x=\"u\" xmlns:x=\"v\" x:b=\"\"/>", "<xmlns/>", "<xmlns:a/>", "<xml:a xml:lang=\"de\"/>",
	"<item/>", "<ITEM/>", "<Item>x</Item>", "<x:item/>", "<item xmlns=\"u\"/>", "<item a=\"b\"></item>", "<item></ITEM>", "<ıtem/>", "<member/>",
	"<groupId>sg-9</groupId>", "<GROUPID>sg-9</GROUPID>", "<groupId>sg-9</groupId><groupid>sg-8</groupid>", "<groupId/>", "<groupId></groupId>", "<groupId> </groupId>", "<groupId><a/></groupId>", "<groupId a=\"b\">sg</groupId>", "<x:groupId>sg-9</x:groupId>", "<groupId >sg</groupId >",
	"<fromPort/>", "<fromPort>x</fromPort>", "<toPort> 21</toPort>", "<toPort>4294967317</toPort>", "<TOPORT>22</TOPORT>", "<key>k</key>", "<\u212aey>k</\u212aey>", "<cidrIp>10.0.0.0/8</cidrIp><cidrIp>10.0.0.0/9</cidrIp>",
	"<ipRanges/>", "<ipRanges><item/></ipRanges>", "<ipRanges><cidrIp>1.1.1.1/32</cidrIp></ipRanges>", "<ipRanges>x<item><cidrIp>1.1.1.1/32</cidrIp></item>y</ipRanges>", "<ipv6Ranges><item><cidrIp>1.1.1.1/32</cidrIp></item></ipv6Ranges>", "<groups><item><userId>1</userId></item><item/></groups>",
	"<tagSet><item><key>a</key></item></tagSet>", "<ipPermissions><item/></ipPermissions>", "<ipPermissionsEgress><item><fromPort>x</fromPort></item></ipPermissionsEgress>", "<ipPermissionsEgress><item><ipProtocol>a<b/></ipProtocol></item></ipPermissionsEgress>",
	"<securityGroupInfo><item/></securityGroupInfo>", "<securityGroupInfo/>", "<nextToken/>", "<nextToken>other</nextToken>", "<nextToken>a</nextToken><nextToken/>", "<NEXTTOKEN>x</NEXTTOKEN>",
	"<DescribeSecurityGroupsResponse/>", "<DescribeSecurityGroupsResponse></DescribeSecurityGroupsResponse>", "</DescribeSecurityGroupsResponse>", "</item>", "</securityGroupInfo>",
	strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200), strings.Repeat("<a>", 50) + "x" + strings.Repeat("</a>", 50), strings.Repeat("x", 5000), strings.Repeat("&amp;é", 300),
}

// spots are bodies with a %s where something else may stand.
var spots = func() (spots []string) {
	for _, mark := range []string{
		`<?xml`, `<DescribeS`, `    <requestId>`, `3f2a1c9e`, `        <item>`, `<ownerId>`, `sg-1</g`, `files`, `</groupDescription>`, `<ipProtocol>`, `tcp`, `20</`, `</toPort>`, `210987`, `<groupName>peer`,
		`</groups>`, `<cidrIp>`, `.0.0.0/0`, `</ipRanges>`, `</description>`, `::/0`, `<ipv6Ranges>`, `pl-1`, `</ipPermissions>`, `1</fromPort>`, `<cidrIp>10.`, `<key>`, `Name`, `</tagSet>`, `</securityGroupInfo>`, `more`, `</DescribeS`,
	} {
		i := strings.Index(small, mark)
		if i < 0 {
			panic(mark)
		}
		spots = append(spots, small[:i]+"%s"+small[i:])
	}
	return append(spots,
		small+"%s", "%s",
		"<DescribeSecurityGroupsResponse>%s</DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse%s/>",
		"<DescribeSecurityGroupsResponse>%s",
		"<describesecuritygroupsresponse>%s</describesecuritygroupsresponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo>%s</securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>%s</groupId></item></securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo><item><ipPermissions><item><toPort>%s</toPort></item></ipPermissions></item></securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo><item><ipPermissionsEgress><item><toPort>%s</toPort></item></ipPermissionsEgress></item></securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo><item><ipPermissions><item><ipRanges><item>%s</item></ipRanges></item></ipPermissions></item></securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo><item><ipPermissions>%s</ipPermissions></item></securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><securityGroupInfo><item><tagSet><item><key>k</key>%s</item></tagSet></item></securityGroupInfo></DescribeSecurityGroupsResponse>",
		"<DescribeSecurityGroupsResponse><a>%s</a><securityGroupInfo/></DescribeSecurityGroupsResponse>",
		"<x:DescribeSecurityGroupsResponse xmlns:x=\"u\">%s</x:DescribeSecurityGroupsResponse>",
		"<DescribeRegionsResponse>%s</DescribeRegionsResponse>",
	)
}()

// Whatever stands wherever, the SDK's word counts.
func TestConstructs(t *testing.T) {
	all, accepted, scanned := 0, 0, 0
	for i, spot := range spots {
		for j, c := range constructs {
			if (i+j)%soak.OneIn != 0 {
				continue
			}
			all++
			body := []byte(strings.Replace(spot, "%s", c, 1))
			if _, err := compare(t, body); err == nil {
				accepted++
			}
			if scans(body) {
				scanned++
			}
		}
	}
	t.Logf("%d bodies, %d of them accepted, %d without help of the SDK", all, accepted, scanned)
	if scanned < accepted/3 {
		t.Error("of what is accepted, more should be decoded without help of the SDK")
	}
}

// What EC2 may well print must not be left to the SDK, which is slow.
func TestScans(t *testing.T) {
	for _, old := range []string{"ftp", "files", "all<", "Name<"} {
		for _, text := range []string{"", "a &lt;b&gt; &amp; &apos;c&apos; &quot;d&quot;", "a&#13;&#10;b", "&#x1F600;", "a\tb\nc\r\nd", "é 日本語 😀", "a]b]]c", "a > b", strings.Repeat("long ", 100)} {
			if strings.HasSuffix(old, "<") {
				text += "<"
			}
			body := []byte(strings.Replace(small, old, text, 1))
			compare(t, body)
			if !scans(body) {
				t.Errorf("left to the SDK with the text %q", text)
			}
		}
	}
	for name, body := range map[string]string{
		"without declaration":  strings.TrimPrefix(small, declaration),
		"without namespace":    strings.Replace(small, ` xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"`, "", 1),
		"without indentation":  strings.Join(strings.Fields(small), " "),
		"with CR LF":           strings.ReplaceAll(small, "\n", "\r\n"),
		"in lower case":        strings.ToLower(small[len(declaration):]),
		"with unknown members": strings.ReplaceAll(small, "<ipProtocol>", `<new a="b"><item>x<y/>é &amp;</item></new><ipProtocol>`),
	} {
		body = strings.ReplaceAll(body, strings.ToLower(groupsRoot), groupsRoot)
		compare(t, []byte(body))
		if !scans([]byte(body)) {
			t.Errorf("%s: left to the SDK", name)
		}
	}
	for e := unknown + 1; int(e) < len(names); e++ {
		if byHash[words[e].hash()] != e {
			t.Errorf("the name %s has the hash of another, and so is found slowly", names[e])
		}
	}
}

// A body that ends too early is an error wherever it ends.
func TestTruncation(t *testing.T) {
	body := []byte(strings.TrimSpace(small))
	for n := 0; n < len(body); n += soak.OneIn {
		if _, err := compare(t, body[:n:n]); err == nil {
			t.Fatalf("no error for the first %d bytes", n)
		}
	}
	var g Group
	for _, p := range must(find(body, securityGroupInfo)) {
		element := body[p.start:p.end]
		for n := range element {
			if err := DecodeGroup(element[:n:n], &g); err == nil {
				t.Fatalf("DecodeGroup: no error for the first %d bytes of\n%q", n, element)
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestDecodeGroupErrors(t *testing.T) {
	var g Group
	for _, element := range []string{"", " ", "text", "<item>", "<item/><item/>", " <item/>", "<item/> ", "<items/>", "<item/><!-- -->", "<groupId>sg-1</groupId>", "</securityGroupInfo><securityGroupInfo><item/>", "<item/></securityGroupInfo><securityGroupInfo>"} {
		if err := DecodeGroup([]byte(element), &g); err == nil {
			t.Errorf("no error for %q", element)
		}
	}
	for _, element := range []string{"<item/>", "<ITEM></ITEM>", "<item a='b'/>", "<item><!-- --></item>"} {
		if err := DecodeGroup([]byte(element), &g); err != nil {
			t.Errorf("%q: %v", element, err)
		}
	}
}

// Unknown elements are read by recursion, which ends before the stack does.
func TestDepth(t *testing.T) {
	for _, depth := range []int{10, deepest, deepest + 1, deepestShape - 1, deepestShape} {
		body := []byte("<" + groupsRoot + "><securityGroupInfo/>" + strings.Repeat("<a>", depth) + strings.Repeat("</a>", depth) + "</" + groupsRoot + ">")
		if _, err := compare(t, body); (err != nil) != (depth >= deepestShape) {
			t.Errorf("%d deep: %v", depth, err)
		}
		if got, want := scans(body), depth <= deepest; got != want {
			t.Errorf("%d deep: decoded without help of the SDK: %t, want %t", depth, got, want)
		}
	}
}

// What is read of one group is not kept beyond the next.
func TestKeepsNothing(t *testing.T) {
	d := newDecoder(benchBody(100), true)
	d.memory = new(memory)
	if _, ok := readAnswer(d, groupsRoot, securityGroupInfo, (*decoder).group, count); !ok || d.done != 100 {
		t.Fatalf("%d groups, want 100", d.done)
	}
	if n, m := len(d.egress.permissions), len(d.egress.sources); n != 1 || m != 1 {
		t.Errorf("%d permissions with %d sources are kept, want 1 with 1", n, m)
	}
	for _, known := range d.seen {
		if strings.Contains(known.text, "service-7-") || strings.Contains(known.text, "sg-") {
			t.Errorf("%q is kept, which came once", known.text)
		}
	}
}

// An error of the caller's own ends the decoding, on both ways.
func TestCallersError(t *testing.T) {
	for _, body := range []string{small, strings.Replace(small, "<item>", "<!-- --><item>", 1)} {
		for stop := range 3 {
			calls := 0
			_, err := Decode([]byte(body), func(*Group) error {
				calls++
				if calls > stop {
					return io.ErrClosedPipe
				}
				return nil
			})
			if err != io.ErrClosedPipe || calls != stop+1 {
				t.Errorf("error %v after %d calls, want its own after %d", err, calls, stop+1)
			}
		}
	}
}

// Texts that come often are one string; the others of a group share an allocation. The
// memory is not from the pool, which forgets at random under the race detector.
func TestAllocations(t *testing.T) {
	const groups = 200
	body := benchBody(groups)
	kept := new(memory)
	n := testing.AllocsPerRun(10, func() {
		d := &decoder{scanner: scanner{body: body, keep: true, keeper: keeper{memory: kept}}}
		if _, ok := readAnswer(d, groupsRoot, securityGroupInfo, (*decoder).group, count); !ok {
			t.Fatal("left to the SDK")
		}
	})
	if n > 3*groups {
		t.Errorf("%.1f allocations a group", n/groups)
	}
	var g Group
	first := must(find(body, securityGroupInfo))[0]
	n = testing.AllocsPerRun(100, func() {
		d := &decoder{scanner: scanner{body: body[first.start:first.end], keep: true, keeper: keeper{memory: kept}}}
		d.group(d.next(tag{}), &g)
		if d.stopped || len(g.Permissions) != 10 {
			t.Fatal("left to the SDK")
		}
	})
	if n > 2 {
		t.Errorf("%.1f allocations to decode a group again", n)
	}
}

func TestManyAtOnce(t *testing.T) {
	odd := []byte(strings.Replace(small, "<item>", "<!-- --><item>", 1))
	want, err := compare(t, []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				body := [][]byte{[]byte(small), odd}[i%10/9]
				n := 0
				_, err := Decode(body, func(g *Group) error {
					var again Group
					if err := DecodeGroup(body[g.Start:g.End], &again); err != nil {
						return err
					}
					if !cmp.Equal(want[n].Description, again.Description.Ptr()) || !cmp.Equal(want[n].Description, g.Description.Ptr()) {
						t.Errorf("got %v and %v, want %v", g.Description, again.Description, want[n].Description)
					}
					n++
					return nil
				})
				if err != nil || n != len(want) {
					t.Errorf("%d groups, error %v", n, err)
				}
			}
		})
	}
	wg.Wait()
}
