package ec2

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// FuzzDecode puts a text into one of the spots, of which one is the whole body.
func FuzzDecode(f *testing.F) {
	whole := 0
	for i, spot := range spots {
		if spot == "%s" {
			whole = i
		}
	}
	for i, c := range constructs {
		f.Add(c, uint8(i%len(spots)))
	}
	f.Add(small, uint8(whole))
	f.Add(strings.Join(strings.Fields(small), " "), uint8(whole))
	f.Add(string(benchBody(1)), uint8(whole))
	f.Fuzz(func(t *testing.T, text string, spot uint8) {
		body := strings.Replace(spots[int(spot)%len(spots)], "%s", text, 1)
		compare(t, []byte(body))
	})
}

// Groups that are written in any way that XML allows are read back as they were.
func TestAnyWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := append([]types.SecurityGroup{}, rapid.SliceOfN(rapid.Custom(anyGroup), 0, 4).Draw(t, "groups")...)
		token := anyText(t, "token")
		w := writer{
			random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "random"), 0)),
			odd:    rapid.Bool().Draw(t, "odd"),
		}
		w.groups(groups, token)
		body := w.Bytes()

		var got []types.SecurityGroup
		gotToken, err := Decode(body, func(g *Group) error {
			got = append(got, *g.SecurityGroup())
			return nil
		})
		if err != nil || aws.ToString(token) != aws.ToString(gotToken) || (token == nil) != (gotToken == nil) {
			t.Fatalf("token %q, want %q, error %v, of\n%s", aws.ToString(gotToken), aws.ToString(token), err, body)
		}
		if len(groups) != len(got) {
			t.Fatalf("%d groups, want %d, of\n%s", len(got), len(groups), body)
		}
		for i := range groups {
			groups[i].IpPermissionsEgress = nil
			if diff := difference(groups[i], got[i]); diff != "" {
				t.Fatalf("group %d (-want +got):\n%s\nof\n%s", i, diff, body)
			}
		}
		if !w.odd && !scans(body) {
			t.Fatalf("left to the SDK:\n%s", body)
		}
		compare(t, body)
	})
}

func anyText(t *rapid.T, label string) *string {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "tcp", "-1", "0.0.0.0/0", "a & b <c> \"d\" 'e'", "]]>", "x]]", " ]]> ", "\n", "a\r\nb", "&amp;", "<!-- -->", "<![CDATA[x]]>", "é😀", "\t"}),
		rapid.StringN(0, 12, -1),
	).Filter(func(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return !isCharacter(r) }) })
	return rapid.Ptr(text, true).Draw(t, label)
}

func anyPort(t *rapid.T, label string) *int32 {
	return rapid.Ptr(rapid.OneOf(rapid.Int32Range(-1, 65535), rapid.Int32()), true).Draw(t, label)
}

// anyList is absent, empty, or has members.
func anyList[T any](t *rapid.T, label string, member func(t *rapid.T) T) []T {
	if rapid.Bool().Draw(t, label+" absent") {
		return nil
	}
	return append([]T{}, rapid.SliceOfN(rapid.Custom(member), 0, 3).Draw(t, label)...)
}

func anyGroup(t *rapid.T) types.SecurityGroup {
	return types.SecurityGroup{
		GroupId: anyText(t, "id"), GroupName: anyText(t, "name"), Description: anyText(t, "description"),
		OwnerId: anyText(t, "owner"), VpcId: anyText(t, "vpc"), SecurityGroupArn: anyText(t, "arn"),
		Tags:                anyList(t, "tags", anyTag),
		IpPermissions:       anyList(t, "ingress", anyPermission),
		IpPermissionsEgress: anyList(t, "egress", anyPermission),
	}
}

func anyTag(t *rapid.T) types.Tag {
	return types.Tag{Key: anyText(t, "key"), Value: anyText(t, "value")}
}

func anyPermission(t *rapid.T) types.IpPermission {
	return types.IpPermission{
		IpProtocol: anyText(t, "protocol"), FromPort: anyPort(t, "from"), ToPort: anyPort(t, "to"),
		IpRanges: anyList(t, "IPv4", func(t *rapid.T) types.IpRange {
			return types.IpRange{CidrIp: anyText(t, "CIDR"), Description: anyText(t, "description")}
		}),
		Ipv6Ranges: anyList(t, "IPv6", func(t *rapid.T) types.Ipv6Range {
			return types.Ipv6Range{CidrIpv6: anyText(t, "CIDR"), Description: anyText(t, "description")}
		}),
		PrefixListIds: anyList(t, "lists", func(t *rapid.T) types.PrefixListId {
			return types.PrefixListId{PrefixListId: anyText(t, "list"), Description: anyText(t, "description")}
		}),
		UserIdGroupPairs: anyList(t, "pairs", func(t *rapid.T) types.UserIdGroupPair {
			return types.UserIdGroupPair{
				GroupId: anyText(t, "group"), Description: anyText(t, "description"), GroupName: anyText(t, "name"), UserId: anyText(t, "user"),
				VpcId: anyText(t, "vpc"), PeeringStatus: anyText(t, "status"), VpcPeeringConnectionId: anyText(t, "connection"),
			}
		}),
	}
}

// A writer writes groups at random: in any order, with any space between, any way of
// writing a text, elements that nobody knows and, if it is odd, with what EC2 does not use.
type writer struct {
	bytes.Buffer
	random *rand.Rand
	odd    bool
}

func (w *writer) chance(n int) bool { return w.random.IntN(n) == 0 }

func (w *writer) groups(groups []types.SecurityGroup, token *string) {
	w.response(groupsRoot, token,
		writeList(w, "securityGroupInfo", groups, func(g types.SecurityGroup) func() {
			return w.children(
				w.text("groupId", g.GroupId), w.text("groupName", g.GroupName), w.text("groupDescription", g.Description),
				w.text("ownerId", g.OwnerId), w.text("vpcId", g.VpcId), w.text("securityGroupArn", g.SecurityGroupArn),
				writeList(w, "tagSet", g.Tags, w.tag),
				writeList(w, "ipPermissions", g.IpPermissions, w.permission),
				writeList(w, "ipPermissionsEgress", g.IpPermissionsEgress, w.permission),
			)
		}))
}

func (w *writer) tag(t types.Tag) func() {
	return w.children(w.text("key", t.Key), w.text("value", t.Value))
}

func (w *writer) response(root string, token *string, list func()) {
	if w.chance(2) {
		w.WriteString(declaration)
	}
	w.space()
	if w.chance(2) {
		root += ` xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"`
	}
	w.element(root, w.children(w.text("nextToken", token), list))
	w.blank()
}

func (w *writer) permission(p types.IpPermission) func() {
	return w.children(
		w.text("ipProtocol", p.IpProtocol), w.port("fromPort", p.FromPort), w.port("toPort", p.ToPort),
		writeList(w, "ipRanges", p.IpRanges, func(r types.IpRange) func() {
			return w.children(w.text("cidrIp", r.CidrIp), w.text("description", r.Description))
		}),
		writeList(w, "ipv6Ranges", p.Ipv6Ranges, func(r types.Ipv6Range) func() {
			return w.children(w.text("cidrIpv6", r.CidrIpv6), w.text("description", r.Description))
		}),
		writeList(w, "prefixListIds", p.PrefixListIds, func(l types.PrefixListId) func() {
			return w.children(w.text("prefixListId", l.PrefixListId), w.text("description", l.Description))
		}),
		writeList(w, "groups", p.UserIdGroupPairs, func(g types.UserIdGroupPair) func() {
			return w.children(
				w.text("groupId", g.GroupId), w.text("description", g.Description), w.text("groupName", g.GroupName), w.text("userId", g.UserId),
				w.text("vpcId", g.VpcId), w.text("peeringStatus", g.PeeringStatus), w.text("vpcPeeringConnectionId", g.VpcPeeringConnectionId),
			)
		}),
	)
}

// writeList returns what writes a list, which is nothing for a nil one.
func writeList[T any](w *writer, name string, list []T, member func(T) func()) func() {
	if list == nil {
		return nil
	}
	return func() {
		w.element(name, func() {
			for _, m := range list {
				w.blank()
				w.element("item", member(m))
			}
			w.blank()
		})
	}
}

// children returns what writes children in random order.
func (w *writer) children(all ...func()) func() {
	return func() {
		w.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, write := range all {
			w.space()
			if w.chance(10) {
				w.WriteString(`<unheardOf a="b">x <item>y</item><groupId/></unheardOf>`)
			}
			if write != nil {
				write()
			}
		}
		w.space()
	}
}

// element writes an element with its start tag, which may have attributes.
func (w *writer) element(tag string, inside func()) {
	name, _, _ := strings.Cut(tag, " ")
	if w.chance(10) {
		tag += ` a='"'`
	}
	if w.odd && w.chance(10) {
		tag, name = "ec2:"+tag, "ec2:"+name
	}
	before := w.Len()
	w.WriteString("<" + tag + ">")
	inside()
	if w.Len() == before+len(tag)+2 && w.chance(2) {
		w.Truncate(before)
		w.WriteString("<" + tag + "/>")
		return
	}
	w.WriteString("</" + name + ">")
}

func (w *writer) port(name string, port *int32) func() {
	if port == nil {
		return nil
	}
	return w.text(name, aws.String(fmt.Sprint(*port)))
}

func (w *writer) text(name string, text *string) func() {
	if text == nil {
		return nil
	}
	return func() {
		if w.chance(4) {
			name = strings.ToUpper(name)
		}
		w.element(name, func() {
			if w.odd && w.chance(4) && !strings.ContainsAny(*text, "\r") && !strings.Contains(*text, "]]>") {
				w.WriteString("<![CDATA[" + *text + "]]>")
				return
			}
			for _, r := range *text {
				name := map[rune]string{'<': "lt", '>': "gt", '&': "amp", '"': "quot", '\'': "apos"}[r]
				switch {
				case name != "" && w.chance(2):
					w.WriteString("&" + name + ";")
				case strings.ContainsRune("<>&\r", r) || w.chance(10):
					fmt.Fprintf(w, []string{"&#%d;", "&#x%x;", "&#x%X;", "&#0%d;"}[w.random.IntN(4)], r)
				case r == '\n' && w.chance(2):
					w.WriteString("\r\n")
				default:
					w.WriteRune(r)
				}
			}
		})
	}
}

// space writes what may be between elements that are not items.
func (w *writer) space() {
	w.blank()
	if w.chance(8) {
		w.WriteString("stray é &amp; ]] text")
	}
	if w.odd && w.chance(20) {
		w.WriteString("<![CDATA[<item>]]>")
	}
}

// blank writes what may be between all elements.
func (w *writer) blank() {
	for w.chance(2) {
		w.WriteString([]string{" ", "\n", "\n        ", "\t", "\r\n"}[w.random.IntN(5)])
	}
	if w.odd && w.chance(10) {
		w.WriteString([]string{"<!-- <item> -->", "<?pi ?>", "<!DOCTYPE x>"}[w.random.IntN(3)])
	}
}

// What is written as JSON is what the json package writes of the types of the SDK.
func TestAppendJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare := func(value any, got []byte) {
			want, err := json.Marshal(value, json.OmitZeroStructFields(true))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Fatalf("-want +got:\n%s", diff)
			}
		}
		group, rule := anyGroup(t), anyRule(t)
		var g Group
		g.Read(&group)
		saved := NewSavedGroup(&group)
		compare(&saved, g.AppendJSON(nil))
		var r Rule
		r.Read(&rule)
		compare(&rule, r.AppendJSON(nil))
	})
}
