package remediation

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An allowance is what a rule lets in: one port of TCP from one source, or all that a rule
// for another protocol does.
type allowance struct {
	source string
	port   int32 // for TCP
	other  string
}

// allowed is the set of all that the rules let in. Of the ports, those count at which
// anything can change.
func allowed(rules []*sg.Permission, closed func(p *sg.Permission, port int32) bool) map[allowance]bool {
	all := map[allowance]bool{}
	for _, p := range rules {
		if !strings.EqualFold(p.Protocol, "tcp") && p.Protocol != "6" {
			all[allowance{other: p.Key()}] = true
			continue
		}
		from, to := portRange(p)
		for _, port := range []int32{0, 1, 9, 10, 18, 19, 20, 21, 22, 23, 29, 30, 31, 1023, 1024, 1025, 65534, 65535} {
			if from <= port && port <= to && !closed(p, port) {
				all[allowance{source: p.SourceText(), port: port}] = true
			}
		}
	}
	return all
}

func nothingClosed(*sg.Permission, int32) bool { return false }

func subset(a, b map[allowance]bool) bool {
	for x := range a {
		if !b[x] {
			return false
		}
	}
	return true
}

// apply does with the rules what AWS would. It fails as AWS does, and then changes nothing.
func (p *plan) apply(rules []*sg.Permission) (authorized, revoked []*sg.Permission, err error) {
	keys := map[string]bool{}
	for _, r := range rules {
		keys[r.Key()] = true
	}
	authorized = slices.Clone(rules)
	for _, r := range p.authorize {
		if from, to := portRange(r); from > to {
			return rules, rules, fmt.Errorf("InvalidParameterValue: the range %d to %d", from, to)
		}
		if keys[r.Key()] {
			return rules, rules, fmt.Errorf("InvalidPermission.Duplicate: %s", r.Key())
		}
		keys[r.Key()] = true
		authorized = append(authorized, r)
	}
	revoked = slices.DeleteFunc(slices.Clone(authorized), func(r *sg.Permission) bool {
		return slices.ContainsFunc(p.revoke, func(gone *sg.Permission) bool { return r.RuleID == gone.RuleID })
	})
	if len(revoked) != len(authorized)-len(p.revoke) {
		return authorized, authorized, fmt.Errorf("InvalidSecurityGroupRuleId.NotFound: one of %v", p.ids())
	}
	return authorized, revoked, nil
}

// anyGroup draws a group in which parts coincide and are there already much more often
// than they would at random.
func anyGroup(t *rapid.T) *sg.Group {
	var rules []*sg.Permission
	keys := map[string]bool{}
	sources := rapid.SliceOfN(rapid.SampledFrom([]string{
		"0.0.0.0/0", "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "2000::/4", "3000::/4",
		"pl-1=0.0.0.0/0", "pl-2=10.0.0.0/8", "pl-3=?", "sg-1",
	}), 1, 4).Draw(t, "sources")
	for range rapid.IntRange(0, 12).Draw(t, "rules") {
		source := rapid.SampledFrom(sources).Draw(t, "source")
		var p *sg.Permission
		switch rapid.IntRange(0, 9).Draw(t, "protocol") {
		case 0:
			p = all(source)
		case 1:
			p = permission("udp", 20, 21, source)
		case 2:
			p = permission("tcp", -1, -1, source)
		default:
			from := rapid.SampledFrom([]int32{0, 10, 19, 20, 21, 22}).Draw(t, "from")
			to := rapid.SampledFrom([]int32{19, 20, 21, 22, 30, 65535}).Draw(t, "to")
			if from > to {
				continue
			}
			p = tcp(from, to, source)
		}
		// AWS has no rule twice, and calls the same ports the same.
		if key := p.Key(); !keys[key] {
			keys[key] = true
			rules = append(rules, p)
		}
	}
	return group(rules...)
}

// Of any group, whatever the order in which the plans are carried out and if each is tried
// twice: nothing but TCP 20 and 21 of open rules is closed, all of that is, AWS refuses
// nothing the first time, and no step allows less than the last.
func TestPlansCloseFTPAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGroup(t)
		all := plans(g)
		planned := map[*sg.Permission]bool{}
		for _, p := range all {
			for _, r := range p.revoke {
				if planned[r] {
					t.Fatalf("%s is revoked twice", name(r))
				}
				planned[r] = true
			}
		}
		for _, p := range g.Permissions {
			if want := p.Verdict.Unrestricted == rule.Yes && p.Protocol != "-1"; planned[p] != want {
				t.Fatalf("%s has a plan: %v, want %v", name(p), planned[p], want)
			}
			if text := For(p); (text == "") != (p.Verdict.Unrestricted == rule.No) || strings.Contains(text, "\naws ") != planned[p] {
				t.Fatalf("%s has the text %q", name(p), text)
			}
		}
		before := allowed(g.Permissions, nothingClosed)
		want := allowed(g.Permissions, func(p *sg.Permission, port int32) bool { return planned[p] && (port == 20 || port == 21) })
		now := g.Permissions
		for _, p := range rapid.Permutation(all).Draw(t, "order") {
			authorized, revoked, err := p.apply(now)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range [][]*sg.Permission{authorized, revoked} {
				if is := allowed(step, nothingClosed); !subset(want, is) || !subset(is, before) {
					t.Fatalf("a step allows less or more than it may: %v", is)
				}
			}
			if _, again, err := p.apply(revoked); err == nil || len(again) != len(revoked) && len(p.authorize) > 0 {
				t.Fatal("to do it again is not refused, or changes something")
			}
			now = revoked
		}
		if diff := cmp.Diff(want, allowed(now, nothingClosed)); diff != "" {
			t.Fatalf("what is allowed (-want +got):\n%s", diff)
		}

		// The text tells the truth of what is open afterwards.
		var left []*rule.Permission
		for _, p := range g.Permissions {
			if p.Verdict.Unrestricted != rule.Yes {
				left = append(left, &p.Permission)
			}
		}
		_, verdict := rule.Judge(left)
		if got := leftOpen(g) != ""; got != (verdict.Unrestricted == rule.Yes) {
			t.Fatalf("the text says that the group is still open: %v, and it is: %v", got, verdict.Unrestricted)
		}
	})
}

// Rules of which each shares a part with another are one plan, in whatever order they come.
func TestChainIsOnePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := rapid.Permutation([]*sg.Permission{
			tcp(10, 30, "0.0.0.0/0"), tcp(10, 40, "0.0.0.0/0"), tcp(0, 40, "0.0.0.0/0"), tcp(0, 50, "0.0.0.0/0"), tcp(21, 50, "0.0.0.0/0"),
			tcp(10, 50, "::/0"), // not of it
		}).Draw(t, "order")
		all := plans(group(rules...))
		if len(all) != 2 || len(all[0].revoke)+len(all[1].revoke) != len(rules) || min(len(all[0].revoke), len(all[1].revoke)) != 1 {
			t.Fatalf("%d plans, the first of %d rules", len(all), len(all[0].revoke))
		}
	})
}

// What the shell makes of the text are the rules of the plan, whatever their descriptions
// and tags are made of.
func TestShellGetsWhatIsMeant(t *testing.T) {
	sh := needs.Program(t, "It runs what is printed.", "sh")
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		hostile := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("'\"\\$`()!#&|;<>*?[]{}~\n\r\t\x00\x7f\u202e\U0001F600aé= "))), rapid.SampledFrom([]string{"file:///etc/passwd", "-x", "'", "\xff'\xfe", "$(exit 1)", "`exit 1`"}))
		tags := rapid.MapOfN(hostile, hostile, 0, 3).Draw(t, "tags")
		p := tcp(10, 30, rapid.SampledFrom([]string{"0.0.0.0/0", "::/0", "pl-1=::/0"}).Draw(t, "source"))
		p.Description, p.RuleTags, p.PrefixListName = hostile.Draw(t, "description"), tags, hostile.Draw(t, "list")
		g := group(p)
		g.Name, g.AccountID = hostile.Draw(t, "name"), hostile.Draw(t, "account")
		text := For(p)
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); !harmless.MatchString(line) && !strings.HasPrefix(line, "aws ec2 ") {
				t.Fatalf("%q", line)
			}
		}

		out := filepath.Join(dir, "out")
		os.Remove(out)
		command := exec.Command(sh)
		command.Dir = dir
		command.Stdin = strings.NewReader("aws() { for a; do printf '%s\\n' \"$a\"; done >> out; }\n" + text)
		if answer, err := command.CombinedOutput(); err != nil || len(answer) > 0 {
			t.Fatalf("%v: %s", err, answer)
		}
		if files, _ := os.ReadDir(dir); len(files) != 1 {
			t.Fatalf("%v are in the folder, want one", files)
		}
		printed, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		args := strings.Split(strings.TrimSuffix(string(printed), "\n"), "\n")
		next := func(want ...string) {
			if len(args) < len(want) || !slices.Equal(args[:len(want)], want) {
				t.Fatalf("%q, want %q next", args, want)
			}
			args = args[len(want):]
		}
		next("ec2", "authorize-security-group-ingress", "--region", "us-east-1", "--group-id", "sg-0a1b", "--ip-permissions")
		want := []map[string]any{}
		for _, ports := range [][2]float64{{10, 19}, {22, 30}} {
			source := map[string]any{}
			if p.Description != "" {
				source["Description"] = valid(p.Description)
			}
			list, key := "IpRanges", "CidrIp"
			if p.CIDRIPv6 != "" {
				list, key = "Ipv6Ranges", "CidrIpv6"
			} else if p.PrefixListID != "" {
				list, key = "PrefixListIds", "PrefixListId"
			}
			source[key] = p.SourceText()
			want = append(want, map[string]any{"IpProtocol": "tcp", "FromPort": ports[0], "ToPort": ports[1], list: []any{source}})
		}
		var got []map[string]any
		if err := json.Unmarshal([]byte(args[0]), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("--ip-permissions (-want +got):\n%s", diff)
		}
		args = args[1:]
		maps.DeleteFunc(tags, func(key, _ string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") })
		if len(tags) > 0 {
			next("--tag-specifications")
			var got []struct {
				ResourceType string
				Tags         []struct{ Key, Value string }
			}
			if err := json.Unmarshal([]byte(args[0]), &got); err != nil {
				t.Fatal(err)
			}
			args = args[1:]
			keys := slices.Sorted(maps.Keys(tags))
			if len(got) != 1 || got[0].ResourceType != "security-group-rule" || len(got[0].Tags) != len(keys) {
				t.Fatalf("tags %+v", got)
			}
			for i, key := range keys {
				if tag := got[0].Tags[i]; tag.Key != valid(key) || tag.Value != valid(tags[key]) {
					t.Fatalf("tag %+v, want %q and %q", tag, key, tags[key])
				}
			}
		}
		next("ec2", "revoke-security-group-ingress", "--region", "us-east-1", "--group-id", "sg-0a1b", "--security-group-rule-ids", "sgr-1")
		if len(args) > 0 {
			t.Fatalf("and then %q", args)
		}
	})
}

// valid is the text with a mark in the place of each byte that is no text, as in JSON.
func valid(s string) string { return string([]rune(s)) }

// What is remembered of a group goes when the group does.
func TestForgetsGroups(t *testing.T) {
	count := func() (n int) {
		known.Range(func(any, any) bool { n++; return true })
		return n
	}
	runtime.GC()
	before := count()
	func() {
		for range 100 {
			g := group(tcp(21, 21, "0.0.0.0/0"))
			For(g.Permissions[0])
		}
	}()
	for range 1000 {
		runtime.GC()
		runtime.Gosched()
		if count() <= before {
			return
		}
	}
	t.Errorf("%d groups are remembered after they are gone", count()-before)
}

// As large as AWS allows at most, with everything open that can be.
func BenchmarkLargeGroup(b *testing.B) {
	// All parts to the left coincide.
	block := func() *sg.Group {
		var rules []*sg.Permission
		for i := range int32(1000) {
			rules = append(rules, tcp(1, 21+i, "0.0.0.0/0"))
		}
		return group(rules...)
	}
	// The whole internet only together.
	pieces := func() *sg.Group {
		var rules []*sg.Permission
		for i := range int32(1024) {
			rules = append(rules, tcp(20, 21+i, fmt.Sprintf("%d.%d.0.0/10", i/4, i%4*64)))
		}
		return group(rules...)
	}
	for _, of := range []struct {
		name string
		make func() *sg.Group
	}{{"one block", block}, {"combined", pieces}} {
		b.Run(of.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				g := of.make()
				b.StartTimer()
				texts := 0
				for _, p := range g.Permissions {
					if For(p) != "" {
						texts++
					}
				}
				if texts < 800 {
					b.Fatalf("only %d texts", texts)
				}
			}
		})
	}
}
