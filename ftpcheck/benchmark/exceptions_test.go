package benchmark

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/postgres"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func parseExceptions(t testing.TB, yaml string) []*exception.Exception {
	t.Helper()
	if yaml == "" {
		return nil
	}
	l, err := exception.Parse("exceptions.yaml", []byte("exceptions:\n"+yaml))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Malformed) > 0 {
		t.Fatal(l.Malformed)
	}
	return l.Exceptions
}

// loadExcepted is the mod with exceptions.
func loadExcepted(t testing.TB, exceptions []*exception.Exception, texts ...string) *Mod {
	t.Helper()
	var s Settings
	s.Except(exceptions)
	for _, text := range texts {
		if err := s.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	mod, err := Load(Bundled(), s)
	if err != nil {
		t.Fatal(err)
	}
	return mod
}

func variableOf(t *testing.T, mod *Mod, name string) *Variable {
	t.Helper()
	return mod.Variables[slices.IndexFunc(mod.Variables, func(v *Variable) bool { return v.Name == name })]
}

// A file for Powerpipe says what the exceptions say, whatever is in their texts.
func TestWritePPVars(t *testing.T) {
	const rest = "    ports: [20, 21]\n    reasons: [any_ipv4, combined]\n    until: 2027-03-31\n"
	hostile := []string{`it's "q"`, "${local.x}", "$${x}", "$$${x}", "%{if true}%%{endif}", `\`, `\\n\"`, "a\nb\r\n\tc\u2028\u0001", "<&>", "{{ .x }}", "$1", "é\U0001f600", "#", "/*", "<<EOT", "\u0085"}
	var yaml string
	for _, text := range hostile {
		quoted := strconv.QuoteToASCII(text) // which is YAML, too
		yaml += "  - name: legacy\n    tags: { purpose: x, for: y, null: z, " + quoted + ": w }\n    rule: " + quoted + "\n" + rest + "    why: " + quoted + "\n    approved_by: " + quoted + "\n    owner: " + quoted + "\n    ticket: " + quoted + "\n"
	}
	for _, all := range [][]*exception.Exception{nil, parseExceptions(t, yaml)} {
		var text bytes.Buffer
		if err := WritePPVars(&text, "a\n\"b\".yaml", all); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "a.ppvars")
		if err := os.WriteFile(path, text.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		var s Settings
		if err := s.ReadFile(path); err != nil {
			t.Fatalf("%s\n%v", text.String(), err)
		}
		mod, err := Load(Bundled(), s)
		if err != nil {
			t.Fatalf("%s\n%v", text.String(), err)
		}
		want, got := variableOf(t, loadExcepted(t, all), "exceptions"), variableOf(t, mod, "exceptions")
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", text.String(), diff)
		}
	}
}

// The pattern of an exception means the same to PostgreSQL and the embedded engine.
func TestExceptionPatterns(t *testing.T) {
	conn := postgres.Connect(t)
	engine := sqlengine.Open(nil)
	patterns := []string{"*", "a*", "?", "a.b", "a\\*", `[a-c]`, `[!a-c]`, `[^a]*`, `[\]]`, `[a\-c]`, `[\^a]`, `[a\[]`, `[[:digit:]]`, `[\\]`, `[a\\-c]`, "(a)", "a|b", "a{2}", "$", "^a", "é?", `a["x"].*`, `\d`, "***=a", "(?i)A"}
	texts := append([]string{"", "a", "b", "-", "]", "^", "[", `\`, "d]", "1]", "a.b", "axb", "a\nb", "a/b", "aa", "A", "éa", `a["x"].y`, `ax.y`, "d", "(a)", "a|b"}, patterns...)
	const sql = "select $1::text ~ ('^(' || $2::text || ')$')"
	matched := 0
	for _, pattern := range patterns {
		expression, err := exception.Regexp(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			want := (&exception.Exception{Name: pattern}).IsAbout(&sg.Permission{Group: &sg.Group{Name: text}})
			if want {
				matched++
			}
			var got bool
			if err := conn.QueryRow(t.Context(), sql, text, expression).Scan(&got); err != nil || got != want {
				t.Errorf("%q matches %q: %v, and as %q to PostgreSQL %v (%v)", pattern, text, want, expression, got, err)
			}
			err := engine.Query(t.Context(), sql, []pgsql.Arg{{Value: text}, {Value: expression}}, func(_ []pgsql.Column, row []any) error {
				if row[0] != want {
					t.Errorf("%q matches %q: %v, and as %q to the embedded engine %v", pattern, text, want, expression, row[0])
				}
				return nil
			})
			if err != nil {
				t.Errorf("%q as %q: %v", pattern, expression, err)
			}
		}
	}
	if matched < 2*len(patterns) {
		t.Errorf("only %d texts match", matched)
	}
}

// groupsRead is a [tables.Reader] of these groups.
type groupsRead []*sg.Group

func (g groupsRead) Read(_ context.Context, _ sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	for _, group := range g {
		if err := emit(group); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// acceptedRules is a query of what the mod makes of each rule that is open.
const acceptedRules = `query "accepted_rules" {
  sql = <<-EOQ
    with ${local.accepted_rules_sql}
    select format('%s %s', account, rule), is_accepted, exception_note from accepted_rules
  EOQ
}`

// Over random groups and exceptions, the mod says of each rule and group what package exception
// does: there is one notion of what an exception covers.
func TestSameExceptions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	files := fstest.MapFS{"accepted_rules.pp": {Data: []byte(acceptedRules)}}
	err := fs.WalkDir(Bundled(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Bundled(), name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	states, statuses := map[exception.State]int{}, map[string]int{}
	for range 20 {
		now := time.Now().UTC()
		groups := randomGroups(r, now)
		list := &exception.List{Exceptions: randomExceptions(t, r, now)}
		var settings Settings
		settings.Except(list.Exceptions)
		if len(list.Exceptions) == 0 || r.IntN(3) > 0 {
			list.TagKey = exceptionTag
			if err := settings.Set("exception_tag=" + exceptionTag); err != nil {
				t.Fatal(err)
			}
		}
		mod, err := Load(files, settings)
		if err != nil {
			t.Fatal(err)
		}
		var open []*sg.Permission
		for _, g := range groups {
			for _, p := range g.Permissions {
				if p.Verdict.Unrestricted == rule.Yes {
					open = append(open, p)
				}
			}
		}
		coverage := list.Cover(slices.Values(open), now)
		for _, u := range coverage.Uses {
			states[u.State]++
		}

		// Each rule, and what is said of it.
		want, got := map[string]string{}, map[string]string{}
		covered := map[*sg.Permission]bool{}
		for at, p := range open {
			covered[p] = coverage.By[at] != nil
			if isDropped(groups, p.Group) {
				continue
			}
			note := ""
			if e := coverage.By[at]; e != nil {
				note = ", " + e.String()
			} else if but := coverage.But[at]; but != "" {
				note = ", and the" + strings.TrimSuffix(strings.TrimPrefix(but, "The"), ".")
			}
			want[p.Group.AccountID+" "+p.RuleID] = fmt.Sprint(covered[p], note)
		}
		engine := sqlengine.Open(tables.Steampipe(groups))
		err = engine.Query(t.Context(), mod.query("accepted_rules").SQL, nil, func(_ []pgsql.Column, row []any) error {
			note := fmt.Sprint(row[2])
			if strings.Contains(note, " does not count, ") {
				note = "" // which is said of a tag, and not of the rule
			}
			if key := fmt.Sprint(row[0]); slices.ContainsFunc(open, func(p *sg.Permission) bool {
				return p.Group.AccountID+" "+p.RuleID == key && !isDropped(groups, p.Group)
			}) {
				got[key] = fmt.Sprint(row[1], note)
			}
			return nil
		})
		if diff := gocmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%v: package exception (-), the mod (+):\n%s", err, diff)
		}

		// Each group, as each control sees it.
		g := runAccess(t, mod, groups)
		for _, c := range mod.Controls {
			if c.Name == "place_scanned" {
				continue
			}
			want, got := map[string]string{}, map[string]string{}
			for _, g := range groups {
				if status := statusOf(c, g, covered); status != "" && !isDropped(groups, g) {
					want[g.AccountID+" "+cmp.Or(g.ARN, g.Ref())] = status
					statuses[c.Name+" "+status]++
				}
			}
			for _, result := range resultList(t, control(t, g, c.Name)) {
				got[result.dimension("account_id")+" "+result.Resource] = string(result.Status)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: package exception (-), the mod (+):\n%s", c.Name, diff)
			}
		}
	}
	for _, state := range []exception.State{exception.Covers, exception.Partly, exception.Exceeded, exception.Expired, exception.TooBroad, exception.Unmatched} {
		if states[state] < 5 {
			t.Errorf("only %d exceptions came to %s, which proves little", states[state], state)
		}
	}
	for _, name := range []string{"security_group_ftp", "security_group_ftp_control", "security_group_ftp_data", "default_security_group_ftp", "internet_reachable_ftp", "security_group_ftp_sources"} {
		for _, status := range []string{"ok", "alarm", "error", "skip"} {
			if statuses[name+" "+status] == 0 {
				t.Errorf("the control %s was never %s", name, status)
			}
		}
	}
}

// isDropped reports whether a group is one of which the mod takes the owner's row.
func isDropped(groups groupsRead, g *sg.Group) bool {
	return g.IsShared() && slices.ContainsFunc(groups, func(o *sg.Group) bool { return o.ARN == g.ARN && o.ARN != "" && !o.IsShared() })
}

// statusOf is the status of a group by a control; empty if that is not about it.
func statusOf(c *Control, g *sg.Group, covered map[*sg.Permission]bool) string {
	var alarm, unknown, skip bool
	for _, p := range g.Permissions {
		switch c.Name {
		case "security_group_ftp_control":
			if p.Verdict.Ports&rule.Control == 0 {
				continue
			}
		case "security_group_ftp_data":
			if p.Verdict.Ports&rule.Data == 0 {
				continue
			}
		}
		switch {
		case p.Verdict.Unrestricted == rule.Unknown:
			unknown = true
		case p.Verdict.Unrestricted == rule.Yes && covered[p]:
			skip = true
		case p.Verdict.Unrestricted == rule.Yes:
			alarm = true
		}
	}
	switch {
	case c.Name == "default_security_group_ftp" && !g.IsDefault():
		return ""
	case c.Name == "internet_reachable_ftp" && (alarm || unknown):
		// Of a group through which the internet reaches something nobody knows by which rule.
		switch g.Exposure.Reachable {
		case rule.No:
			return "ok"
		case rule.Yes:
			return "alarm"
		}
		return "error"
	case c.Name == "internet_reachable_ftp" && g.Exposure.Reachable == rule.No, !alarm && !unknown && !skip:
		return "ok"
	case alarm:
		return "alarm"
	case unknown:
		return "error"
	}
	return "skip"
}

func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

func randomGroups(r *rand.Rand, now time.Time) groupsRead {
	var groups groupsRead
	seen := map[string]bool{}
	for range 5 + r.IntN(20) {
		id, owner, region := fmt.Sprint("sg-", r.IntN(6)), pick(r, "111111111111", "222222222222"), pick(r, "eu-west-1", "us-east-1")
		g := &sg.Group{ID: id, OwnerID: owner, AccountID: pick(r, owner, owner, "222222222222"), Region: region, Origin: sg.Live, Name: pick(r, "ftp", "legacy/ftp", "default", "default", "a.b", "xa.b", "a.bx", "aab"),
			ARN: "arn:aws:ec2:" + region + ":" + owner + ":security-group/" + id, Exposure: &exposure.GroupExposure{Reachable: pick(r, rule.No, rule.No, rule.Yes, rule.Unknown)}}
		if r.IntN(8) == 0 {
			g.Resource.Address, g.ID, g.ARN, g.Origin = `module.a["x"].aws_security_group.`+id, "", "", "plan.json"
		}
		if key := g.AccountID + cmp.Or(g.ARN, g.Ref()); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		if r.IntN(2) == 0 && !g.IsShared() {
			g.Tags = map[string]string{"purpose": pick(r, "honeypot", "a honeypot", "x\ny", "x\nyz"), exceptionTag: randomTag(r, now)}
		}
		for i := range r.IntN(4) {
			p := &sg.Permission{Group: g, CIDRIPv4: "0.0.0.0/0", RuleID: fmt.Sprint("sgr-", len(groups), "-", i)}
			p.Protocol, p.FromPort, p.ToPort = pick(r, "tcp", "6", "TCP"), new(int32), new(int32)
			*p.FromPort, *p.ToPort = int32(20+r.IntN(2)), 21
			if r.IntN(4) == 0 {
				p.Protocol, p.FromPort, p.ToPort = "-1", nil, nil
			}
			if r.IntN(4) == 0 {
				p.Resource.Address = "aws_security_group_rule.a"
			}
			p.Source = rule.CIDR(netip.MustParsePrefix("10.0.0.0/8"))
			switch p.Verdict.Unrestricted = pick(r, rule.Yes, rule.Yes, rule.Yes, rule.Unknown, rule.No); p.Verdict.Unrestricted {
			case rule.Yes:
				p.Verdict.Ports, p.Verdict.Reason = rule.Ports(1+r.IntN(3)), pick(r, rule.AnyIPv4, rule.AnyIPv4, rule.AnyIPv6, rule.PrefixList, rule.Combined)
				p.Source = rule.CIDR(netip.MustParsePrefix("0.0.0.0/0"))
			case rule.Unknown:
				p.Verdict.Ports, p.Verdict.Reason, p.Source = rule.Ports(1+r.IntN(3)), rule.Undetermined, rule.Unread()
			}
			if p.Verdict.Unrestricted == rule.Yes || p.Verdict.Unrestricted == rule.Unknown && g.Verdict.Unrestricted == rule.No {
				g.Verdict.Unrestricted = p.Verdict.Unrestricted
			}
			g.Permissions = append(g.Permissions, p)
		}
		groups = append(groups, g)
	}
	return groups
}

func randomDay(r *rand.Rand, now time.Time) string {
	return now.AddDate(0, 0, pick(r, -1, 0, 1, 2, 300)).Format(time.DateOnly)
}

func randomTag(r *rand.Rand, now time.Time) string {
	words := []string{randomDay(r, now)}
	for range r.IntN(7) {
		words = append(words, pick(r, "20", "21", "21", "any_ipv4", "any_ipv4", "any_ipv6", "combined", "reachable"))
	}
	if r.IntN(8) > 0 {
		words = append(words, "research", "21")
	}
	return strings.Join(words, pick(r, " ", "  ", "\t"))
}

func randomExceptions(t *testing.T, r *rand.Rand, now time.Time) []*exception.Exception {
	var yaml string
	for range r.IntN(25) {
		yaml += "  - { " + pick(r, "group_id: sg-0", `account_id: "1*"`, "region: eu-*", "name: '*/[e-g]*'", "name: a.b", "tags: { purpose: honey* }", "tags: { purpose: 'x?y' }",
			`address: 'module.a["x"].*'`, `address: 'module.a["x"].aws_security_group.sg-1'`, "name: '*'", "group_id: sg-1, region: '[!u]*'", "group_id: sg-2, name: default")
		if r.IntN(4) == 0 {
			yaml += ", rule: " + pick(r, "tcp 21 21 0.0.0.0/0", "sgr-0-0", "aws_security_group_rule.a", `"-1 -1 -1 0.0.0.0/0"`)
		}
		yaml += fmt.Sprintf(", groups: %d, ports: %s, reasons: %s, reachable: %v, until: %s, why: it's so, approved_by: CISO }\n", 1+r.IntN(9), pick(r, "[20]", "[21]", "[20, 21]", "[20, 21]"),
			pick(r, "[any_ipv4]", "[any_ipv4, any_ipv6]", "[any_ipv4, any_ipv6, prefix_list, combined]", "combined"), r.IntN(2) == 0, randomDay(r, now))
	}
	return parseExceptions(t, yaml)
}
