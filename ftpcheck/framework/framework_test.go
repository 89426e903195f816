package framework

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAll holds what each output takes for granted.
func TestAll(t *testing.T) {
	names := map[string]bool{}
	var keys []string
	for _, f := range All() {
		keys = append(keys, f.Key)
		if u, err := url.Parse(f.Source); err != nil || u.Scheme != "https" || f.Name == "" || f.Publisher == "" || len(f.Requirements) == 0 {
			t.Errorf("%s lacks a name, a publisher, a source or requirements", f.Key)
			continue
		}
		for _, r := range f.Requirements {
			if names[r.Name(f)] || r.ID == "" {
				t.Errorf("%s is there twice", r.Name(f))
			}
			names[r.Name(f)] = true
			if !slices.Contains(Bearings, r.Bearing) || (r.Bearing == Exposes) != f.OfAttacks() {
				t.Errorf("%s %s has the bearing %q", f, r.ID, r.Bearing)
			}
			for _, sentence := range []string{r.Asks, r.Why} {
				if !strings.HasSuffix(sentence, ".") || strings.ContainsAny(sentence, "|$%\n") {
					t.Errorf("%s %s: %q is no sentence that every output can hold", f, r.ID, sentence)
				}
			}
			if strings.HasSuffix(r.Title, ".") || f.OfAttacks() && r.Title == "" {
				t.Errorf("%s %s has the title %q", f, r.ID, r.Title)
			}
		}
	}
	if !slices.IsSorted(keys) || len(slices.Compact(keys)) != len(All()) {
		t.Errorf("the keys %q are not each there once, in order", keys)
	}
	// GitHub takes 20 tags of a rule, of which one is security.
	if len(keys) > 19 {
		t.Errorf("%d frameworks are more than SARIF can have as tags", len(keys))
	}
}

const page = "../../docs/frameworks.md"

var update = flag.Bool("update", false, "write the tables of "+page+" anew")

// TestPage holds the tables of docs/frameworks.md to the frameworks.
func TestPage(t *testing.T) {
	var table strings.Builder
	for _, b := range Bearings {
		fmt.Fprintf(&table, "- **%s**: %s\n", b, b.Meaning())
	}
	for _, f := range All() {
		fmt.Fprintf(&table, "\n### %s\n\n%s, [source](%s)", f, f.Publisher, f.Source)
		if f.Scope != "" {
			fmt.Fprintf(&table, ". Scope: %s", f.Scope)
		}
		asks := "what it asks for"
		if f.OfAttacks() {
			asks = "what it is"
		}
		fmt.Fprintf(&table, ". Tag `%s`.\n\n| requirement | %s | an open group | why |\n| --- | --- | --- | --- |\n", f.Key, asks)
		for _, r := range f.Requirements {
			name := r.ID
			if r.Title != "" {
				name += "<br>" + r.Title
			}
			fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", name, r.Asks, r.Bearing, r.Why)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- begin frameworks -->\n", "<!-- end frameworks -->\n"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the frameworks", page)
	}
	want := before + begin + "\n" + table.String() + "\n" + end + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("with -update %s would change (-new +old):\n%s", page, diff)
	}
}
