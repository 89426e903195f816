package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// What each command says of itself fits on every terminal, and loses no letter by that.
func TestFill(t *testing.T) {
	var each func(c *cobra.Command)
	each = func(c *cobra.Command) {
		for _, width := range []int{narrowest, 60, 80, 90} {
			filled := fill(c.Long, width)
			if letters(filled) != letters(c.Long) {
				t.Errorf("%s on %d columns is\n%s", c.CommandPath(), width, filled)
			}
			for line := range strings.SplitSeq(filled, "\n") {
				if terminal.TextWidth(line) > width {
					t.Errorf("%s on %d columns has the line\n%s", c.CommandPath(), width, line)
				}
			}
		}
		for _, below := range c.Commands() {
			each(below)
		}
	}
	each(Command())

	const text = `A paragraph of two
lines, which become three.

The code is
  0      nothing of a
         kind
  --a B  more of it
And more.
`
	const want = `A paragraph of two
lines, which
become three.

The code is
  0      nothing
         of a kind
  --a B  more of
         it
And more.
`
	if got := fill(text, 18); got != want {
		t.Errorf("it is\n%s", got)
	}
	if got := fill(text, 26); got != text {
		t.Errorf("it fits, and is\n%s", got)
	}
}
