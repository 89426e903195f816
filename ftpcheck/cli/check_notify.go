package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/notify"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// What check tells a webhook.

// secretVariable is the environment variable with the key of signatures. It has no flag: everybody on
// the machine can read these.
const secretVariable = environmentPrefix + "NOTIFY_SECRET"

// hookFlags say whom to tell.
type hookFlags struct {
	url  string
	told string
}

func (f *hookFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.url, "notify", "", "post what has changed since the --baseline to the webhook at this `URL`, signed with the key in "+secretVariable+" if it is set")
	c.Flags().StringVar(&f.told, "notify-state", "", "remember in this `FILE` what was posted last, so that nothing is posted twice (default in the folder for caches of the user)")
}

func (f *hookFlags) check(since bool) error {
	switch {
	case f.url == "" && f.told != "":
		return errors.New("--notify-state is for --notify: use both")
	case f.url == "":
		return nil
	case !since:
		return errors.New("--notify tells what has changed since a baseline: give that with --baseline")
	}
	if err := (&notify.Webhook{URL: f.url}).Check(); err != nil {
		return fmt.Errorf("--notify: %w", err)
	}
	if f.told == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return errors.New("there is no folder for caches that could remember what was posted: name a file with --notify-state")
		}
		f.told = filepath.Join(dir, "ftpcheck", "notified")
	}
	return nil
}

// tell tells the webhook. What goes wrong is a line on standard error: the answer stands.
func (f *hookFlags) tell(c *cobra.Command, r *finding.Report, changes baseline.Changes) {
	if f.url == "" {
		return
	}
	m := notify.New(hookText(r, changes), changes)
	if m == nil {
		return
	}
	w := &notify.Webhook{URL: f.url, Secret: os.Getenv(secretVariable), Told: f.told, Pause: time.Second}
	if _, err := w.Tell(c.Context(), m); err != nil {
		fmt.Fprintf(terminal.Prose(c.ErrOrStderr()), "ftpcheck: --notify: %s\n", output.Printable(err.Error()))
	}
}

// hookText is what people read of a message.
func hookText(r *finding.Report, changes baseline.Changes) string {
	const most = 20
	lines := changeLines(changes)
	var text strings.Builder
	text.WriteString("FTP since the baseline: " + r.Answer() + "\n")
	for _, line := range lines[:min(len(lines), most)] {
		text.WriteString("• " + slackEscapes.Replace(output.Printable(line)) + "\n")
	}
	if more := len(lines) - most; more > 0 {
		fmt.Fprintf(&text, "and %s more\n", humanize.Comma(int64(more)))
	}
	return text.String()
}

// slackEscapes keep a name from being a link or from calling everybody.
var slackEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
