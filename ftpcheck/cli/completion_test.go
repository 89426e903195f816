package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The regions are those that the SDK knows, which learns of new ones.
func TestRegionsAreThoseOfTheSDK(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal/endpoints/awsrulesfn/partitions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sdk struct {
		Partitions []struct{ Regions map[string]any }
	}
	if err := json.Unmarshal(text, &sdk); err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, p := range sdk.Partitions {
		for name := range p.Regions {
			if !strings.HasSuffix(name, "-global") {
				known = append(known, name)
			}
		}
	}
	slices.Sort(known)
	if diff := cmp.Diff(known, regions); diff != "" {
		t.Errorf("completion.go has others than the SDK (-sdk +ours):\n%s", diff)
	}
}

// Who completes does not wait for AWS.
func TestCompletionAsksNobody(t *testing.T) {
	s := live(t, organization())
	for _, args := range [][]string{{"check", "--region", ""}, {"check", "--profile", ""}, {"audit", "--account", ""}, {"inspect", ""}, {"benchmark", "run", ""}, {"query", ""}, {"query", "--output", ""}, {""}} {
		if _, _, code := run(t, append([]string{"__complete"}, args...)...); code != exitOK {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	if n := s.Count("", "", "").Attempts; n != 0 {
		t.Errorf("%d calls of AWS", n)
	}
}
