package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The error codes of files that cannot be read whole or understood.
const (
	codeUnreadable = "Unreadable"     // the file system refused
	codeNotJSON    = "NotJSON"        // not JSON text
	codeTruncated  = "Truncated"      // JSON that ends in the middle
	codeUnknown    = "UnknownContent" // JSON, but not of a command that we read
	codeInvalid    = "InvalidValue"   // a value of the wrong type, or that AWS cannot give
	codeDuplicate  = "Duplicate"      // the same thing twice, with different content
	codeIncomplete = "Incomplete"     // a part of AWS's answer
)

// A fileError says what is wrong with a file and where.
type fileError struct {
	code    string
	problem string
	pointer jsontext.Pointer // to the value, or to the object around it; empty if there is none
	within  jsontext.Pointer // from that object down to the value
	offset  int64            // of what pointer names, in the JSON text; negative if not known
	before  bool             // offset is before a separator that stands before it
}

func (e *fileError) Error() string { return e.problem }

// A document is one file of JSON text, open for reading from its start.
type document struct {
	*jsontext.Decoder
	text io.Reader
	file *os.File
}

// openDocument opens a file, compressed by gzip or not, and steps over a byte order
// mark. UTF-16, which PowerShell writes, is read too.
func openDocument(ctx context.Context, path string) (*document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &fileError{code: codeUnreadable, problem: readProblem(path, err).Error(), offset: -1}
	}
	text, err := plainText(contextReader{ctx, f})
	if err != nil {
		f.Close()
		return nil, err
	}
	return &document{jsontext.NewDecoder(text), text, f}, nil
}

func (d *document) Close() error { return d.file.Close() }

var gzipMagic = []byte{0x1f, 0x8b}

func plainText(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); bytes.Equal(magic, gzipMagic) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, asFileError(err)
		}
		b = bufio.NewReaderSize(z, 1<<16)
	}
	mark, err := b.Peek(3)
	if err != nil && err != io.EOF {
		return nil, asFileError(err)
	}
	switch {
	case bytes.HasPrefix(mark, []byte{0xef, 0xbb, 0xbf}):
		b.Discard(3)
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
	}
	return b, nil
}

// contextReader ends a long read with the context.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// errDone ends a walk over a document before its end.
var errDone = errors.New("done")

// members walks over the top level of the document. For each member it calls handle
// with the decoder at the member's value, which handle must read or skip.
func (d *document) members(handle func(name string) error) error {
	if kind := d.PeekKind(); kind != '{' {
		if _, err := d.ReadToken(); err != nil {
			return asFileError(err)
		}
		return &fileError{code: codeUnknown, problem: "the JSON is not an object, so it is not the output of an AWS command. Save the command's output as it is, without --query"}
	}
	if _, err := d.ReadToken(); err != nil {
		return asFileError(err)
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return asFileError(err)
		}
		switch err := handle(name.String()); {
		case err == errDone:
			return nil
		case err != nil:
			return asFileError(err)
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return asFileError(err)
	}
	if _, err := d.ReadToken(); err != io.EOF {
		if err != nil {
			return asFileError(err)
		}
		return &fileError{code: codeNotJSON, problem: "there is more after the end of the JSON object. Save the output of each command in a file of its own", offset: d.InputOffset()}
	}
	return nil
}

// elements decodes the array at which the decoder is, one element at a time, and calls
// handle with each. An error of handle that is a [*badValue] is placed in the document.
func elements[T any](d *document, handle func(*T) error) error {
	kind := d.PeekKind()
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if kind != '[' {
		return &fileError{code: codeInvalid, problem: "a list is expected here", pointer: d.StackPointer(), offset: d.InputOffset()}
	}
	for d.PeekKind() != ']' {
		start := d.InputOffset()
		var v T
		if err := json.UnmarshalDecode(d.Decoder, &v); err != nil {
			return err
		}
		if err := handle(&v); err != nil {
			if bad, ok := err.(*badValue); ok {
				code := codeInvalid
				if bad.twice {
					code = codeDuplicate
				}
				return &fileError{code: code, problem: bad.problem, pointer: d.StackPointer(), within: jsontext.Pointer(bad.pointer), offset: start, before: true}
			}
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// asFileError puts the errors of the libraries into words. It leaves the errors of
// contexts, and those that are in words already, as they are.
func asFileError(err error) error {
	var already *fileError
	var consumer *consumerError
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &already), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &consumer):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e := &fileError{code: codeTruncated, problem: "the JSON ends in the middle: the file is empty or cut off. Save it again", offset: -1}
		if errors.As(err, &syntactic) {
			e.pointer, e.offset = syntactic.JSONPointer, syntactic.ByteOffset
		}
		return e
	case errors.As(err, &syntactic):
		reason := strings.TrimPrefix(syntactic.Err.Error(), "jsontext: ")
		return &fileError{code: codeNotJSON, problem: "this is not JSON: " + reason + ". Save the command's output with --output json",
			pointer: syntactic.JSONPointer, offset: syntactic.ByteOffset}
	case errors.As(err, &semantic):
		return &fileError{code: codeInvalid, problem: semanticProblem(semantic), pointer: semantic.JSONPointer, offset: semantic.ByteOffset}
	}
	return &fileError{code: codeUnreadable, problem: "the file cannot be read: " + err.Error(), offset: -1}
}

var kindNames = map[jsontext.Kind]string{
	'n': "null", 't': "true", 'f': "false", '"': "a text", '0': "a number", '{': "an object", '[': "a list",
}

func semanticProblem(e *json.SemanticError) string {
	found := kindNames[e.JSONKind]
	if len(e.JSONValue) > 0 && len(e.JSONValue) < 40 {
		found += " " + string(e.JSONValue)
	}
	expected := "something else"
	if e.GoType != nil {
		switch kind := e.GoType.Kind().String(); {
		case strings.HasPrefix(kind, "int"):
			expected = "a whole number"
		case kind == "string":
			expected = "a text"
		case kind == "bool":
			expected = "true or false"
		case kind == "slice":
			expected = "a list"
		case kind == "struct", kind == "map":
			expected = "an object"
		}
	}
	return fmt.Sprintf("%s stands where %s is expected", found, expected)
}

// describe gives the full text of the error: line and byte, JSON path, problem. It reads
// the file again for what the error does not say.
func (e *fileError) describe(ctx context.Context, path string) string {
	var where []string
	if offset := e.offset; offset >= 0 {
		if e.before {
			offset = e.exactOffset(ctx, path)
		}
		where = append(where, fmt.Sprintf("line %d (byte %d)", lineAt(ctx, path, offset), offset))
	}
	if pointer := e.pointer + e.within; pointer != "" {
		where = append(where, "at "+string(pointer))
	}
	if len(where) == 0 {
		return e.problem
	}
	return strings.Join(where, ", ") + ": " + e.problem
}

// exactOffset finds the value at e.within, inside the element that starts behind
// e.offset. Where it cannot, it returns the nearest that it can.
func (e *fileError) exactOffset(ctx context.Context, path string) int64 {
	d, err := openDocument(ctx, path)
	if err != nil {
		return e.offset
	}
	defer d.Close()
	text := bufio.NewReader(d.text)
	if _, err := text.Discard(int(e.offset)); err != nil {
		return e.offset
	}
	start := e.offset
	for {
		c, err := text.ReadByte()
		if err != nil {
			return e.offset
		}
		if !bytes.ContainsRune([]byte(", \t\r\n"), rune(c)) {
			text.UnreadByte()
			break
		}
		start++
	}
	element := jsontext.NewDecoder(text)
	for e.within != "" {
		if _, err := element.ReadToken(); err != nil {
			break
		}
		if element.StackPointer() == e.within {
			return start + element.InputOffset()
		}
	}
	return start
}

func lineAt(ctx context.Context, path string, offset int64) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	text, err := plainText(contextReader{ctx, f})
	if err != nil {
		return 0
	}
	line := int64(1)
	counter := bufio.NewReader(io.LimitReader(text, offset))
	for {
		chunk, err := counter.ReadSlice('\n')
		if bytes.HasSuffix(chunk, []byte("\n")) {
			line++
		}
		if err != nil && err != bufio.ErrBufferFull {
			return line
		}
	}
}
