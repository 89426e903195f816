package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/history"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// The relations of a history.
const (
	showFindings = "findings"
	showPlaces   = "places"
	showAudits   = "audits"
)

// choiceFlag is one of several names.
type choiceFlag struct {
	value string
	names []string
}

func (f *choiceFlag) String() string    { return f.value }
func (f *choiceFlag) Choices() []string { return f.names }
func (f *choiceFlag) Type() string      { return "string" }

func (f *choiceFlag) Set(text string) error {
	if !slices.Contains(f.names, text) {
		return fmt.Errorf("it must be %s%s", oneOf(f.names), didYouMean(text, f.names))
	}
	f.value = text
	return nil
}

func newAuditHistory() *cobra.Command {
	var form outputFlags
	show := choiceFlag{showFindings, []string{showFindings, showPlaces, showAudits}}
	var page exportFlag
	var trust trustedSigners
	c := &cobra.Command{
		Use:   "history FOLDER...",
		Short: "Say what has become of each finding over many audits",
		Long: `Put audits in the order in which they began, and say of each finding when it was
first and last seen open, what it is now, and how long it took to close. No time is
made up: a finding was closed some time between the last audit that had it and the
first that read its place and had it not, so the time to close has two bounds. An
audit that did not read the place says nothing, and is named.

FOLDER is an audit or holds audits, at any depth. The hashes of all their files are
computed again; that they follow from what AWS said, audit verify can tell. One that
is not as it was written is named, and not taken in, and neither is one for which
nobody vouches as --signers and --timestamp-ca demand. Reviews that do not hold are
named and do not count.

  --show findings   each time that a finding was there, from first to last
  --show places     each account and region: how often it was read, and the longest
                    time between two readings
  --show audits     each audit: what was open and what was not read, and who has
                    reviewed it

The exit code is
  0  nothing is open now but what exceptions cover, and every place was read
  1  something is open now
  2  something is not known, or was not read for six months, or an audit or a review
     is not as it was written, or the command failed`,
		Example: `  ftpcheck audit history audits/ --out history.html
  ftpcheck audit history audits/ --output csv=findings.csv --output parquet=findings.parquet
  ftpcheck audit history audits/ --show places --output csv`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name audits, or folders that hold some. See: %s --help", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(form.check(), trust.read()); err != nil {
				return err
			}
			if form.output == "parquet" && terminal.Is(c.OutOrStdout()) {
				return errors.New("--output parquet is nothing to read on a terminal: name a file with --output parquet=FILE, or redirect the output")
			}
			for _, file := range form.files {
				if err := file.free(); err != nil {
					return err
				}
			}
			if page.path != "" {
				if err := page.problem(page.absent()); err != nil {
					return err
				}
			}
			h, problems, err := audit.History(c.Context(), args, trust.trust)
			if err != nil {
				return err
			}
			episodes, places := h.Episodes(), h.Places()
			print := func(w io.Writer, format string) error {
				table, err := form.writerOf(format, w, historyColumns(show.value, format))
				if err != nil {
					return err
				}
				return printHistory(table, show.value, format, h, episodes, places)
			}
			for _, file := range form.files {
				if err := file.write(func(w io.Writer) error { return print(w, file.format) }); err != nil {
					return err
				}
			}
			if page.path != "" {
				if err := page.write(func(w io.Writer) error { return report.WriteHistory(w, h, problems, Version) }); err != nil {
					return err
				}
			}
			people := c.ErrOrStderr()
			forPeople := form.output == "table" || form.output == "line"
			if forPeople && !quiet(c) {
				people = c.OutOrStdout()
			}
			if len(h.Audits) > 0 || !forPeople {
				if err := print(c.OutOrStdout(), form.output); err != nil {
					return err
				}
			}
			return concludeHistory(people, h, episodes, places, problems, trust.signers, !quiet(c))
		},
	}
	form.add(c, "parquet")
	format := c.Flags().Lookup("output")
	format.Usage += ". FORMAT=FILE writes them into a new file, too (repeatable)"
	format.Value.(*formatFlag).files = true
	trust.add(c, "each audit", "each review")
	c.Flags().Var(&show, "show", "print `RELATION`: "+oneOf(show.names))
	c.Flags().StringVar(&page.path, "out", "", "write a page with charts into this new `FILE` of HTML, too")
	return c
}

// forTable are the columns of a relation that a table for people has.
var forTable = map[string][]string{
	showFindings: {"state", "account_id", "region", "group_id", "ip_protocol", "from_port", "to_port", "source", "first_open_at", "last_open_at", "closed_by", "open_days_at_least", "days_to_close_at_most"},
	showPlaces:   {"state", "account_id", "region", "audits_read", "last_read_at", "longest_gap_days", "over_six_months"},
	showAudits:   {"audit", "began_at", "is_complete", "open", "undetermined", "unknown", "places_read", "places_not_read"},
}

func columnsOf(relation string) []output.Column {
	return map[string]func() []output.Column{showFindings: history.EpisodeColumns, showPlaces: history.PlaceColumns, showAudits: history.AuditColumns}[relation]()
}

// historyColumns are the columns of a relation in a format.
func historyColumns(relation, format string) []output.Column {
	columns := columnsOf(relation)
	if format != "table" {
		return columns
	}
	return slices.DeleteFunc(columns, func(c output.Column) bool { return !slices.Contains(forTable[relation], c.Name) })
}

func printHistory(w output.Writer, relation, format string, h *history.History, episodes []*history.Episode, places []*history.Place) error {
	var rows [][]any
	switch relation {
	case showFindings:
		for _, e := range episodes {
			rows = append(rows, e.Row())
		}
	case showPlaces:
		for _, p := range places {
			rows = append(rows, p.Row())
		}
	case showAudits:
		for i := range h.Audits {
			rows = append(rows, h.Audits[i].Row())
		}
	}
	if len(rows) == 0 && (format == "table" || format == "line") {
		return nil
	}
	columns := columnsOf(relation)
	for _, row := range rows {
		if format == "table" {
			var shown []any
			for i, v := range row {
				if slices.Contains(forTable[relation], columns[i].Name) {
					shown = append(shown, v)
				}
			}
			row = shown
		}
		if err := w.Row(row); err != nil {
			return err
		}
	}
	return w.End()
}

// mostTold is how many places are told one by one.
const mostTold = 10

// concludeHistory prints what makes the history uncertain and, if wanted, the summary, and returns the
// exit code.
func concludeHistory(w io.Writer, h *history.History, episodes []*history.Episode, places []*history.Place, problems []string, signers string, summary bool) error {
	w = terminal.Prose(w)
	if len(problems) > 0 {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "NOT TAKEN IN, or not to be trusted:"))
		for _, p := range problems {
			fmt.Fprintf(w, "- %s\n", output.Printable(p))
		}
	}
	if len(h.Audits) == 0 {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "There is no audit to tell of."))
		return exitCode(exitError)
	}
	newest := h.Audits[len(h.Audits)-1]
	if !newest.Complete {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Note: the newest audit, %s, is incomplete.", output.Printable(newest.Name))))
	}
	if slices.ContainsFunc(h.Audits, func(a history.Audit) bool { return a.Rule != newest.Rule }) {
		fmt.Fprintln(w, "Note: the audits follow different versions of the rule, so verdicts may differ where nothing changed.")
	}
	sum := h.Summary(episodes, places)
	for i, p := range sum.Forgotten {
		if i == 0 {
			fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "Not known now, as it was not read:"))
		}
		if i == mostTold {
			fmt.Fprintf(w, "- and %s more, which --show places lists\n", humanize.Comma(int64(len(sum.Forgotten)-mostTold)))
			break
		}
		fmt.Fprintf(w, "- %s: %s\n", output.Printable(placeName(p)), lastRead(p))
	}
	if summary {
		tellHistory(w, h, episodes, len(places), sum, signers)
	}
	known := sum.Known && len(problems) == 0
	if summary || !known {
		tellStates(w, sum)
	}
	return exitFor(known, int64(sum.Episodes[history.Open]-sum.Accepted))
}

// tellHistory prints from when to when the audits are, how many were reviewed, how often places were read,
// and how long it took to close findings.
func tellHistory(w io.Writer, h *history.History, episodes []*history.Episode, places int, sum *history.Summary, signers string) {
	fmt.Fprintf(w, "%s, begun from %s to %s. The hashes of all files hold; that they follow from what AWS said, audit verify can tell.\n",
		count(len(h.Audits), "audit"), h.Audits[0].At.Format(time.DateOnly), h.Newest().Format(time.DateOnly))
	if signers != "" {
		fmt.Fprintf(w, "Each was signed by somebody whom %s allows to.\n", output.Printable(signers))
	}
	reviewed := 0
	for _, a := range h.Audits {
		if len(a.Reviews) > 0 {
			reviewed++
		}
	}
	if reviewed > 0 {
		fmt.Fprintf(w, "Reviewed: %s of them. --show audits says by whom.\n", humanize.Comma(int64(reviewed)))
	}
	if late := len(sum.Late); late > 0 {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Of %s, %s went without a reading for more than six months. --show places says when.", count(places, "place"), humanize.Comma(int64(late)))))
	} else {
		fmt.Fprintf(w, "Of %s, none went without a reading for more than six months.\n", count(places, "place"))
	}
	if time.Now().After(h.Newest().AddDate(0, 6, 0)) {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "The newest audit began more than six months ago."))
	}
	if low, high, ok := history.MedianToClose(episodes); ok {
		fmt.Fprintf(w, "Median time to close, from the first audit that found it: %s to %s.\n", humanize.Comma(history.WholeDays(low)), count(history.UpToDays(high), "day"))
	}
}

// tellStates prints how many findings are in which state.
func tellStates(w io.Writer, sum *history.Summary) {
	number := func(state history.State, style terminal.Style) string {
		n := sum.Episodes[state]
		text := humanize.Comma(int64(n)) + " " + string(state)
		if state == history.Open && sum.Accepted > 0 {
			text += fmt.Sprintf(" (%s accepted)", humanize.Comma(int64(sum.Accepted)))
		}
		if n == 0 {
			return text
		}
		return terminal.Paint(w, style, text)
	}
	fmt.Fprintf(w, "Findings at the end: %s, %s, %s, %s.\n",
		number(history.Open, terminal.Bad), number(history.Unknown, terminal.Doubt), number(history.Undetermined, terminal.Doubt), number(history.Closed, terminal.Good))
}

func placeName(p *history.Place) string {
	return sg.Coverage{Origin: sg.Live, AccountID: p.AccountID, Region: p.Region}.Place()
}

func lastRead(p *history.Place) string {
	if p.Readings == 0 {
		return "never read"
	}
	return "last read on " + p.Last.Format(time.DateOnly)
}
