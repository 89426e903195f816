// Package document reads JSON documents that may be larger than memory, plain or compressed,
// and says where in them something is wrong.
package document

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The error codes of files that cannot be read whole or understood.
const (
	Unreadable     = "Unreadable"     // the file system refused
	NotJSON        = "NotJSON"        // not JSON text
	Truncated      = "Truncated"      // JSON that ends in the middle
	UnknownContent = "UnknownContent" // JSON, but not of a command that we read
	InvalidValue   = "InvalidValue"   // a value of the wrong type, or that AWS cannot give
	Duplicate      = "Duplicate"      // the same thing twice, with different content
	Incomplete     = "Incomplete"     // a part of AWS's answer
	TooLarge       = "TooLarge"       // beyond a bound that no answer of AWS comes near
	NoGroups       = "NoGroups"       // files that can be read, and no security group in any of them
)

// A Error says what is wrong with a file and where.
type Error struct {
	Code    string
	Problem string
	Pointer jsontext.Pointer // to the value, or to the object around it; empty if there is none
	within  jsontext.Pointer // from that object down to the value
	Offset  int64            // of what pointer names, in the JSON text; negative if not known
	before  bool             // offset is before a separator that stands before it
}

func (e *Error) Error() string { return e.Problem }

// A Document is one file of JSON text, open for reading from its start.
type Document struct {
	*jsontext.Decoder
	ctx  context.Context // of reading it
	path string

	text    *boundedText // what the decoder reads
	file    *os.File
	element int64  // where the element begins that is read; negative outside of one
	whole   bool   // elements are read as one value before they are decoded
	wrong   *Error // with the first element that is not as it should be
	noted   *Error // with the first of which that is noted only

	begun     bool   // the decoder has taken something of the text
	beginning []byte // of the text, if it was looked at
}

// Open opens a file of JSON or YAML, compressed by gzip or not, and steps over a byte order
// mark. UTF-16, which PowerShell writes, is read too.
func Open(ctx context.Context, path string) (*Document, error) {
	f, err := OpenFile(path)
	if err != nil {
		return nil, &Error{Code: Unreadable, Problem: err.Error(), Offset: -1}
	}
	text, _, err := plainText(contextReader{ctx, f})
	if err != nil {
		f.Close()
		return nil, err
	}
	d := &Document{ctx: ctx, path: path, file: f, element: -1}
	d.text = &boundedText{Reader: text, document: d}
	d.Decoder = jsontext.NewDecoder(d.text)
	return d, nil
}

// OpenFile opens a regular file. Anything else under that name, such as a pipe, which might
// never give a byte, is an error in words and is not waited for.
func OpenFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, ReadProblem(path, err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = ReadProblem(path, err)
	case !info.Mode().IsRegular():
		err = NoFile(path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// NoFile is the error for a path of something that is neither a file nor a folder.
func NoFile(path string) error {
	return fmt.Errorf("%q is no file: give what it holds on standard input, with \"-\" as the path", path)
}

// Close closes the file.
func (d *Document) Close() error { return d.file.Close() }

var gzipMagic = []byte{0x1f, 0x8b}

// IsGzip reports whether what begins with these bytes is compressed by gzip.
func IsGzip(begin []byte) bool { return bytes.HasPrefix(begin, gzipMagic) }

// plainText returns the text of a file as JSON, or what is neither JSON nor YAML as it is.
func plainText(r io.Reader) (text *bufio.Reader, isYAML bool, err error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); IsGzip(magic) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, false, AsError(err)
		}
		b = bufio.NewReaderSize(z, 1<<16)
	}
	if archiveOf(b) != NoArchive {
		return b, false, nil
	}
	mark, err := b.Peek(3)
	if err != nil && err != io.EOF {
		return nil, false, AsError(err)
	}
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) {
		b = bufio.NewReaderSize(transform.NewReader(b, unicode.UTF16(order, mark).NewDecoder()), 1<<16)
	}
	switch {
	case bytes.HasPrefix(mark, []byte{0xef, 0xbb, 0xbf}):
		b.Discard(3)
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		utf16(unicode.LittleEndian, unicode.UseBOM)
	// What begins a document is ASCII, of which UTF-16 has every other byte zero.
	case len(mark) > 1 && mark[0] != 0 && mark[1] == 0:
		utf16(unicode.LittleEndian, unicode.IgnoreBOM)
	case len(mark) > 1 && mark[0] == 0 && mark[1] != 0:
		utf16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	if begin, _ := b.Peek(512); yamlBegin.Match(begin) {
		b, err = fromYAML(b)
		return b, true, err
	}
	return b, false, nil
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

// ErrDone ends a walk over the values of a document before its end.
var ErrDone = errors.New("done")

// Values walks over the values of the document, which stand one after the other: most documents
// have one, JSON Lines have many. For each it calls handle with the decoder at the value, which
// handle must read or skip. If something is wrong with elements, it returns so at its end.
func (d *Document) Values(handle func() error) error {
	if err := d.mustBeJSON(); err != nil {
		return err
	}
	for n := 0; n == 0 || d.PeekKind() != 0; n++ {
		if err := handle(); err != nil {
			return d.end(err)
		}
	}
	_, err := d.ReadToken()
	if err == io.EOF {
		err = ErrDone
	}
	return d.end(err)
}

// end returns what a walk over the document ends with.
func (d *Document) end(err error) error {
	done := err == ErrDone
	if !done {
		err = d.asError(err)
	}
	if _, ofFile := err.(*Error); d.wrong != nil && (done || ofFile) {
		return d.wrong
	} else if done {
		return nil
	}
	return err
}

// Inside walks over the values inside of so many lists around them, one in the other. For each it
// calls handle with the decoder at the value, which handle must read or skip.
func (d *Document) Inside(lists int, handle func() error) error {
	if lists == 0 {
		return handle()
	}
	if err := d.begin('[', "a list"); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		if err := d.Inside(lists-1, handle); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// Members walks over the object at which the decoder is. For each member it calls handle with the
// decoder at the member's value, which handle must read or skip.
func (d *Document) Members(handle func(name string) error) error {
	if err := d.begin('{', "an object"); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := handle(name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// begin steps into a list or an object.
func (d *Document) begin(kind jsontext.Kind, expected string) error {
	token, err := d.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return &Error{Code: InvalidValue, Problem: expected + " is expected here", Pointer: d.StackPointer(), Offset: d.InputOffset()}
	}
	return nil
}

// Top tells what the document begins with, and does not move in it: it calls use with the names of
// the members of the first object, until use returns false, and returns in how many lists that
// object is.
func (d *Document) Top(use func(name string) (more bool)) (lists int, err error) {
	begin := d.beginning
	if !d.begun {
		begin, _ = d.text.Peek(beginning)
		begin = bytes.Clone(begin)
		d.beginning = begin
	}
	if err := d.mustBeJSON(); err != nil {
		return 0, err
	}
	var names []string
	lists, err = top(jsontext.NewDecoder(bytes.NewReader(begin)), func(name string) bool {
		names = append(names, name)
		return use(name)
	})
	if err == nil || len(begin) < beginning {
		return lists, err
	}
	// What was looked for is behind what could be seen.
	again, err := Open(d.ctx, d.path)
	if err != nil {
		return 0, err
	}
	defer again.Close()
	return top(again.Decoder, func(name string) bool {
		if len(names) > 0 {
			names = names[1:]
			return true
		}
		return use(name)
	})
}

func top(d *jsontext.Decoder, use func(name string) bool) (lists int, err error) {
	for {
		token, err := d.ReadToken()
		if err != nil {
			return lists, AsError(err)
		}
		switch token.Kind() {
		case '[':
			lists++
		case ']': // an empty list says nothing of what is in others
			if lists--; lists == 0 {
				return 0, nil
			}
		case '{':
			for d.PeekKind() != '}' {
				name, err := d.ReadToken()
				if err != nil {
					return lists, AsError(err)
				}
				if !use(name.String()) {
					return lists, nil
				}
				if err := d.SkipValue(); err != nil {
					return lists, AsError(err)
				}
			}
			return lists, nil
		default:
			return lists, nil
		}
	}
}

// beginning is how much of a document is looked at to find out what it is.
const beginning = 1 << 12

// Elements decodes the array at which the decoder is, one element at a time, and calls
// handle with each. An error of handle that is a [*sg.BadValue] is placed in the document.
//
// An element in which something is wrong keeps none of the others from being handled: the walk
// over the values of the document returns at its end what is wrong with the first such element.
func Elements[T any](d *Document, handle func(*T) error, options ...json.Options) error {
	return Scanned(d, nil, handle, options...)
}

// Scanned is Elements for elements of which scan takes most.
func Scanned[T any](d *Document, scan Scan, handle func(*T) error, options ...json.Options) error {
	if err := d.begin('[', "a list"); err != nil {
		return err
	}
	if err := elements(d, ']', scan, handle, options); err != nil {
		return err
	}
	_, err := d.ReadToken()
	return err
}

// Lines is Elements for values that are in no list, as those of JSON Lines.
func Lines[T any](d *Document, handle func(*T) error, options ...json.Options) error {
	return elements(d, 0, nil, handle, options)
}

// elements decodes values up to what ends them.
func elements[T any](d *Document, end jsontext.Kind, scan Scan, handle func(*T) error, options []json.Options) error {
	var first *Error
	more := 0
	defer func() {
		d.element, d.whole = -1, false
		if first != nil && d.wrong == nil {
			d.wrong = first.with(more)
		}
	}()
	for follows := false; ; follows = true {
		start := d.InputOffset()
		taken, handled, err := d.take(scan, follows)
		var wrong *Error
		if !taken && err == nil {
			if d.PeekKind() == end {
				return nil
			}
			d.element = start
			var v T
			if err = d.decode(&v, options); err == nil {
				handled = handle(&v)
			} else if err = d.asError(err); errors.As(err, &wrong) && wrong.Code == InvalidValue {
				err = d.stepOver()
			} else {
				wrong = nil
			}
		}
		bad, ok := handled.(*sg.BadValue)
		switch {
		case ok && bad.Noted:
			if d.noted == nil {
				d.noted = badValue(bad, d.lastValue(), start)
			}
		case ok:
			wrong = badValue(bad, d.lastValue(), start)
		case err == nil:
			err = handled
		}
		switch {
		case wrong != nil && first == nil:
			first = wrong
		case wrong != nil:
			more++
		}
		if err != nil {
			return err
		}
	}
}

// Noted is what was noted of the first element that has something odd; nil if none has.
func (d *Document) Noted() *Error { return d.noted }

// lastValue is where the value is that was read.
func (d *Document) lastValue() jsontext.Pointer {
	if d.StackDepth() == 0 {
		return "" // the line tells
	}
	return d.StackPointer()
}

// decode decodes the element at which the decoder is.
func (d *Document) decode(v any, options []json.Options) error {
	if !d.whole {
		return json.UnmarshalDecode(d.Decoder, v, options...)
	}
	value, err := d.ReadValue()
	if err != nil {
		return err
	}
	return json.Unmarshal(value, v, options...)
}

// stepOver goes on behind an element that could not be decoded, in the midst of which the decoder
// is. It cannot go on from there, so it begins again from the start of the file. From now on
// elements are read as one value, so that this happens once.
func (d *Document) stepOver() error {
	if d.whole {
		return nil
	}
	begin := d.element
	again, err := Open(d.ctx, d.path)
	if err != nil {
		return err
	}
	d.file.Close()
	d.text, d.file, d.Decoder = again.text, again.file, again.Decoder
	d.text.document = d
	d.element = -1
	for d.InputOffset() < begin {
		if _, err := d.ReadToken(); err != nil {
			return err
		}
	}
	d.whole = true
	return d.SkipValue()
}

func badValue(bad *sg.BadValue, element jsontext.Pointer, start int64) *Error {
	code := InvalidValue
	if bad.Twice {
		code = Duplicate
	}
	return &Error{Code: code, Problem: bad.Problem, Pointer: element, within: jsontext.Pointer(bad.Pointer), Offset: start, before: true}
}

// with tells how many elements of the list have problems besides that of the error.
func (e *Error) with(more int) *Error {
	switch {
	case more == 1:
		e.Problem += ". So it is with 1 more element of the list"
	case more > 1:
		e.Problem += fmt.Sprintf(". So it is with %d more elements of the list", more)
	}
	return e
}

// AsError puts the errors of the libraries into words. It leaves the errors of
// contexts, and those that are in words already, as they are.
func AsError(err error) error {
	var already *Error
	var consumer *ConsumerError
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &already), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &consumer):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e := &Error{Code: Truncated, Problem: "the JSON ends in the middle: the file is empty or cut off. Save it again", Offset: -1}
		if errors.As(err, &syntactic) {
			e.Pointer, e.Offset = syntactic.JSONPointer, syntactic.ByteOffset
		}
		return e
	case errors.As(err, &syntactic) && strings.Contains(syntactic.Error(), "exceeded max depth"):
		return &Error{Code: TooLarge, Problem: fmt.Sprintf("lists and objects are nested more than %d deep here, and no answer of AWS is", mostNested),
			Offset: syntactic.ByteOffset}
	case errors.As(err, &syntactic):
		reason := strings.TrimPrefix(syntactic.Err.Error(), "jsontext: ")
		return &Error{Code: NotJSON, Problem: "this is not JSON: " + reason + ". Save the command's output with --output json",
			Pointer: syntactic.JSONPointer, Offset: syntactic.ByteOffset}
	case errors.As(err, &semantic) && errors.Is(err, json.ErrUnknownName):
		return &Error{Code: InvalidValue, Problem: "AWS has no member of this name here. Save the command's output as it is", Pointer: semantic.JSONPointer, Offset: semantic.ByteOffset}
	case errors.As(err, &semantic):
		return &Error{Code: InvalidValue, Problem: semanticProblem(semantic), Pointer: semantic.JSONPointer, Offset: semantic.ByteOffset}
	}
	return &Error{Code: Unreadable, Problem: "the file cannot be read: " + err.Error(), Offset: -1}
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

// Describe gives the full text of the error: line and byte, JSON path, problem. It reads
// the file again for what the error does not say.
func (e *Error) Describe(ctx context.Context, path string) string {
	var where []string
	if offset := e.Offset; offset >= 0 {
		if e.before {
			offset = e.exactOffset(ctx, path)
		}
		line, isYAML := lineAt(ctx, path, offset)
		at := fmt.Sprintf("line %d (byte %d)", line, offset)
		if isYAML {
			at = fmt.Sprintf("line %d", line)
		}
		where = append(where, at)
	}
	if pointer := e.Pointer + e.within; pointer != "" {
		where = append(where, "at "+string(pointer))
	}
	if len(where) == 0 {
		return e.Problem
	}
	return strings.Join(where, ", ") + ": " + e.Problem
}

// exactOffset finds the value at e.within, inside the element that starts behind
// e.Offset. Where it cannot, it returns the nearest that it can.
func (e *Error) exactOffset(ctx context.Context, path string) int64 {
	d, err := Open(ctx, path)
	if err != nil {
		return e.Offset
	}
	defer d.Close()
	text := d.text.Reader
	if _, err := text.Discard(int(e.Offset)); err != nil {
		return e.Offset
	}
	start := e.Offset
	for {
		c, err := text.ReadByte()
		if err != nil {
			return e.Offset
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

// lineAt is the line of a byte in the JSON text, and whether that was made of YAML.
func lineAt(ctx context.Context, path string, offset int64) (line int64, isYAML bool) {
	f, err := OpenFile(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	text, isYAML, err := plainText(contextReader{ctx, f})
	if err != nil {
		return 0, false
	}
	line = 1
	counter := bufio.NewReader(io.LimitReader(text, offset))
	for {
		chunk, err := counter.ReadSlice('\n')
		if bytes.HasSuffix(chunk, []byte("\n")) {
			line++
		}
		if err != nil && err != bufio.ErrBufferFull {
			return line, isYAML
		}
	}
}

// WithContext returns a reader that ends with the context.
func WithContext(ctx context.Context, r io.Reader) io.Reader { return contextReader{ctx, r} }

// WithoutPath is the text of an error without the path of a file, which may be one of ours.
func WithoutPath(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return err.Error()
}

// ReadProblem is what the file system says of a path, for a person.
func ReadProblem(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%q does not exist", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%q may not be read by this user", path)
	}
	return fmt.Errorf("%q cannot be read: %s", path, WithoutPath(err))
}

// A ConsumerError is an error of emit, which is no fault of the file.
type ConsumerError struct{ Err error }

func (e *ConsumerError) Error() string { return e.Err.Error() }
