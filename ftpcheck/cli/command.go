package cli

import "github.com/spf13/cobra"

// Command returns the command line without running it, for what documents it.
func Command() *cobra.Command {
	root := newRoot()
	addTerminal(root)
	root.InitDefaultCompletionCmd()
	return root
}
