package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
)

// Each flag has an environment variable, which is looked at if the flag is not given.

const environmentPrefix = "FTPCHECK_"

// variableOf is the environment variable of a flag.
func variableOf(flag string) string {
	return environmentPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// setFromEnvironment sets the flags of a command that are not given from their variables. Those that
// are empty are not looked at, nor those of flags that the command does not have: they are for
// others. What only looks like one is an error: whoever mistypes a scope gets another answer.
func setFromEnvironment(c *cobra.Command) error {
	var problem error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		value := os.Getenv(variableOf(f.Name))
		if problem != nil || value == "" || f.Changed || isNoVariable(f) {
			return
		}
		if err := c.Flags().Set(f.Name, value); err != nil {
			problem = fmt.Errorf("the environment variable %s, which stands for --%s, is not valid: %s", variableOf(f.Name), f.Name, reasonOfValue(err))
		}
	})
	if problem != nil {
		return problem
	}
	known := flagNames(c.Root())
	for _, pair := range os.Environ() {
		variable, value, _ := strings.Cut(pair, "=")
		name, ours := strings.CutPrefix(variable, environmentPrefix)
		name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		if !ours || value == "" || variable == secretVariable || slices.Contains(known, name) {
			continue
		}
		if best := meant.Nearest(name, known); best != "" {
			return fmt.Errorf("the environment variable %s stands for no flag. Did you mean %s?", variable, variableOf(best))
		}
	}
	return nil
}

// isNoVariable reports whether a flag has no environment variable.
func isNoVariable(f *pflag.Flag) bool { return f.Hidden || f.Name == "help" || f.Name == "version" }

// flagNames are the flags of a command and all below it that have environment variables.
func flagNames(c *cobra.Command) []string {
	var names []string
	for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if !isNoVariable(f) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		})
	}
	for _, below := range c.Commands() {
		for _, name := range flagNames(below) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// reasonOfValue is what is wrong with the value of a flag, without the flag.
func reasonOfValue(err error) string {
	text := err.Error()
	if _, why, found := strings.Cut(text, " flag: "); found {
		return why
	}
	return text
}
