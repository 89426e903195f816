package value

import (
	"math"
	"strconv"
	"strings"
)

// A numberFormat is a format of to_char for numbers.
type numberFormat struct {
	parts       []numberPart
	before      int  // digits before the point
	after       int  // digits behind it
	point       bool // there is one
	fill        bool // FM: without padding
	firstZero   int  // the place of the first 0 among the digits, -1 if there is none
	lastZero    int  // the place of the last 0
	signPlace   signPlace
	plus        bool // PL
	signAnchors bool // the sign has a place of its own: MI or SG
}

// A signPlace says where S is.
type signPlace int

const (
	noSign signPlace = iota
	signBefore
	signBehind
)

// A numberPart is an element of a format, or text that stands for itself.
type numberPart struct {
	kind string // "9", "0", ".", ",", "MI", "PL", "SG", "TH", "th"; "" for text
	text string
}

// numberWords are the elements of formats, longer ones first. The empty ones are refused.
var numberWords = []struct{ word, kind string }{
	{"EEEE", ""}, {"FM", "FM"}, {"MI", "MI"}, {"PL", "PL"}, {"SG", "SG"}, {"PR", ""}, {"RN", ""}, {"TH", "TH"}, {"V", ""}, {"L", ""}, {"C", ""},
	{"B", ""}, {"9", "9"}, {"0", "0"}, {"D", "."}, {".", "."}, {"G", ","}, {",", ","}, {"S", "S"},
}

func parseNumberFormat(format string) (*numberFormat, error) {
	f := &numberFormat{firstZero: -1, lastZero: -1}
	refused := refusal("the format \"%s\" of a number is not supported", format)
next:
	for rest := format; rest != ""; {
		if rest[0] == '"' || rest[0] == '\\' {
			return nil, refused
		}
		for _, w := range numberWords {
			if len(rest) < len(w.word) || !strings.EqualFold(rest[:len(w.word)], w.word) {
				continue
			}
			if w.kind == "" {
				return nil, refused
			}
			kind := w.kind
			if rest[:len(w.word)] == "th" {
				kind = "th"
			}
			rest = rest[len(w.word):]
			if !f.add(kind) {
				return nil, refused
			}
			continue next
		}
		text := firstChar(rest)
		if isASCIILetter(text[0]) {
			return nil, refused // perhaps an element in other letters
		}
		f.parts = append(f.parts, numberPart{text: text})
		rest = rest[len(text):]
	}
	if f.before+f.after == 0 || f.point && f.after == 0 || f.signPlace != noSign && (f.signAnchors || f.plus || f.before == 0) {
		return nil, refused
	}
	return f, nil
}

// add adds an element, if it can be where it is.
func (f *numberFormat) add(kind string) bool {
	digits := f.before + f.after
	if f.signPlace == signBehind && kind != "FM" { // S at the end is the last
		return false
	}
	switch kind {
	case "FM":
		f.fill = true
		return true
	case "S":
		if f.signPlace != noSign || f.point && digits == 0 {
			return false
		}
		f.signPlace = signBefore
		if digits > 0 {
			f.signPlace = signBehind
		}
		return true
	case "PL":
		f.plus = true
	case "MI", "SG":
		f.signAnchors = true
	case ".":
		if f.point {
			return false
		}
		f.point = true
	case "0", "9":
		if kind == "0" {
			if f.firstZero < 0 && !f.point {
				f.firstZero = digits
			}
			f.lastZero = digits
		}
		if f.point {
			f.after++
		} else {
			f.before++
		}
	case "TH", "th":
		if f.point {
			return false
		}
	}
	f.parts = append(f.parts, numberPart{kind: kind})
	return true
}

// FormatInt is to_char of an integer.
func FormatInt(n int64, format string) (string, error) {
	if n == math.MinInt64 {
		return "", refusal("the least bigint is not formatted")
	}
	return FormatNumeric(DecimalOf(n), format)
}

// FormatNumeric is to_char of a numeric.
func FormatNumeric(d Decimal, format string) (string, error) {
	f, err := parseNumberFormat(format)
	if err != nil {
		return "", err
	}
	if !d.IsFinite() {
		return "", refusal("the format of %s is not supported", d)
	}
	text := d.rescale(f.after, true).String()
	return f.write(text), nil
}

// FormatFloat8 is to_char of a double precision, of which 15 digits are shown.
func FormatFloat8(x float64, format string) (string, error) {
	f, err := parseNumberFormat(format)
	if err != nil {
		return "", err
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "", refusal("the format of %s is not supported", FormatFloat(x))
	}
	const digits = 15
	after := f.after
	if before := len(strconv.FormatFloat(math.Abs(x), 'f', 0, 64)); before+after > digits {
		return "", refusal("so many digits of a double precision are not formatted")
	}
	text := strconv.FormatFloat(x, 'f', after, 64)
	if x == 0 || strings.Trim(text, "-0.") == "" && text[0] == '-' {
		if math.Signbit(x) {
			return "", refusal("zero with a sign is not formatted")
		}
	}
	return f.write(text), nil
}

// A numberWriter writes one number.
type numberWriter struct {
	*numberFormat
	out      strings.Builder
	whole    string // digits before the point
	fraction string
	shown    int // digits of the fraction that are shown
	negative bool
	overflow bool
	place    int  // of the next digit
	signed   bool // the sign was written
	inside   bool // the last digit was one of the number, so that a comma is one
}

func (f *numberFormat) write(text string) string {
	w := &numberWriter{numberFormat: f}
	text, w.negative = strings.CutPrefix(text, "-")
	w.whole, w.fraction, _ = strings.Cut(text, ".")
	if w.overflow = len(w.whole) > f.before; w.overflow {
		w.whole, w.fraction = strings.Repeat("#", f.before), strings.Repeat("#", f.after)
	}
	if w.shown = f.after; f.fill {
		w.shown = max(len(strings.TrimRight(w.fraction, "0")), min(f.lastZero-f.before+1, f.after))
	}
	for _, p := range f.parts {
		w.part(p)
	}
	return w.out.String()
}

func (w *numberWriter) part(p numberPart) {
	switch p.kind {
	case "":
		w.out.WriteString(p.text)
	case "9", "0":
		if w.place < w.before {
			w.wholeDigit()
		} else {
			w.fractionDigit()
		}
		w.place++
		if w.signPlace == signBehind && w.place == w.before+w.after {
			w.out.WriteString(w.sign("+"))
		}
	case ".":
		w.startNumber()
		w.out.WriteByte('.')
	case ",":
		w.pad(w.inside, ",")
	case "MI":
		w.pad(w.negative, "-")
	case "PL":
		w.pad(!w.negative, "+")
	case "SG":
		w.out.WriteString(w.sign("+"))
	case "TH", "th":
		if !w.negative && !w.overflow {
			w.out.WriteString(ordinal(w.whole, p.kind))
		}
	}
}

// pad writes a text if it is shown, and otherwise a space, if there is padding.
func (w *numberWriter) pad(shown bool, text string) {
	switch {
	case shown:
		w.out.WriteString(text)
	case !w.fill:
		w.out.WriteByte(' ')
	}
}

func (w *numberWriter) sign(positive string) string {
	if w.negative {
		return "-"
	}
	return positive
}

// startNumber writes the sign before the first digit.
func (w *numberWriter) startNumber() {
	if w.signed {
		return
	}
	w.signed = true
	switch {
	case w.signAnchors || w.signPlace == signBehind:
	case w.signPlace == signBefore:
		w.out.WriteString(w.sign("+"))
	default:
		w.pad(w.negative, "-")
	}
}

func (w *numberWriter) wholeDigit() {
	spaces := w.before - len(w.whole)
	zero := w.firstZero >= 0 && w.firstZero <= w.place
	switch {
	case w.place < spaces && !zero:
		w.inside = false
		w.pad(false, "")
	case w.place < spaces:
		w.startNumber()
		w.inside = true
		w.out.WriteByte('0')
	case w.whole == "0" && w.after > 0 && w.firstZero < 0:
		// .5 is without its zero, but 0. is not.
		w.inside = false
		if w.fill && w.shown == 0 {
			w.startNumber()
			w.out.WriteByte('0')
		} else {
			w.pad(false, "")
		}
	default:
		w.startNumber()
		w.inside = true
		w.out.WriteByte(w.whole[w.place-spaces])
	}
}

func (w *numberWriter) fractionDigit() {
	w.startNumber()
	if i := w.place - w.before; i < w.shown {
		w.out.WriteByte(w.fraction[i])
	}
}
