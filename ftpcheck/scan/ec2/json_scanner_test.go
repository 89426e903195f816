package ec2

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"
)

// compareJSON fails the test if the scanner takes a value that package json, with these options,
// reads otherwise or not at all. It reports whether the scanner takes it.
func compareJSON[S any](t tester, text []byte, scan func([]byte) (n int, ok bool), got func() any, want func(*S) any, options ...json.Options) bool {
	t.Helper()
	lent := bytes.Clone(text)
	n, ok := scan(lent)
	clear(lent) // what was read must not change with it
	if !ok {
		return false
	}
	var v S
	d := jsontext.NewDecoder(bytes.NewReader(text))
	if err := json.UnmarshalDecode(d, &v, options...); err != nil {
		t.Fatalf("the scanner takes what package json refuses with %v:\n%q", err, text)
	}
	if d.InputOffset() != int64(n) {
		t.Fatalf("the scanner reads %d bytes, want %d, of\n%q", n, d.InputOffset(), text)
	}
	if diff := difference(want(&v), got()); diff != "" {
		t.Fatalf("-want +got:\n%s\nof\n%q", diff, text)
	}
	return true
}

// compareGroupJSON does so with a group, and compareRuleJSON with a rule.
func compareGroupJSON(t tester, text []byte) bool {
	t.Helper()
	var g Group
	return compareJSON(t, text, g.ScanJSON, func() any { return g.SecurityGroup() }, func(want *SavedGroup) any {
		if len(want.Unknown) > 0 {
			t.Fatalf("the scanner takes a group with %s", want.Unknown)
		}
		return want.SecurityGroup()
	})
}

func compareRuleJSON(t tester, text []byte) bool {
	t.Helper()
	var r Rule
	return compareJSON(t, text, r.ScanJSON, func() any { return r.SecurityGroupRule() },
		func(want *types.SecurityGroupRule) any { return want }, json.MatchCaseInsensitiveNames(true))
}

// A jsonWriter writes a value in another way: in any order, with any space between and, if it is
// odd, with what is no JSON of AWS.
type jsonWriter struct {
	bytes.Buffer
	random *rand.Rand
	odd    bool
}

func (w *jsonWriter) chance(n int) bool { return w.random.IntN(n) == 0 }

func (w *jsonWriter) blank() {
	for w.chance(2) {
		w.WriteString([]string{" ", "\n", "\r\n", "\n" + strings.Repeat(" ", w.random.IntN(30)), "\t"}[w.random.IntN(5)])
	}
}

func (w *jsonWriter) value(v jsontext.Value) {
	if w.odd && w.chance(40) {
		w.WriteString([]string{"null", "true", `"x"`, "5", "{}", "[]", "[null]", strings.Repeat("[", 200) + strings.Repeat("]", 200), `{"a": {"a": 1, "a": 2}}`}[w.random.IntN(9)])
		return
	}
	d := jsontext.NewDecoder(bytes.NewReader(v))
	var parts []string
	part := func(write func()) {
		before := w.Len()
		write()
		parts = append(parts, string(w.Bytes()[before:]))
		w.Truncate(before)
	}
	list := func(begin, end string) {
		w.WriteString(begin)
		w.blank()
		w.WriteString(strings.Join(parts, ","))
		w.WriteString(end)
	}
	next := func() jsontext.Value {
		v, err := d.ReadValue()
		if err != nil {
			panic(err)
		}
		return v.Clone()
	}
	switch v.Kind() {
	case '{':
		d.ReadToken()
		for d.PeekKind() != '}' {
			name, member := next(), next()
			if w.odd && w.chance(60) {
				name = jsontext.Value([]string{strings.ToLower(string(name)), `"Other"`, strings.Replace(string(name), "I", `\u0049`, 1),
					`"CidrIp"`, `"CidrIpv6"`, `"PrefixListId"`, `"GroupId"`}[w.random.IntN(7)])
			}
			for range 1 + w.some(60) {
				part(func() {
					w.blank()
					w.text(name)
					w.blank()
					w.WriteString(":")
					w.value(member)
					w.blank()
				})
			}
		}
		w.random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		w.blank()
		list("{", "}")
	case '[':
		d.ReadToken()
		for d.PeekKind() != ']' {
			item := next()
			part(func() { w.value(item); w.blank() })
		}
		w.blank()
		list("[", "]")
	case '0':
		w.blank()
		if number := string(v); w.some(6) == 0 {
			w.WriteString(number)
		} else {
			w.WriteString([]string{number + ".0", number + "e0", number + "E+1", number + "0", number + ".", "0" + number, "-" + number,
				"-0", "00", "01", "-01", "-", "2147483648", "-2147483649", "9999999999", "4294967296"}[w.random.IntN(16)])
		}
	default:
		w.blank()
		w.text(v)
	}
}

// some is mostly zero.
func (w *jsonWriter) some(n int) int {
	if w.odd && w.chance(n) {
		return 1
	}
	return 0
}

// text writes a text with escapes that it does not need.
func (w *jsonWriter) text(v jsontext.Value) {
	for _, c := range string(v) {
		switch {
		case c == '/' && w.chance(2):
			w.WriteString(`\/`)
		case c != '"' && c != '\\' && w.some(300) == 1:
			fmt.Fprintf(w, `\u%04x`, c&0xffff)
		case w.some(300) == 1:
			w.WriteString([]string{"\x00", "\xff", "\xed\xa0\x80", `\`, `\x`, "\n", `\ud800`, `\"`}[w.random.IntN(8)])
		default:
			w.WriteRune(c)
		}
	}
}

// mutate changes a few bytes.
func (w *jsonWriter) mutate() []byte {
	text := bytes.Clone(w.Bytes())
	for w.chance(2) && len(text) > 0 {
		i := w.random.IntN(len(text))
		const bytesOfJSON = "{}[],:\"\\ \n0159eE.+-tfnu\x00\x7f\xc3\xff"
		switch w.random.IntN(3) {
		case 0:
			text[i] = bytesOfJSON[w.random.IntN(len(bytesOfJSON))]
		case 1:
			text = append(text[:i:i], text[i+w.random.IntN(min(8, len(text)-i)):]...)
		case 2:
			text = append(text[:i:i], append([]byte{bytesOfJSON[w.random.IntN(len(bytesOfJSON))]}, text[i:]...)...)
		}
	}
	return text
}

// However groups and rules are written, with whatever is wrong in them, the scanner takes none that
// package json reads otherwise. It takes all that are written in plain JSON.
func TestScanJSON(t *testing.T) {
	odd := 0 // that were taken
	rapid.Check(t, func(t *rapid.T) {
		group, rule := anyGroup(t), anyRule(t)
		for i, compare := range []func(tester, []byte) bool{compareGroupJSON, compareRuleJSON} {
			text, err := json.Marshal([]any{group, rule}[i], json.OmitZeroStructFields(true))
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "random"), 0))
			w := jsonWriter{random: random}
			w.value(text)
			w.WriteString(",{")
			if !compare(t, w.Bytes()) {
				t.Fatalf("not taken: %q", w.Bytes())
			}
			for range 10 {
				w := jsonWriter{random: random, odd: true}
				w.value(text)
				for range 10 {
					if text := w.mutate(); compare(t, text) && !bytes.Equal(text, w.Bytes()) {
						odd++
					}
				}
			}
		}
	})
	if odd < 100 {
		t.Errorf("of what is odd, %d were taken", odd)
	}
}

// A group that is cut off is not taken, and all of it is said to be read, so that more can be given.
func TestScanJSONInPieces(t *testing.T) {
	text := []byte(`{"GroupId": "sg-1", "Description": "\"a\\b\" é\/", "IpPermissions": [ {"FromPort": -1, "ToPort":2147483647 , "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {}], "PrefixListIds": []}]}`)
	rule := []byte(`{"IsEgress":false,"ReferencedGroupInfo": {"GroupId":"sg-1"} ,"FromPort": 20,"Tags":[]}`)
	if !compareGroupJSON(t, text) || !compareRuleJSON(t, rule) {
		t.Error("the whole is not taken")
	}
	var g Group
	var r Rule
	for _, c := range []struct {
		text []byte
		scan func([]byte) (int, bool)
	}{{text, g.ScanJSON}, {rule, r.ScanJSON}} {
		for end := range c.text {
			if n, ok := c.scan(c.text[:end:end]); ok || n != end {
				t.Errorf("%d, %v, of %s", n, ok, c.text[:end])
			}
		}
	}
}

// What package json refuses, or reads as something that AWS does not give, is left to it.
func TestScanJSONLeaves(t *testing.T) {
	for _, text := range []string{
		`null`, `[]`, `{"GroupId": null}`, `{"GroupId": 5}`, `{"groupId": "sg-1"}`, `{"Group\u0049d": "sg-1"}`, `{"GroupId": "\u0061"}`,
		`{"GroupId": "sg-1", "GroupId": "sg-1"}`, `{"Tags": [], "Tags": []}`, `{"Tags": [{"Key": "a", "Key": "a"}]}`, `{"Tags": [null]}`,
		`{"IpPermissions": [], "IpPermissions": []}`, `{"IpPermissions": null}`, `{"IpPermissions": [{}, null]}`, `{"IpPermissions": [{}],}`,
		`{"IpPermissions": [{"IpRanges": [{"CidrIpv6": "::/0"}]}]}`, `{"IpPermissions": [{"Ipv6Ranges": [{"CidrIp": "0.0.0.0/0"}]}]}`,
		`{"IpPermissions": [{"PrefixListIds": [{"CidrIp": "0.0.0.0/0"}]}]}`, `{"IpPermissions": [{"UserIdGroupPairs": [{"CidrIp": "0.0.0.0/0"}]}]}`,
		`{"IpPermissions": [{"IpRanges": [], "IpRanges": []}]}`, `{"IpPermissions": [{"FromPort": 20, "FromPort": 21}]}`,
		`{"IpPermissions": [{"FromPort": "21"}]}`, `{"IpPermissions": [{"FromPort": 2.1e1}]}`, `{"IpPermissions": [{"FromPort": 021}]}`,
		`{"IpPermissionsEgress": [{"Other": 1}]}`, `{"IpPermissionsEgress": [{"FromPort": 20, "FromPort": 21}]}`, `{"IpPermissionsEgress": [], "IpPermissionsEgress": []}`,
		`{"IsEgress": 1}`, `{"IsEgress": false, "IsEgress": true}`, `{"ReferencedGroupInfo": {}, "ReferencedGroupInfo": {}}`, `{"ReferencedGroupInfo": {"GroupName": "a"}}`,
	} {
		if compareGroupJSON(t, []byte(text)) || compareRuleJSON(t, []byte(text)) {
			t.Errorf("taken: %s", text)
		}
	}
}

// The scanner takes what the AWS CLI printed, and what we record of it.
func TestScanJSONOfAWSCLI(t *testing.T) {
	files, err := filepath.Glob("../../../testdata/emulator/*/*/describe-security-group*.json")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ SecurityGroups, SecurityGroupRules []jsontext.Value }
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatal(err)
		}
		if len(answer.SecurityGroups)+len(answer.SecurityGroupRules) == 0 {
			t.Errorf("%s has no groups and no rules", file)
		}
		for _, text := range answer.SecurityGroups {
			var g Group
			if g.ScanJSON(text); !compareGroupJSON(t, text) || !compareGroupJSON(t, g.AppendJSON(nil)) {
				t.Errorf("%s: not taken: %s", file, text)
			}
		}
		for _, text := range answer.SecurityGroupRules {
			var r Rule
			if r.ScanJSON(text); !compareRuleJSON(t, text) || !compareRuleJSON(t, r.AppendJSON(nil)) {
				t.Errorf("%s: not taken: %s", file, text)
			}
		}
	}
}

func FuzzScanJSON(f *testing.F) {
	f.Add([]byte(`{"GroupId": "sg-1", "Description": "\"a\\b\" é\/", "IpPermissions": [ {"FromPort": -1, "ToPort":2147483647 , "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {}], "PrefixListIds": []}]}`))
	f.Add([]byte(`{"IpPermissionsEgress": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1", "UserId": "1"}], "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "\u0041"}]}], "Tags": [{"Key": "a", "Value": ""}]}`))
	f.Add([]byte(`{"IsEgress":false,"ReferencedGroupInfo": {"GroupId":"sg-1"} ,"FromPort": 20,"ToPort":1e2,"Tags":[]}`))
	f.Add([]byte(`{"FromPort":-0,"ToPort":00,"Description":null,"GroupId":"` + "\xff" + `"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		compareGroupJSON(t, text)
		compareRuleJSON(t, text)
	})
}
