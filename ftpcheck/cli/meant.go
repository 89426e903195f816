package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// didYouMean asks, as a sentence to append, for the one of these names that was perhaps
// meant. It is empty if none is near.
func didYouMean(name string, known []string) string {
	best, distance := "", max(1, len(name)/4)+1
	for _, k := range known {
		if d := slips(strings.ToLower(name), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(". Did you mean %s?", best)
}

// slips is how many slips of the hand make b of a: a letter that is another, missing or
// too many, or two that have changed places.
func slips(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j-1], rows[i-1][j], rows[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], 1+rows[i-2][j-2])
			}
		}
	}
	return rows[len(a)][len(b)]
}

// meantFlag asks for the flag that was perhaps meant by one that there is not. A single
// dash before a whole name is a slip, too.
func meantFlag(c *cobra.Command, unknown *pflag.NotExistError) string {
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	name := unknown.GetSpecifiedName()
	if letters, _, _ := strings.Cut(unknown.GetSpecifiedShortnames(), "="); letters != "" {
		name = letters
	}
	return didYouMean("--"+name, known)
}

// noSuchCommand says that a command with others below it has none of this name.
func noSuchCommand(c *cobra.Command, name string) error {
	var known []string
	for _, below := range c.Commands() {
		if below.IsAvailableCommand() {
			known = append(known, below.Name())
		}
	}
	return fmt.Errorf("unknown command %q for %q%s", name, c.CommandPath(), see(didYouMean(name, known), c))
}

// see ends an error, after what was perhaps meant, with where to read on.
func see(meant string, c *cobra.Command) string {
	return fmt.Sprintf("%s See: %s --help", cmp.Or(meant, "."), c.CommandPath())
}
