package rule

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const validation = "../../docs/validation.md"

var update = flag.Bool("update", false, "write the cases of "+validation+" anew")

// TestValidationPage holds the cases in docs/validation.md to those of the tests.
func TestValidationPage(t *testing.T) {
	var list strings.Builder
	groups := judgeCases()
	fmt.Fprintf(&list, "%d groups:\n\n| what the group lets in | the group is |\n| --- | --- |\n", len(groups))
	for _, c := range groups {
		answer := map[Answer]string{No: "not open", Yes: "**open**", Unknown: "not known"}[c.group.Unrestricted]
		if ports := c.group.Ports.Join(" and "); ports != "" {
			var reasons []string
			for _, r := range c.group.Reasons {
				reasons = append(reasons, "`"+string(r)+"`")
			}
			answer += ", on " + ports + ": " + strings.Join(reasons, ", ")
		}
		fmt.Fprintf(&list, "| %s | %s |\n", c.name, answer)
	}
	fmt.Fprintf(&list, "\n%d protocols and ports:\n\n| permission | covers |\n| --- | --- |\n", len(portsCases))
	for _, c := range portsCases {
		ports := c.want.Join(" and ")
		if ports == "" {
			ports = "neither"
		}
		fmt.Fprintf(&list, "| %s | %s |\n", c.name, ports)
	}
	page, err := os.ReadFile(validation)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- begin cases -->\n", "<!-- end cases -->\n"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the cases", validation)
	}
	want := before + begin + "\n" + list.String() + "\n" + end + after
	if *update {
		if err := os.WriteFile(validation, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(page)); diff != "" {
		t.Errorf("with -update %s would change (-new +old):\n%s", validation, diff)
	}
}
