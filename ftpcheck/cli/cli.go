// Package cli is the command line: the same tables as in Steampipe, without Steampipe.
package cli

import (
	"bufio"
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

// The exit codes of every command, which are those of Powerpipe.
const (
	exitOK    = 0 // everything was read, and for check: nothing is open
	exitOpen  = 1 // check: something is open
	exitError = 2 // something failed, was not read or could not be determined
)

// patience is how long after a signal the process may take to end as it should.
const patience = 1500 * time.Millisecond

// Main runs the command line of the process and returns its exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan struct{})
	defer close(ended)
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the process at once
		select {
		case <-ended:
		case <-time.After(patience):
			fmt.Fprintln(os.Stderr, "ftpcheck: interrupted")
			os.Exit(exitError)
		}
	})
	return Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// Run runs one command line and returns its exit code: data goes to stdout, and what
// people should know to stderr.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	profiles := addProfiles(root)
	addTerminal(root)
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
		fmt.Fprintln(stderr, "ftpcheck: interrupted")
	case errors.Is(err, syscall.EPIPE):
		// Whoever reads the output has enough.
	default:
		fmt.Fprintf(stderr, "ftpcheck: %s\n", output.Printable(err.Error(), '\n', '\t'))
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
		return fmt.Errorf("%s%s", err, see(meant, c))
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newCheck(), newAudit(), newSave(), newQuery(), newDump(), newBenchmark(), newTables(), newInspect(), newDemo(), newVersion())
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

// addTerminal adds --color and --debug, and has a person at a terminal asked for the codes of
// MFA devices.
func addTerminal(root *cobra.Command) {
	debug := root.PersistentFlags().Bool("debug", false, "write to standard error what is asked of AWS and what comes back, without secrets")
	colours := terminal.Auto
	root.PersistentFlags().Var(&colours, "color", "show colours: auto (on a terminal, unless NO_COLOR is set), always or never")
	root.PersistentPreRun = func(c *cobra.Command, _ []string) {
		ctx, stdin, stderr := c.Context(), c.InOrStdin(), c.ErrOrStderr()
		if terminal.Is(stdin) && terminal.Is(stderr) {
			ctx = scan.WithCodes(ctx, func(ctx context.Context, device string) (string, error) { return askCode(ctx, stdin, stderr, device) })
		}
		root.SetOut(terminal.Open(c.OutOrStdout(), colours))
		root.SetErr(terminal.Open(stderr, colours))
		if *debug {
			lines := printable{stderr}
			root.SetErr(lines) // which is no terminal, so that no progress is drawn over it
			ctx = scan.WithDebug(ctx, lines)
		}
		c.SetContext(ctx)
	}
}

// printable writes text without what could steer a terminal.
type printable struct{ io.Writer }

func (p printable) Write(text []byte) (int, error) {
	_, err := io.WriteString(p.Writer, output.Printable(string(text), '\n', '\t'))
	return len(text), err
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
		return code, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
