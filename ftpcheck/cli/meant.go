package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
)

// didYouMean asks, as a sentence to append, for the one of these names that was perhaps
// meant. It is empty if none is near.
func didYouMean(name string, known []string) string {
	if best := meant.Nearest(name, known); best != "" {
		return fmt.Sprintf(". Did you mean %s?", best)
	}
	return ""
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
