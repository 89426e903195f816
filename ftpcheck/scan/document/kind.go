package document

import (
	"bytes"
	"fmt"
)

// unlike are things that people save in the place of JSON, by how they begin, and what to do.
var unlike = []struct{ begin, what, advice string }{
	{"PK\x03\x04", "a ZIP archive", "Unpack it"},
	{"BZh", "compressed by bzip2", "Decompress it, or compress it with gzip instead"},
	{"\xfd7zXZ\x00", "compressed by xz", "Decompress it, or compress it with gzip instead"},
	{"\x28\xb5\x2f\xfd", "compressed by zstd", "Decompress it, or compress it with gzip instead"},
	{"<", "XML or HTML", "Save the command's output with --output json"},
	{"{\x00", "UTF-16 without a byte order mark", "Save it as UTF-8"},
	{"[\x00", "UTF-16 without a byte order mark", "Save it as UTF-8"},
	{"\x00{", "UTF-16 without a byte order mark", "Save it as UTF-8"},
	{"\x00[", "UTF-16 without a byte order mark", "Save it as UTF-8"},
	{"SecurityGroups:", "YAML", "Save the command's output with --output json"},
	{"SECURITYGROUPS", "a table for people", "Save the command's output with --output json"},
	{"---", "YAML, or a table for people", "Save the command's output with --output json"},
}

// zipName is where the name of the first file is in a ZIP archive.
const zipName = 30

// mustBeObject returns an error that says what the file is, if it does not begin as what an AWS
// command prints.
func (d *Document) mustBeObject() error {
	begin, _ := d.text.Peek(512) // what is wrong with less, the decoder says
	blank := len(begin) - len(bytes.TrimLeft(begin, " \t\r\n"))
	if bytes.HasPrefix(begin, []byte("PK\x03\x04")) && bytes.HasPrefix(begin[min(len(begin), zipName):], []byte("tfplan")) {
		return &Error{Code: UnknownContent, Offset: 0, Problem: "this is a plan of Terraform in its own form. Give what terraform show -json prints of it"}
	}
	for _, u := range unlike {
		if bytes.HasPrefix(begin[blank:], []byte(u.begin)) {
			return &Error{Code: UnknownContent, Problem: fmt.Sprintf("this is not JSON but %s. %s", u.what, u.advice), Offset: int64(blank)}
		}
	}
	switch kind := d.PeekKind(); kind {
	case '{':
		return nil
	case '[':
		return d.list()
	}
	if _, err := d.ReadToken(); err != nil {
		err := AsError(err)
		if e, ok := err.(*Error); ok && e.Code == NotJSON {
			e.Code = UnknownContent // nothing that anybody meant to be JSON
		}
		return err
	}
	return notAnAnswer("the JSON is not an object")
}

func notAnAnswer(problem string) error {
	return &Error{Code: UnknownContent, Problem: problem + ", so it is not the output of an AWS command. Save the command's output as it is, without --query"}
}

// list returns the error for a file that holds a list, which no command prints by itself.
func (d *Document) list() error {
	for d.StackDepth() < 4 {
		token, err := d.ReadToken()
		if err != nil {
			return AsError(err)
		}
		if kind := token.Kind(); kind == '"' && token.String() == "SecurityGroups" {
			return &Error{Code: UnknownContent, Problem: "these are several answers in one list. Save the output of each command in a file of its own"}
		} else if kind != '[' && kind != '{' {
			break
		}
	}
	return notAnAnswer("the JSON is not an object")
}
