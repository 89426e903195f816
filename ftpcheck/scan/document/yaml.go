package document

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// yamlBegin is how YAML begins that holds a list or an object, below comments.
var yamlBegin = regexp.MustCompile(`^(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*(?:---(?:\s|$)|%YAML|- |-\r?\n|["']?[A-Za-z][A-Za-z0-9_]*["']?:(?:\s|$))`)

// fromYAML returns YAML as JSON. Each value is on the line on which it was, so that lines in
// messages are those of the file.
//
// YAML does not say where it ends, as JSON does. What was cut off is missed where the end is in the
// midst of a line, and where the last group lacks what AWS always gives.
//
// Aliases are refused: no AWS command prints them, and with them a small file can be a large
// document.
func fromYAML(text io.Reader) (*bufio.Reader, error) {
	limited := &yamlText{Reader: io.LimitReader(text, most.yaml+1)}
	from := yaml.NewDecoder(limited)
	to := &yamlWriter{line: 1}
	for {
		var n yaml.Node
		err := from.Decode(&n)
		if limited.given > most.yaml {
			return nil, &Error{Code: TooLarge, Problem: fmt.Sprintf("the YAML is longer than %s. Save the command's output with --output json", size(most.yaml)), Offset: -1}
		}
		if err == io.EOF {
			if limited.last != '\n' {
				return nil, &Error{Code: Truncated, Problem: "the YAML ends in the middle of a line: the file is cut off. Save it again", Offset: -1}
			}
			return bufio.NewReaderSize(&to.json, 1<<16), nil
		}
		if err == nil {
			err = to.value(&n)
		}
		var already *Error
		switch {
		case limited.err != nil:
			return nil, AsError(limited.err)
		case errors.As(err, &already):
			return nil, err
		case err != nil:
			reason := strings.TrimPrefix(err.Error(), "yaml: ")
			return nil, &Error{Code: NotJSON, Problem: "this is not YAML: " + reason + ". Save the command's output again, with --output json or yaml", Offset: -1}
		}
	}
}

// yamlText remembers what the decoder puts into words of its own.
type yamlText struct {
	io.Reader
	given int64
	last  byte
	err   error // of reading the file
}

func (t *yamlText) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n > 0 {
		t.given += int64(n)
		t.last = p[n-1]
	}
	if err != io.EOF {
		t.err = err
	}
	return n, err
}

// yamlWriter writes YAML as JSON.
type yamlWriter struct {
	json bytes.Buffer
	line int
}

// number is what both YAML and JSON take for the same number.
var number = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$`)

func (w *yamlWriter) value(n *yaml.Node) error {
	for ; w.line < n.Line; w.line++ {
		w.json.WriteByte('\n')
	}
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			if err := w.value(c); err != nil {
				return err
			}
		}
		w.json.WriteByte(' ') // between two documents
		return nil
	case yaml.MappingNode:
		w.json.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				w.json.WriteByte(',')
			}
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" {
				return w.problem(key, "the name of a member is no text")
			}
			if err := w.value(key); err != nil {
				return err
			}
			w.json.WriteByte(':')
			if err := w.value(n.Content[i+1]); err != nil {
				return err
			}
		}
		w.json.WriteByte('}')
		return nil
	case yaml.SequenceNode:
		w.json.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				w.json.WriteByte(',')
			}
			if err := w.value(c); err != nil {
				return err
			}
		}
		w.json.WriteByte(']')
		return nil
	case yaml.ScalarNode:
		return w.scalar(n)
	}
	return w.problem(n, "there is an alias, and no AWS command prints one")
}

func (w *yamlWriter) scalar(n *yaml.Node) error {
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		w.json.WriteString("null")
	case tag == "!!bool":
		w.json.WriteString(strings.ToLower(n.Value))
	case (tag == "!!int" || tag == "!!float") && number.MatchString(n.Value):
		w.json.WriteString(n.Value)
	case tag == "!!str", tag == "!!int", tag == "!!float", tag == "!!timestamp":
		text, err := jsontext.AppendQuote(w.json.AvailableBuffer(), n.Value)
		if err != nil {
			return w.problem(n, "a text is not UTF-8")
		}
		w.json.Write(text)
	default:
		return w.problem(n, fmt.Sprintf("there is a value of the kind %q, and no AWS command prints one", tag))
	}
	return nil
}

func (w *yamlWriter) problem(n *yaml.Node, text string) error {
	return &Error{Code: InvalidValue, Problem: fmt.Sprintf("line %d: %s. Save the command's output again, as it is", n.Line, text), Offset: -1}
}
