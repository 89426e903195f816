// Package cli is the command line: the same tables as in Steampipe, without Steampipe.
package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/profile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// Version is the version of the product. A release sets it from its tag (.goreleaser.yml).
var Version = "0.1.0"

// commit is the commit of the source that the program was built from, with a + if there
// was more; empty if the build does not tell.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["vcs.revision"] != "" && settings["vcs.modified"] == "true" {
		return settings["vcs.revision"] + "+"
	}
	return settings["vcs.revision"]
}

// The exit codes of every command, which are those of Powerpipe. After a signal it is that which
// shells give to what a signal ends: 128 and the number of the signal.
const (
	exitOK          = 0   // everything was read, and for check: nothing is open
	exitOpen        = 1   // check: something is open
	exitError       = 2   // something failed, was not read or could not be determined
	exitInterrupted = 130 // SIGINT
	exitTerminated  = 143 // SIGTERM
)

// patience is how long after a signal the process may take to end as it should.
const patience = 1500 * time.Millisecond

// Main runs the command line of the process and returns its exit code.
func Main() int {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		received := <-signals
		signal.Stop(signals) // a second signal ends the process at once
		cancel(interruption{received})
		select {
		case <-ended:
		case <-time.After(patience):
			os.Exit(interrupted(ctx, os.Stderr))
		}
	}()
	return Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// An interruption is a signal that ends a command.
type interruption struct{ os.Signal }

func (i interruption) Error() string { return i.String() }

// interrupted says that the context has been cancelled, and returns the exit code for it.
func interrupted(ctx context.Context, stderr io.Writer) int {
	fmt.Fprintln(stderr, "ftpcheck: interrupted")
	if by := (interruption{}); errors.As(context.Cause(ctx), &by) && by.Signal == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}

// Run runs one command line and returns its exit code: data goes to stdout, and what
// people should know to stderr.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	profiles := addProfiles(root)
	addTerminal(root)
	completeFlags(root)
	wrapHelp(root, terminal.Width(stdout))
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if failed := profiles.Stop(); failed != nil {
		err = failed
	}
	var code exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		return interrupted(ctx, stderr)
	case errors.Is(err, syscall.EPIPE):
		// Whoever reads the output has enough.
	default:
		fmt.Fprintf(terminal.Prose(stderr), "ftpcheck: %s\n", output.Printable(err.Error(), '\n', '\t'))
	}
	return exitError
}

// exitCode ends a command whose output has already said everything.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "ftpcheck",
		Short: "Find EC2 security groups that let the whole internet in on FTP",
		Long: `ftpcheck finds EC2 security groups that let the whole internet in on FTP (TCP
20 and 21), and proves that it looked everywhere.

The tables of the Steampipe plugin can be queried with SQL right here, without
Steampipe.`,
		Example: `  # What does an answer look like?
  ftpcheck demo

  # Who is open, in every enabled region of your account?
  ftpcheck check

  # In every account of the organization?
  ftpcheck check --profile management --account '*'

  # In what the AWS CLI saved?
  aws ec2 describe-security-groups --output json > sg.json
  ftpcheck check --from sg.json

  # Keep evidence for an auditor
  ftpcheck audit --out audit-2026-q4

  # Ask in SQL
  ftpcheck query "select group_id, source from ftpcheck_security_group_ingress_permission where unrestricted_ftp"

  # What can be asked?
  ftpcheck tables
  ftpcheck inspect ftpcheck_security_group`,
		Version:       Version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate(version())
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		meant := ""
		if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
			meant = meantFlag(c, unknown)
		}
		if invalid := (*pflag.InvalidValueError)(nil); errors.As(err, &invalid) {
			if v, ok := invalid.GetFlag().Value.(choices); ok {
				meant = didYouMean(invalid.GetValue(), v.Choices())
			}
		}
		return fmt.Errorf("%s%s", err, see(meant, c))
	})
	root.AddCommand(newCheck(), newAudit(), newSave(), newDoctor(), newQuery(), newShell(), newDump(), newBenchmark(), newExceptions(), newTables(), newInspect(), newDemo(), newVersion())
	return root
}

// version is a line that says which version of the program and of the rule this is.
func version() string { return fmt.Sprintf("ftpcheck %s (rule %s)\n", Version, rule.Version) }

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which version this is, as --version does",
		Args:  exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			_, err := io.WriteString(c.OutOrStdout(), version())
			return err
		},
	}
}

// exactly is a number of arguments, with an error that says which.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		if len(names) == 0 && c.HasAvailableSubCommands() {
			return noSuchCommand(c, args[0])
		}
		expected := "no argument"
		if len(names) > 0 {
			expected = strings.Join(names, " ")
		}
		return fmt.Errorf("%s takes %s, not %d arguments. See: %s --help", c.CommandPath(), expected, len(args), c.CommandPath())
	}
}

// addProfiles adds the flags that ask for a profile, which --help does not show.
func addProfiles(root *cobra.Command) *profile.Profile {
	p := &profile.Profile{}
	flags := root.PersistentFlags()
	flags.Func("cpuprofile", "write a CPU profile to this `FILE`", p.StartCPU)
	flags.Func("memprofile", "write a profile of memory to this `FILE`", func(path string) error {
		p.Memory(path)
		return nil
	})
	for _, name := range []string{"cpuprofile", "memprofile"} {
		flags.Lookup(name).Hidden = true
	}
	return p
}

// addTerminal adds --color, --quiet and --debug, and has a person at a terminal asked for the codes of
// MFA devices.
func addTerminal(root *cobra.Command) {
	debug := root.PersistentFlags().Bool("debug", false, "write to standard error what is asked of AWS and what comes back, without secrets")
	colours := terminal.Auto
	root.PersistentFlags().Var(&colours, "color", "show colours: auto (on a terminal, unless NO_COLOR is set), always or never")
	root.PersistentFlags().BoolP("quiet", "q", false, "print nothing but data, errors and what was not read: no summary, hint or progress")
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if err := setFromEnvironment(c); err != nil {
			return err
		}
		ctx, stdin, stderr := c.Context(), c.InOrStdin(), terminal.Open(c.ErrOrStderr(), colours)
		if terminal.Is(stdin) && terminal.Is(stderr) {
			ctx = scan.WithCodes(ctx, func(ctx context.Context, device string) (string, error) { return askCode(ctx, stdin, stderr, device) })
		}
		root.SetOut(terminal.Open(c.OutOrStdout(), colours))
		root.SetErr(stderr)
		if *debug {
			lines := &printable{Writer: stderr}
			root.SetErr(lines) // which is no terminal, so that no progress is drawn over it
			ctx = scan.WithDebug(ctx, lines)
		}
		c.SetContext(ctx)
		return nil
	}
}

// printable writes text without what could steer a terminal.
type printable struct {
	io.Writer
	held []byte // of the last text, what is no whole character or end of a line yet
}

func (p *printable) Write(text []byte) (int, error) {
	all := append(p.held, text...)
	end := len(all)
	for n := 1; n < utf8.UTFMax && n <= len(all); n++ {
		if b := all[len(all)-n]; utf8.RuneStart(b) {
			if !utf8.FullRune(all[len(all)-n:]) || b == '\r' && n == 1 {
				end -= n
			}
			break
		}
	}
	p.held = bytes.Clone(all[end:])
	shown := output.Printable(strings.ReplaceAll(string(all[:end]), "\r\n", "\n"), '\n', '\t')
	if _, err := io.WriteString(p.Writer, shown); err != nil {
		return 0, err
	}
	return len(text), nil
}

// askCode asks for what an MFA device shows. A code is good once, so it may be seen.
func askCode(ctx context.Context, stdin io.Reader, stderr io.Writer, device string) (string, error) {
	fmt.Fprintf(stderr, "MFA code of %s: ", output.Printable(device))
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(stdin).ReadString('\n')
		answers <- answer{line, err}
	}()
	select {
	case a := <-answers:
		code := strings.TrimSpace(a.line)
		if code == "" {
			return "", cmp.Or(a.err, errors.New("no code"))
		}
		io.WriteString(stderr, "\r") // the person has ended the line
		return code, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
