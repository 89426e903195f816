package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// narrowest is how many columns help needs to be read.
const narrowest = 40

// wrapHelp has --help fit on a terminal of so many columns; 0 is none, for which nothing changes. Examples
// stay as they are, so that they can be pasted.
func wrapHelp(root *cobra.Command, width int) {
	if width < narrowest {
		return
	}
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", fmt.Sprintf(".FlagUsagesWrapped %d ", width)))
	help := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		c.Long = fill(c.Long, width)
		help(c, args)
	})
}

// itemHead is what stands before the text of a line, which goes on beneath it: blanks, and behind them what
// two blanks set apart.
var itemHead = regexp.MustCompile(`^ *(?:\S+(?: \S+)* {2,})?`)

// fill breaks the paragraphs and the items of lists anew if a line is wider than width.
func fill(text string, width int) string {
	lines := strings.Split(text, "\n")
	if !slices.ContainsFunc(lines, func(line string) bool { return terminal.TextWidth(line) > width }) {
		return text
	}
	var filled []string
	head, item := "", ""
	end := func() {
		beneath := strings.Repeat(" ", len(head))
		for _, part := range terminal.Break(item, width-len(head), ' ') {
			filled = append(filled, strings.TrimRight(head+part, " "))
			head = beneath
		}
	}
	for i, line := range lines {
		h := itemHead.FindString(line)
		if goesOn := i > 0 && item != "" && line != "" && strings.TrimSpace(h) == "" && len(h) == len(head); goesOn {
			item += " " + line[len(h):]
			continue
		}
		if i > 0 {
			end()
		}
		head, item = h, line[len(h):]
	}
	end()
	return strings.Join(filled, "\n")
}
