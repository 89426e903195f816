package finding

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Every code that a path may have is told in words, also one that is new.
func TestEveryCodeHasWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../exposure/path.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if words := Because(exposure.Code(code)); words == code || strings.Contains(words, "_") {
			t.Errorf("%s has no words", code)
		}
		return true
	})
	if seen != len(codeWords) || seen == 0 {
		t.Errorf("%d codes, of which %d have words", seen, len(codeWords))
	}
}

// The forms for other programs rank by reach, and leave out nothing for it.
func TestReachInSARIFAndOCSF(t *testing.T) {
	for name, c := range map[string]struct {
		exposure *exposure.GroupExposure
		rank     float64
		severity string
		says     string
	}{
		"reached":     {&exposure.GroupExposure{Reachable: rule.Yes, ReachableAddresses: []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32")}}, 100, "Critical", " The internet reaches 198.51.100.7 through it now."},
		"not known":   {&exposure.GroupExposure{Reachable: rule.Unknown, UnknownBecause: []exposure.Code{exposure.VPCsNotRead}}, 75, "High", " Whether the internet reaches anything through it is not known: the VPCs were not read."},
		"not reached": {&exposure.GroupExposure{Reachable: rule.No}, 50, "High", " The internet reaches no network interface through it now."},
		"not asked":   {nil, 0, "High", ""},
	} {
		g := &sg.Group{ID: "sg-1", Exposure: c.exposure}
		p := &sg.Permission{Group: g, CIDRIPv4: netip.MustParsePrefix("0.0.0.0/0").String()}
		p.Verdict.Unrestricted, p.Verdict.Reason = rule.Yes, rule.AnyIPv4
		f := Finding{Kind: Open, Permission: p}
		result, event := f.sarif(&Report{}), f.ocsf(&Report{})
		if result.Rank != c.rank || result.Level != "error" || result.Message.Text != sarifMessage(f.Problem()+c.says).Text {
			t.Errorf("%s: rank %v, level %s, %s", name, result.Rank, result.Level, result.Message.Text)
		}
		if event.Severity != c.severity || event.Message != f.Problem()+c.says {
			t.Errorf("%s: severity %s, %s", name, event.Severity, event.Message)
		}
	}
}
