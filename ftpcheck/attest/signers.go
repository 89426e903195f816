package attest

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// Signers are a file of allowed signers, that of ssh-keygen -Y verify -f: principals, options and a
// public key a line.
type Signers struct {
	Name string // of the file
	text []byte
}

// ReadSigners reads a file of allowed signers.
func ReadSigners(name string) (*Signers, error) {
	text, err := os.ReadFile(name)
	return &Signers{name, text}, newfile.WithoutPath(err)
}

// Of returns whom the file gives the key of a signature to, at a time; empty if to nobody. Its error says
// which line cannot be understood: it might be the one.
func (s *Signers) Of(signature *Signature, at time.Time) (principals string, err error) {
	n := 0
	for line := range bytes.Lines(s.text) {
		n++
		line := strings.TrimSpace(string(line))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		who, rest, found := cutField(line)
		if !found {
			return "", fmt.Errorf("line %d has no key", n)
		}
		key, _, options, more, err := ssh.ParseAuthorizedKey([]byte(rest))
		if err != nil || len(more) > 0 {
			return "", fmt.Errorf("line %d has no public SSH key", n)
		}
		holds, err := allows(options, signature.namespace, at)
		if err != nil {
			return "", fmt.Errorf("line %d: %w", n, err)
		}
		if holds && signature.is(key) {
			return who, nil
		}
	}
	return "", nil
}

// cutField cuts off the first field of a line, which may be in quotes.
func cutField(line string) (field, rest string, found bool) {
	if quoted, ok := strings.CutPrefix(line, `"`); ok {
		field, rest, found = strings.Cut(quoted, `"`)
		return field, strings.TrimSpace(rest), found && rest != ""
	}
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, "", false
	}
	return line[:i], strings.TrimSpace(line[i:]), true
}

// allows reports whether the options of a line let the key sign in a namespace at a time.
func allows(options []string, as Namespace, at time.Time) (bool, error) {
	holds := true
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		value = strings.Trim(value, `"`)
		switch name = strings.ToLower(name); name {
		case "namespaces":
			is := false
			for _, pattern := range strings.Split(value, ",") {
				ok, _ := path.Match(pattern, string(as))
				is = is || ok
			}
			holds = holds && is
		case "valid-after", "valid-before":
			bound, err := parseTime(value)
			if err != nil {
				return false, err
			}
			if name == "valid-after" {
				holds = holds && !at.Before(bound)
			} else {
				holds = holds && at.Before(bound)
			}
		default:
			return false, fmt.Errorf("the option %s is not known here", name)
		}
	}
	return holds, nil
}

// parseTime reads a time as OpenSSH writes it: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, of the
// system's time zone, or of UTC with a Z behind it.
func parseTime(text string) (time.Time, error) {
	zone := time.Local
	digits, utc := strings.CutSuffix(text, "Z")
	if utc {
		zone = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(digits) == len(layout) {
			return time.ParseInLocation(layout, digits, zone)
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time such as 20270331Z", text)
}
