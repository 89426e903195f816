package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

func newSave() *cobra.Command {
	var source sourceFlags
	var out string
	c := &cobra.Command{
		Use:   "save --out DIR",
		Short: "Save what AWS says, for --from",
		Long: `Read everything and save it in a new folder, in the shapes of the AWS CLI:

  123456789012/eu-west-1/describe-security-groups.json.gz and so on
  scan.json.gz   what was read, how that ended, and the hashes of the files

--from DIR reads it as if it were AWS: with the same answer, the same places, and the
same ones missing. Nobody but you may read the files. The folder gets its name when it
is whole: what was interrupted leaves none. To keep evidence, use audit instead.

The exit code is
  0  everything was read
  2  something was not read, or the command failed
It says nothing of what is open.`,
		Example: `  ftpcheck save --out saved
  ftpcheck save --out saved --profile management --account '*'
  ftpcheck check --from saved`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			if out == "" {
				return errors.New("--out is missing: name the folder to save in")
			}
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			return errors.Join(runSave(c, scanner, out), scanner.Close())
		},
	}
	source.add(c)
	c.Flags().StringVar(&out, "out", "", "save into this new `DIR`")
	return c
}

func runSave(c *cobra.Command, scanner *scan.Scanner, out string) error {
	cannot := func(err error) error {
		if err == nil {
			return nil
		}
		return fmt.Errorf("%q cannot be written: %w", out, newfile.WithoutPath(err))
	}
	place, err := filepath.Abs(out)
	if err != nil {
		return cannot(err)
	}
	if entries, err := os.ReadDir(place); err == nil && len(entries) > 0 {
		return fmt.Errorf("%q is there already, and nothing is overwritten: name a new folder", out)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cannot(err)
	}
	draft := newfile.NewDraft(place)
	defer draft.Discard()
	ctx, progress := showProgress(c.Context(), c)
	places, err := scanner.Record(ctx, draft.Path)
	progress.end()
	if err != nil {
		return err
	}
	if scope := finding.ScopeOf(places); scope.Read(count) == "" {
		return fmt.Errorf("nothing is saved, as nothing could be read: %w", &sg.IncompleteError{Failed: scope.Missed})
	}
	if err := draft.Keep(); err != nil {
		return cannot(err)
	}
	return concludeSave(c, out, places)
}

// concludeSave prints where the files are and what is not in them, and returns the exit code. With
// --quiet it prints, on standard error, what is not in them.
func concludeSave(c *cobra.Command, dir string, places []sg.Coverage) error {
	w := c.OutOrStdout()
	if quiet(c) {
		w = c.ErrOrStderr()
	}
	w = terminal.Prose(w)
	scope := finding.ScopeOf(places)
	tellUnread(w, scope)
	exit := exitFor(len(scope.Missed)+len(scope.Noted) == 0, 0)
	if quiet(c) && exit == nil {
		return nil
	}
	_, err := fmt.Fprintf(w, "%s saved in %s. %s\n", count(sg.DistinctGroups(places), "security group"), output.Printable(dir), holdsFor(w, scope))
	return cmp.Or(err, exit)
}
