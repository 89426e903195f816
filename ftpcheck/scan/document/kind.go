package document

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
)

// unlike are things that people save in the place of JSON, by how they begin, and what to do.
var unlike = []struct{ begin, what, advice string }{
	{"BZh", "compressed by bzip2", "Decompress it, or compress it with gzip instead"},
	{"\xfd7zXZ\x00", "compressed by xz", "Decompress it, or compress it with gzip instead"},
	{"\x28\xb5\x2f\xfd", "compressed by zstd", "Decompress it, or compress it with gzip instead"},
	{"<", "XML or HTML", "Save the command's output with --output json"},
	{"SECURITYGROUP", "text for a shell", "Save the command's output with --output json"},
	{"----", "a table for people", "Save the command's output with --output json"},
	{"scoutsuite_results", "the results of ScoutSuite, which has another form for the rules of the groups", "Save what this prints: aws ec2 describe-security-groups --output json"},
}

// csvBegin is a line of names with commas, semicolons or tabs between them.
var csvBegin = regexp.MustCompile(`^"?[A-Za-z_][\w ./-]*"?(?:[,;\t]"?[\w ./-]*"?)+\r?\n`)

// mustBeJSON returns an error that says what the file is, if it does not begin as what an AWS
// command prints.
func (d *Document) mustBeJSON() error {
	if d.begun {
		return nil
	}
	d.begun = true
	begin, _ := d.text.Peek(512) // what is wrong with less, the decoder says
	blank := len(begin) - len(bytes.TrimLeft(begin, " \t\r\n"))
	if isPlan(begin) {
		return &Error{Code: UnknownContent, Offset: 0, Problem: "this is a plan of Terraform in its own form. Give what terraform show -json prints of it"}
	}
	for _, u := range unlike {
		if bytes.HasPrefix(begin[blank:], []byte(u.begin)) {
			return &Error{Code: UnknownContent, Problem: fmt.Sprintf("this is not JSON but %s. %s", u.what, u.advice), Offset: int64(blank)}
		}
	}
	if csvBegin.Match(begin) {
		return &Error{Code: UnknownContent, Offset: 0,
			Problem: "this is not JSON but CSV, which does not have the rules of the groups. Save what this prints: aws ec2 describe-security-groups --output json"}
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

// isPlan reports whether a file is a plan of Terraform in its own form: a ZIP archive in which the
// first file is called so.
func isPlan(begin []byte) bool {
	const name, length, at = "tfplan", 26, 30
	return bytes.HasPrefix(begin, []byte("PK\x03\x04")) && len(begin) >= at+len(name) &&
		begin[length] == byte(len(name)) && begin[length+1] == 0 && string(begin[at:at+len(name)]) == name
}

// An Archive is a kind of file with files in it.
type Archive int

// The archives that can be read; NoArchive is everything else.
const (
	NoArchive Archive = iota
	ZIP
	TAR
)

// Archive says which kind of archive the document is, if it is one.
func (d *Document) Archive() Archive { return archiveOf(d.text.Reader) }

func archiveOf(text *bufio.Reader) Archive {
	const tarMagic, at = "ustar", 257
	begin, _ := text.Peek(at + len(tarMagic))
	switch {
	case isPlan(begin):
		return NoArchive // though it is one
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")), bytes.HasPrefix(begin, []byte("PK\x05\x06")):
		return ZIP
	case len(begin) > at && string(begin[at:]) == tarMagic:
		return TAR
	}
	return NoArchive
}
