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

// mustBeJSON returns an error that says what the file is, if it does not begin as what an AWS
// command prints.
func (d *Document) mustBeJSON() error {
	if d.InputOffset() > 0 {
		return nil
	}
	begin, _ := d.text.Peek(512) // what is wrong with less, the decoder says
	blank := len(begin) - len(bytes.TrimLeft(begin, " \t\r\n"))
	for _, u := range unlike {
		if bytes.HasPrefix(begin[blank:], []byte(u.begin)) {
			return &Error{Code: UnknownContent, Problem: fmt.Sprintf("this is not JSON but %s. %s", u.what, u.advice), Offset: int64(blank)}
		}
	}
	if blank < len(begin) && (begin[blank] == '{' || begin[blank] == '[') {
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
