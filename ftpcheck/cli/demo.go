package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/docs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

func newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Check a sample account that comes with the program",
		Long: `Run check on a made-up account that comes with the program. Nothing of yours is
read, and AWS is not asked.

The exit code is that of check: 2, as one permission of the sample cannot be
determined.`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := os.MkdirTemp("", "ftpcheck-demo-")
			if err != nil {
				return demoError(err)
			}
			defer os.RemoveAll(dir)
			if err := os.CopyFS(dir, docs.Sample()); err != nil {
				return demoError(err)
			}
			return runDemo(c, dir)
		},
	}
}

// runDemo checks the files of the sample. What check prints has no path of what was read,
// so that it says the same wherever they are.
func runDemo(c *cobra.Command, dir string) error {
	scanner, err := scan.New(config.Config{Aggregators: []string{defaultConnection}, Paths: []string{dir}})
	if err != nil {
		return err
	}
	k := check{form: outputFlags{output: "text", csv: "safe", formats: []string{"text"}}, text: textFlags{reachable: true}}
	checked := errors.Join(k.run(c, scanner), scanner.Close())
	if code := exitCode(0); checked != nil && !errors.As(checked, &code) {
		return checked
	}
	if quiet(c) {
		return checked
	}
	_, err = io.WriteString(terminal.Prose(c.OutOrStdout()), `
This was a sample that comes with the program. As something in it is not known, its check exits with 2.
Next, ftpcheck check reads your AWS account, and ftpcheck check --from sg.json what aws ec2 describe-security-groups printed.
`)
	return errors.Join(err, checked)
}

// demoError says that the sample has no place, without naming one that nobody chose.
func demoError(err error) error {
	return fmt.Errorf("the sample cannot be written into the folder for temporary files: %w. Set TMPDIR to a folder that can be written to", newfile.WithoutPath(err))
}
