package live

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
)

// withHeldProcess returns the credentials of the configuration. Where a credential_process of a
// profile gives them, what it writes to standard error is held back: it may have secrets in it,
// and our standard error may be a log. A person at a terminal sees it, who may be asked something.
func (l *Source) withHeldProcess(ctx context.Context, cfg aws.Config) aws.CredentialsProvider {
	chain, ok := cfg.Credentials.(aws.CredentialProviderSource)
	_, profiles := settings(cfg)
	if !ok || len(profiles) == 0 || !slices.Contains(chain.ProviderSources(), aws.CredentialSourceProcess) || ctx.Value(askCodeKey{}) != nil {
		return cfg.Credentials
	}
	cfg = cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(credentialProcess(profiles[len(profiles)-1].CredentialProcess))
	// The roles are assumed as the SDK does it.
	for _, p := range slices.Backward(profiles) {
		if p.RoleARN == "" {
			continue
		}
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(newRoleCalls(cfg), p.RoleARN, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = p.RoleSessionName
			if p.RoleDurationSeconds != nil && *p.RoleDurationSeconds > 15*time.Minute {
				o.Duration = *p.RoleDurationSeconds
			}
			if p.ExternalID != "" {
				o.ExternalID = &p.ExternalID
			}
			if p.MFASerial != "" {
				o.SerialNumber = &p.MFASerial
				o.TokenProvider = l.codes(ctx, p.MFASerial)
			}
		}))
	}
	return cfg.Credentials
}

// A credentialProcess is a command that writes credentials.
type credentialProcess string

// A processError is why a credential_process gave none, and the last that it said.
type processError struct {
	error
	said string
}

func (e *processError) Unwrap() error { return e.error }

func (p credentialProcess) Retrieve(ctx context.Context) (aws.Credentials, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("the standard error of credential_process cannot be held: %w", err)
	}
	lines := make(chan string, 1)
	go func() {
		lines <- lastLine(read)
		read.Close()
	}()
	c, err := processcreds.NewProviderCommand(processcreds.NewCommandBuilderFunc(func(ctx context.Context) (*exec.Cmd, error) {
		cmd, err := processcreds.DefaultNewCommandBuilder{Args: []string{string(p)}}.NewCommand(ctx)
		if err == nil {
			cmd.Stderr = write // a file, so that nobody waits for what the process leaves behind
		}
		return cmd, err
	})).Retrieve(ctx)
	write.Close()
	if err == nil {
		return c, nil
	}
	said := ""
	select {
	case said = <-lines:
	case <-time.After(100 * time.Millisecond): // somebody still has it open
	}
	return c, &processError{err, p.without(withoutSecrets(said))}
}

// without blots out what the command gives its program as values of flags, and the program may
// repeat.
func (p credentialProcess) without(line string) string {
	var values secrets
	words := strings.FieldsFunc(string(p), func(r rune) bool { return strings.ContainsRune(" \t'\"", r) })
	for i, word := range words {
		if flag, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(flag, "-") {
			values.add(value)
		} else if i > 0 && strings.HasPrefix(words[i-1], "-") && !strings.HasPrefix(word, "-") {
			values.add(word)
		}
	}
	return values.remove(line)
}

// longestLine is how much of the end of what a process says is kept.
const longestLine = 1 << 12

// lastLine reads to the end and returns the last line that is not empty, or the end of it.
func lastLine(r io.Reader) string {
	var end []byte
	block := make([]byte, longestLine)
	for {
		n, err := r.Read(block)
		end = append(end, block[:n]...)
		end = end[max(0, len(end)-longestLine):]
		if err != nil {
			break
		}
	}
	text := strings.TrimSpace(string(end))
	return strings.TrimSpace(text[strings.LastIndexAny(text, "\r\n")+1:])
}
