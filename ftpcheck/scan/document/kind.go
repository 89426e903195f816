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
	{"SECURITYGROUP", "text for a shell", "Save the command's output with --output json"},
	{"----", "a table for people", "Save the command's output with --output json"},
	{"scoutsuite_results", "the results of ScoutSuite, which has another form for the rules of the groups", "Save what this prints: aws ec2 describe-security-groups --output json"},
}

// mustBeJSON returns an error that says what the file is, if it does not begin as what an AWS
// command prints.
func (d *Document) mustBeJSON() error {
	if d.begun {
		return nil
	}
	d.begun = true
	begin, _ := d.text.Peek(512) // what is wrong with less, the decoder says
	blank := len(begin) - len(bytes.TrimLeft(begin, " \t\r\n"))
	for _, u := range unlike {
		if bytes.HasPrefix(begin[blank:], []byte(u.begin)) {
			return &Error{Code: UnknownContent, Problem: fmt.Sprintf("this is not JSON but %s. %s", u.what, u.advice), Offset: int64(blank)}
		}
	}
	if kind := d.PeekKind(); kind == '{' || kind == '[' {
		return nil
	}
	if _, err := d.ReadToken(); err != nil {
		err := AsError(err)
		if e, ok := err.(*Error); ok && e.Code == NotJSON {
			e.Code = UnknownContent // nothing that anybody meant to be JSON
		}
		return err
	}
	return &Error{Code: UnknownContent, Problem: "the JSON is neither an object nor a list, so it is not the output of an AWS command. Save the command's output as it is, without --query"}
}
