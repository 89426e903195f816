package exception

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// maxFile is how long a file of exceptions may be: some ten thousand of them.
const maxFile = 4 << 20

// ReadFile reads a file of exceptions, and returns its text, too. One that cannot be understood is
// among those that are malformed, and hides no other.
func ReadFile(name string) (*List, []byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("the exceptions in %q cannot be read: %w", name, newfile.WithoutPath(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("the exceptions in %q cannot be read: %w", name, err)
	case len(text) > maxFile:
		return nil, nil, fmt.Errorf("the exceptions in %q are longer than %d MiB", name, maxFile>>20)
	}
	l, err := Parse(filepath.Base(name), text)
	return l, text, err
}

// Parse reads exceptions, of a file of this name: YAML, with a list by the name of exceptions.
func Parse(name string, text []byte) (*List, error) {
	bad := func(line int, problem string) error {
		return fmt.Errorf("%s:%d: %s. A file of exceptions is YAML with a list by the name of exceptions", name, line, problem)
	}
	if !utf8.Valid(text) {
		return nil, bad(1, "it is not UTF-8")
	}
	var document, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		return nil, bad(1, "there is nothing in it")
	case err != nil:
		return nil, fmt.Errorf("%s is no YAML: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, bad(max(more.Line, 1), "there is more than one document in it")
	}
	l := &List{}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, bad(root.Line, "this is no mapping")
	}
	var entries *yaml.Node
	for i := 0; i < len(root.Content); i += 2 {
		if key := root.Content[i]; key.Value != "exceptions" || entries != nil {
			return nil, bad(key.Line, fmt.Sprintf("%q is not expected here", key.Value))
		}
		entries = root.Content[i+1]
	}
	if entries == nil || entries.Kind != yaml.SequenceNode {
		return nil, bad(root.Line, "there is no such list")
	}
	for _, entry := range entries.Content {
		e := &Exception{Where: fmt.Sprintf("%s:%d", name, entry.Line), Groups: 1}
		err := e.decode(entry)
		if err == nil {
			err = e.check()
		}
		if err != nil {
			l.Malformed = append(l.Malformed, fmt.Sprintf("%s: does not count: %v.", e.Where, err))
			continue
		}
		l.Exceptions = append(l.Exceptions, e)
	}
	return l, nil
}

// decode takes what is written of an exception.
func (e *Exception) decode(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("it is no mapping, such as { group_id: sg-0123, until: 2027-03-31 }")
	}
	texts := map[string]*string{
		"group_id": &e.GroupID, "account_id": &e.AccountID, "region": &e.Region, "name": &e.Name, "address": &e.Address, "rule": &e.Rule,
		"why": &e.Why, "owner": &e.Owner, "ticket": &e.Ticket, "approved_by": &e.ApprovedBy,
	}
	others := map[string]func(*yaml.Node) error{
		"tags": func(n *yaml.Node) error {
			e.Tags = map[string]string{}
			if n.Kind != yaml.MappingNode {
				return errors.New("tags must be a mapping of keys to values")
			}
			for i := 0; i < len(n.Content); i += 2 {
				text, err := scalar(n.Content[i+1])
				if err != nil || strings.Contains(n.Content[i].Value, "\x00") {
					return fmt.Errorf("the tag %s must be a text", n.Content[i].Value)
				}
				e.Tags[n.Content[i].Value] = text
			}
			return nil
		},
		"groups": func(n *yaml.Node) (err error) {
			if e.Groups, err = strconv.Atoi(n.Value); err != nil || n.Kind != yaml.ScalarNode || e.Groups < 1 {
				return errors.New("groups must be how many it may cover, such as 3")
			}
			return nil
		},
		"ports": func(n *yaml.Node) error {
			for _, text := range list(n) {
				port, ok := ports[text]
				if !ok {
					return errors.New("ports must be 20, 21 or both, as in [20, 21]")
				}
				e.Ports |= port
			}
			return nil
		},
		"reasons": func(n *yaml.Node) error {
			for _, text := range list(n) {
				if !slices.Contains(reasons, rule.Reason(text)) {
					return fmt.Errorf("reasons must be some of %s: what is not known cannot be accepted", strings.Join(names(reasons), ", "))
				}
				e.Reasons = append(e.Reasons, rule.Reason(text))
			}
			return nil
		},
		"reachable": func(n *yaml.Node) error {
			if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
				return errors.New("reachable must be true or false")
			}
			e.Reachable = n.Value == "true"
			return nil
		},
		"until": func(n *yaml.Node) (err error) {
			e.Until, err = parseDay(n.Value)
			return err
		},
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		if seen[key] {
			return fmt.Errorf("it has %s twice", key)
		}
		seen[key] = true
		if field := texts[key]; field != nil {
			text, err := scalar(value)
			if err != nil {
				return fmt.Errorf("%s must be a text", key)
			}
			*field = text
			continue
		}
		decode := others[key]
		if decode == nil {
			known := slices.Sorted(maps.Keys(texts))
			known = append(known, slices.Sorted(maps.Keys(others))...)
			if best := meant.Nearest(key, known); best != "" {
				return fmt.Errorf("%q means nothing here, perhaps %s is meant", key, best)
			}
			return fmt.Errorf("%q means nothing here", key)
		}
		if err := decode(value); err != nil {
			return err
		}
	}
	return nil
}

// scalar is the text of a node. Account IDs may have been written as numbers. No text of AWS has
// the character that PostgreSQL's texts cannot have.
func scalar(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" || strings.Contains(n.Value, "\x00") {
		return "", errors.New("no text")
	}
	return n.Value, nil
}

// list are the texts of a list, or one text; of what is neither, one that is nothing.
func list(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	if n.Kind != yaml.SequenceNode {
		return []string{""}
	}
	var all []string
	for _, element := range n.Content {
		all = append(all, element.Value)
	}
	return all
}

var (
	ports   = map[string]rule.Ports{"20": rule.Data, "21": rule.Control}
	reasons = []rule.Reason{rule.AnyIPv4, rule.AnyIPv6, rule.PrefixList, rule.Combined}

	accountPattern = regexp.MustCompile(`^[0-9*?\[\]!-]+$`)
)

// check says what is missing, or cannot be meant.
func (e *Exception) check() error {
	if err := e.checkAccepted(); err != nil {
		return err
	}
	if e.GroupID == "" && e.AccountID == "" && e.Region == "" && e.Name == "" && e.Address == "" && len(e.Tags) == 0 {
		return errors.New("it names no group: give it a group_id, or an account_id, region, name, address or tags")
	}
	if strings.ContainsAny(e.GroupID, "*?[") {
		return errors.New("group_id must be the ID of one group")
	}
	if e.AccountID != "" && !accountPattern.MatchString(e.AccountID) {
		return fmt.Errorf("account_id %q is no account ID, nor a pattern of one", e.AccountID)
	}
	patterns := []string{e.AccountID, e.Region, e.Name, e.Address}
	for _, key := range slices.Sorted(maps.Keys(e.Tags)) {
		patterns = append(patterns, e.Tags[key])
	}
	for _, p := range patterns {
		if _, err := Regexp(p); err != nil {
			return fmt.Errorf("%q is %w", p, err)
		}
	}
	return nil
}

// checkAccepted says what is missing of what was accepted, until when and why.
func (e *Exception) checkAccepted() error {
	for _, must := range []struct {
		name    string
		missing bool
	}{
		{"until: the last day on which it holds", e.Until.IsZero()},
		{"ports: which of 20 and 21 were accepted", e.Ports == 0},
		{"reasons: in which ways it may be open", len(e.Reasons) == 0},
		{"why", e.Why == ""},
		{"approved_by", e.ApprovedBy == ""},
	} {
		if must.missing {
			return fmt.Errorf("it lacks %s", must.name)
		}
	}
	return nil
}

func parseDay(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("until must be a day, such as 2027-03-31, not %q", text)
	}
	return day, nil
}

func names[S ~string](values []S) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}
