package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/benchmark"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// mainBenchmark is the one that runs when none is named.
const mainBenchmark = "ftp_access"

func newBenchmark() *cobra.Command {
	c := &cobra.Command{
		Use:   "benchmark",
		Short: "Run the controls of the Powerpipe mod, or install it",
		Long: `Run the controls of the Powerpipe mod without Powerpipe, or install the mod so
that Powerpipe runs it.`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error { return c.Help() },
	}
	c.AddCommand(newBenchmarkList(), newBenchmarkShow(), newBenchmarkRun(), newBenchmarkInstall())
	return c
}

// modFlags are the flags of every command that reads the mod.
type modFlags struct {
	vars     []string
	varFiles []string
}

func (f *modFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.vars, "var", nil, "set a variable of the mod with `NAME=VALUE` (repeatable)")
	c.Flags().StringArrayVar(&f.varFiles, "var-file", nil, "set variables of the mod from this .ppvars `FILE` (repeatable)")
}

func (f *modFlags) load() (*benchmark.Mod, error) {
	settings, err := f.settings()
	if err != nil {
		return nil, err
	}
	return benchmark.Load(benchmark.Bundled(), settings)
}

func (f *modFlags) settings() (settings benchmark.Settings, err error) {
	for _, path := range f.varFiles {
		if err := settings.ReadFile(path); err != nil {
			return settings, err
		}
	}
	for _, text := range f.vars {
		if err := settings.Set(text); err != nil {
			return settings, err
		}
	}
	return settings, nil
}

// loadExcepted is the mod with what was accepted as variables, and that; nil if nothing was. Variables
// that are set go before what the configuration says.
func (f *modFlags) loadExcepted(flags *exceptionFlags, source *sourceFlags) (*benchmark.Mod, *exception.List, error) {
	settings, err := f.settings()
	if err != nil {
		return nil, nil, err
	}
	for _, both := range []struct{ flag, value, variable string }{{"--exceptions", flags.file, "exceptions"}, {"--exception-tag", flags.tagKey, "exception_tag"}} {
		if both.value != "" && settings.Has(both.variable) {
			return nil, nil, fmt.Errorf("both %s and the variable %s say what was accepted: give one of them", both.flag, both.variable)
		}
	}
	read, err := flags.read(source)
	if err != nil {
		return nil, nil, err
	}
	var accepted *exception.List
	if read != nil {
		accepted = &exception.List{}
		if read.name != "" && !settings.Has("exceptions") {
			settings.Except(read.Exceptions)
			accepted.Exceptions, accepted.Malformed = read.Exceptions, read.Malformed
		}
		if read.TagKey != "" && !settings.Has("exception_tag") {
			if err := settings.Set("exception_tag=" + read.TagKey); err != nil {
				return nil, nil, err
			}
			accepted.TagKey = read.TagKey
		}
	}
	mod, err := benchmark.Load(benchmark.Bundled(), settings)
	return mod, accepted, err
}

func newBenchmarkList() *cobra.Command {
	var form outputFlags
	c := &cobra.Command{
		Use:   "list",
		Short: "List benchmarks and controls",
		Long: `List the benchmarks and the controls of the mod. Benchmarks that are a part of another,
as the requirements of a framework are, can be run, too: ftpcheck benchmark show NAME
names them.`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			mod, err := (&modFlags{}).load()
			if err != nil {
				return err
			}
			w, err := form.writer(c.OutOrStdout(), output.Texts("name", "severity", "title"))
			if err != nil {
				return err
			}
			for _, b := range mod.Top() {
				if err := w.Row([]any{"benchmark." + b.Name, nil, b.Title}); err != nil {
					return err
				}
			}
			for _, control := range mod.Controls {
				if err := w.Row([]any{"control." + control.Name, control.Severity, control.Title}); err != nil {
					return err
				}
			}
			return w.End()
		},
	}
	form.add(c)
	return c
}

func newBenchmarkShow() *cobra.Command {
	var flags modFlags
	c := &cobra.Command{
		Use:   "show [NAME]",
		Short: "Describe a benchmark with its variables, or a control",
		Example: `  ftpcheck benchmark show
  ftpcheck benchmark show control.internet_reachable_ftp`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeControl,
		RunE: func(c *cobra.Command, args []string) error {
			mod, err := flags.load()
			if err != nil {
				return err
			}
			name := mainBenchmark
			if len(args) > 0 {
				name = args[0]
			}
			var text strings.Builder
			if b := mod.Benchmark(name); b != nil && !strings.HasPrefix(name, "control.") {
				showBenchmark(&text, mod, b)
			} else if control := mod.Control(name); control != nil {
				showControl(&text, control)
			} else {
				return noSuchName(c, mod, name)
			}
			_, err = io.WriteString(terminal.Prose(c.OutOrStdout()), output.Printable(text.String(), '\n'))
			return err
		},
	}
	flags.add(c)
	return c
}

func noSuchName(c *cobra.Command, mod *benchmark.Mod, name string) error {
	var known []string
	for _, b := range mod.Benchmarks {
		known = append(known, b.Name, "benchmark."+b.Name)
	}
	for _, control := range mod.Controls {
		known = append(known, control.Name, "control."+control.Name)
	}
	return fmt.Errorf("there is no benchmark or control %s%s See: %s list", name, cmp.Or(didYouMean(name, known), "."), c.Parent().CommandPath())
}

func showBenchmark(w io.Writer, mod *benchmark.Mod, b *benchmark.Benchmark) {
	fmt.Fprintf(w, "%s\n%s\n\n%s\n\nControls\n", b.FullName, b.Title, b.Description)
	for _, control := range b.Controls {
		fmt.Fprintf(w, "  %-30s %-9s %s\n", control.Name, control.Severity, control.Title)
	}
	for i, nested := range b.Benchmarks {
		if i == 0 {
			fmt.Fprintln(w, "\nBenchmarks")
		}
		fmt.Fprintf(w, "  %-30s %s\n", nested.Name, nested.Title)
	}
	fmt.Fprintln(w, "\nVariables")
	for _, v := range mod.Variables {
		fmt.Fprintf(w, "  %s = %s\n      %s\n", v.Name, v.Value, v.Description)
	}
}

func showControl(w io.Writer, control *benchmark.Control) {
	fmt.Fprintf(w, "control.%s (%s)\n%s\n\n%s\n\n%s", control.Name, control.Severity, control.Title, control.Description, control.Documentation)
}

func newBenchmarkRun() *cobra.Command {
	var source sourceFlags
	var flags modFlags
	var exceptions exceptionFlags
	var output, csvMode string
	c := &cobra.Command{
		Use:   "run [NAME]",
		Short: "Run a benchmark (ftp_access if none is named), or a control",
		Long: `Run a benchmark or a control of the Powerpipe mod, without Powerpipe: the same
controls and queries, statuses and exit codes. CSV and JSON are laid out as
Powerpipe's; jsonl has the rows of CSV. What can be named is what ftpcheck benchmark list lists.
--exceptions names a file of what somebody has accepted until some day, which is skip: see
docs/exceptions.md.

The exit code is
  0  there is no alarm and no error
  1  there is an alarm, and no error
  2  there is an error: something could not be read or determined, or the command failed`,
		Example: `  ftpcheck benchmark run --from ./saved
  ftpcheck benchmark run ftp_access --output csv > results.csv
  ftpcheck benchmark run pci_dss_v4
  ftpcheck benchmark run control.internet_reachable_ftp
  ftpcheck benchmark run --var 'tag_dimensions=["Owner"]' --output brief`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeControl,
		RunE: func(c *cobra.Command, args []string) error {
			mod, accepted, err := flags.loadExcepted(&exceptions, &source)
			if err != nil {
				return err
			}
			name := mainBenchmark
			if len(args) > 0 {
				name = args[0]
			}
			var run func(context.Context, tables.Reader) (*benchmark.Group, error)
			if b := mod.Benchmark(name); b != nil {
				run = func(ctx context.Context, r tables.Reader) (*benchmark.Group, error) { return benchmark.Run(ctx, r, b) }
			} else if control := mod.Control(name); control != nil {
				run = func(ctx context.Context, r tables.Reader) (*benchmark.Group, error) {
					return benchmark.RunControl(ctx, r, control)
				}
			} else {
				return noSuchName(c, mod, name)
			}
			print, err := reportWriter(output, csvMode, !quiet(c))
			if err != nil {
				return err
			}
			return runBenchmark(c, &source, accepted, run, print)
		},
	}
	source.add(c)
	flags.add(c)
	exceptions.add(c)
	addFormat(c, &output, reportFormats, "print results as `FORMAT`: table, csv, json, jsonl or brief (alarms and errors only)")
	c.Flags().StringVar(&csvMode, "csv", "safe", "csv for a spreadsheet (safe: a ' before what it would run as a formula) or for programs (raw): `MODE`")
	return c
}

func runBenchmark(c *cobra.Command, source *sourceFlags, accepted *exception.List, run func(context.Context, tables.Reader) (*benchmark.Group, error), print func(io.Writer, *benchmark.Group) error) (err error) {
	scanner, err := source.scanner(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scanner.Close()) }()
	// Most of what is kept is compressed and has no pointers, so that it costs little to look for
	// garbage more often than usual.
	debug.SetGCPercent(50)
	ctx, progress := showProgress(c.Context(), c)
	var reader tables.Reader = scanner
	if accepted == nil {
		reader = readOnce{scanner}
	}
	group, err := run(ctx, reader)
	progress.end()
	if err != nil {
		return err
	}
	if err := print(c.OutOrStdout(), group); err != nil {
		return err
	}
	if accepted != nil {
		// Results are of groups and controls, and say nothing of an exception that no group has.
		r, err := runReport(c, scanner, textFlags{reachable: true}, foundApart)
		if err != nil {
			return err
		}
		r.Except(accepted, r.Started)
		tellExceptions(terminal.Prose(c.ErrOrStderr()), r.Exceptions.Notes)
	}
	switch summary := group.Summary.Status; {
	case summary == benchmark.Summary{}:
		return errors.New("nothing was checked, so nothing is known: in what was read, there is nothing that the control is about")
	case summary.Error > 0:
		return exitCode(exitError)
	case summary.Alarm > 0:
		return exitCode(exitOpen)
	}
	return nil
}

// readOnce is a reader of which all is asked once, so that it need not keep what it has read.
type readOnce struct{ tables.Reader }

// Read implements [tables.Reader].
func (r readOnce) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	request.Once = true
	return r.Reader.Read(ctx, request, emit)
}

// reportFormats are the formats of the outcome of a benchmark.
var reportFormats = []string{"table", "csv", "json", "jsonl", "brief"}

// reportWriter returns what prints the outcome of a benchmark in a format, for people with a
// summary if that is wanted.
func reportWriter(format, csvMode string, summary bool) (func(io.Writer, *benchmark.Group) error, error) {
	if csvMode != "safe" && csvMode != "raw" {
		return nil, fmt.Errorf("--csv must be safe or raw, not %q", csvMode)
	}
	switch format {
	case "table":
		return func(w io.Writer, g *benchmark.Group) error { return printReport(w, g, benchmark.Statuses, summary) }, nil
	case "brief":
		return func(w io.Writer, g *benchmark.Group) error {
			return printReport(w, g, []benchmark.Status{benchmark.StatusError, benchmark.StatusAlarm}, summary)
		}, nil
	case "csv":
		return func(w io.Writer, g *benchmark.Group) error {
			return printReportRows(g, func(columns []output.Column) (output.Writer, error) {
				return output.NewCSV(w, columns, csvMode == "safe")
			})
		}, nil
	case "jsonl":
		return func(w io.Writer, g *benchmark.Group) error {
			return printReportRows(g, func(columns []output.Column) (output.Writer, error) { return output.NewJSONLines(w, columns), nil })
		}, nil
	case "json":
		return func(w io.Writer, g *benchmark.Group) error { return g.WriteJSON(w) }, nil
	}
	return nil, checkFormat(format, reportFormats)
}

// printReportRows prints a row for each result.
func printReportRows(g *benchmark.Group, open func([]output.Column) (output.Writer, error)) error {
	header, rows := g.Table()
	w, err := open(output.Texts(header...))
	if err != nil {
		return err
	}
	if err := rows(w.Row); err != nil {
		return err
	}
	return w.End()
}

// printReport prints for people: each control with its results of these statuses and, as the
// summary, how many there are of each status.
func printReport(w io.Writer, root *benchmark.Group, statuses []benchmark.Status, summary bool) error {
	w = terminal.Prose(w)
	b := bufio.NewWriterSize(w, 64<<10)
	r := reporter{b, func(style terminal.Style, text string) string { return terminal.Paint(w, style, text) }, statuses}
	if err := r.controls(root.Controls); err != nil {
		return err
	}
	for _, g := range root.Groups {
		if err := r.group(g); err != nil {
			return err
		}
	}
	if summary {
		b.WriteString(r.paint(terminal.Strong, "Summary") + "\n")
		for _, status := range benchmark.Statuses {
			n := root.Summary.Status.Count(status)
			line := fmt.Sprintf("%-6s %6s", status, humanize.Comma(int64(n)))
			if n > 0 {
				line = r.paint(statusStyles[status], line)
			}
			b.WriteString("  " + line + "\n")
		}
	}
	return b.Flush()
}

// statusStyles are those of statuses. An error is what nobody knows.
var statusStyles = map[benchmark.Status]terminal.Style{
	benchmark.StatusError: terminal.Doubt, benchmark.StatusAlarm: terminal.Bad, benchmark.StatusInfo: terminal.Strong,
	benchmark.StatusOK: terminal.Good, benchmark.StatusSkip: terminal.Faint,
}

// A reporter prints the results of these statuses.
type reporter struct {
	*bufio.Writer // which remembers the first error
	paint         func(terminal.Style, string) string
	statuses      []benchmark.Status
}

func (r reporter) group(g *benchmark.Group) error {
	fmt.Fprintf(r, "%s\n\n", r.paint(terminal.Strong, output.Printable(g.Title)))
	if err := r.controls(g.Controls); err != nil {
		return err
	}
	for _, child := range g.Groups {
		if err := r.group(child); err != nil {
			return err
		}
	}
	return nil
}

func (r reporter) controls(runs []*benchmark.ControlRun) error {
	for _, run := range runs {
		var counts []string
		shown := 0
		for _, status := range benchmark.Statuses {
			if n := run.Summary.Count(status); n > 0 {
				counts = append(counts, r.paint(statusStyles[status], fmt.Sprintf("%s %s", humanize.Comma(int64(n)), status)))
			}
		}
		for _, status := range r.statuses {
			shown += run.Summary.Count(status)
		}
		if shown == 0 && len(r.statuses) < len(benchmark.Statuses) {
			continue
		}
		if counts == nil {
			counts = []string{"nothing to check"}
		}
		fmt.Fprintf(r, "%s [%s]: %s\n", r.paint(terminal.Strong, output.Printable(run.Title)), run.Severity, strings.Join(counts, ", "))
		if run.Error != "" {
			fmt.Fprintf(r, "  %s  %s\n", r.paint(terminal.Doubt, "error"), strings.ReplaceAll(output.Printable(run.Error, '\n'), "\n", "\n         "))
		}
		err := run.Results.Each(func(result benchmark.Result) error {
			if !slices.Contains(r.statuses, result.Status) {
				return nil
			}
			label := r.paint(statusStyles[result.Status], string(result.Status)) + strings.Repeat(" ", len("alarm")-len(result.Status))
			_, err := fmt.Fprintf(r, "  %s  %s\n         %s\n", label, output.Printable(result.Reason), r.paint(terminal.Faint, output.Printable(where(result))))
			return err
		})
		if err != nil {
			return err
		}
		r.WriteByte('\n')
	}
	return nil
}

// where is the resource with those dimensions that its name does not tell.
func where(r benchmark.Result) string {
	parts := []string{r.Resource}
	for _, d := range r.Dimensions {
		if d.Value != "" && !strings.Contains(r.Resource, d.Value) {
			parts = append(parts, d.Key+"="+d.Value)
		}
	}
	return strings.Join(parts, " ")
}

func newBenchmarkInstall() *cobra.Command {
	var overwrite bool
	c := &cobra.Command{
		Use:   "install DIR",
		Short: "Write the Powerpipe mod into a folder",
		Long: `Write the Powerpipe mod into a folder, for powerpipe benchmark run and powerpipe
server. Files that are there already and differ stay as they are, unless
--overwrite is given.`,
		Example: `  ftpcheck benchmark install ~/ftpcheck-mod
  cd ~/ftpcheck-mod && powerpipe benchmark run ftp_access`,
		Args: exactly("DIR"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := benchmark.Install(args[0], overwrite); err != nil {
				return err
			}
			if quiet(c) {
				return nil
			}
			_, err := fmt.Fprintf(terminal.Prose(c.OutOrStdout()), "The mod is in %s. Run it there: powerpipe benchmark run %s\n", output.Printable(args[0]), mainBenchmark)
			return err
		},
	}
	c.Flags().BoolVar(&overwrite, "overwrite", false, "replace files that differ")
	return c
}
