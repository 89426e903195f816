package value

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The patterns of to_char that stand for a part of a time. Longer ones are found first.
// What tells words apart by case is spelled in each; the others are the same in small
// letters.
var timePatterns, digitPatterns = func() (map[string]string, map[string]bool) {
	patterns, digits := map[string]string{}, map[string]bool{}
	for pattern := range strings.FieldsSeq("A.D. A.M. AD AM B.C. BC P.M. PM MONTH Month MON Mon DAY Day DY Dy RM TZ") {
		patterns[pattern] = pattern
		patterns[strings.ToLower(pattern)] = strings.ToLower(pattern)
	}
	for pattern := range strings.FieldsSeq("CC DDD DD D FF1 FF2 FF3 FF4 FF5 FF6 HH24 HH12 HH IDDD ID IW IYYY IYY IY I J " +
		"MI MM MS Q SSSSS SSSS SS US WW W Y,YYY YYYY YYY YY Y") {
		patterns[pattern] = pattern
		patterns[strings.ToLower(pattern)] = pattern
		digits[pattern] = true
	}
	for pattern := range strings.FieldsSeq("FX OF TZH TZM") {
		patterns[pattern] = pattern
		patterns[strings.ToLower(pattern)] = pattern
	}
	return patterns, digits
}()

var patternsByLength = slices.SortedFunc(func(yield func(string) bool) {
	for pattern := range timePatterns {
		if !yield(pattern) {
			return
		}
	}
}, func(a, b string) int { return cmp.Compare(len(b), len(a)) })

// A formatNode is a piece of a format: a pattern, or a character that stands for itself.
type formatNode struct {
	pattern   string // "" if it is a character
	spelled   string // the pattern as the format has it
	fill      bool   // FM: without blanks and zeros
	localized bool   // TM
	ordinal   string // "th" or "TH", or ""
	char      rune
	quoted    bool
}

// formatNodes cuts a format into its pieces.
func formatNodes(format string) []formatNode {
	var nodes []formatNode
	char := func(quoted bool) {
		c, size := utf8.DecodeRuneInString(format)
		nodes = append(nodes, formatNode{char: c, quoted: quoted})
		format = format[size:]
	}
	for format != "" {
		var n formatNode
		switch prefix := format[:min(2, len(format))]; prefix {
		case "FM", "fm":
			n.fill, format = true, format[2:]
		case "TM", "tm":
			n.localized, format = true, format[2:]
		}
		i := slices.IndexFunc(patternsByLength, func(p string) bool { return strings.HasPrefix(format, p) })
		switch {
		case i >= 0:
			n.spelled = patternsByLength[i]
			n.pattern = timePatterns[n.spelled]
			format = format[len(n.spelled):]
			switch ending := format[:min(2, len(format))]; ending {
			case "th", "TH":
				n.ordinal, format = ending, format[2:]
			case "SP":
				format = format[2:] // PostgreSQL means to spell the number one day
			}
			nodes = append(nodes, n)
		case format == "":
		case format[0] == '"':
			for format = format[1:]; format != "" && format[0] != '"'; {
				if format[0] == '\\' && len(format) > 1 {
					format = format[1:]
				}
				char(true)
			}
			format = strings.TrimPrefix(format, `"`)
		default:
			if strings.HasPrefix(format, `\"`) {
				format = format[1:]
			}
			char(false)
		}
	}
	return nodes
}

// A broken is a moment or a span in the parts that a format can show.
type broken struct {
	span             bool
	year, month, day int
	dayOfYear        int
	days             int64 // since 2000-01-01, of a moment
	micros           int64 // of the day, or of the span
	zone             string
}

// FormatMoment writes a moment of type t as to_char does. It is null if the moment is
// infinite or the format empty.
func FormatMoment(m Moment, t Type, format string) (any, error) {
	if !m.IsFinite() || format == "" {
		return nil, nil
	}
	days, c := m.split()
	b := broken{days: days, dayOfYear: dayOfYear(days), micros: int64(c)}
	b.year, b.month, b.day = civil(days)
	if t == TimestampTZ {
		b.zone = "UTC"
	}
	return b.format(format)
}

// FormatSpan writes a span as to_char does. It is null if the format is empty.
func FormatSpan(s Span, format string) (any, error) {
	if format == "" {
		return nil, nil
	}
	return broken{
		span: true,
		year: int(s.Months) / monthsPerYear, month: int(s.Months) % monthsPerYear, day: int(s.Days),
		dayOfYear: int(s.Months*daysPerMonth + s.Days), // which wraps around where there are too many
		micros:    s.Micros,
	}.format(format)
}

func (b broken) format(format string) (any, error) {
	var out strings.Builder
	for _, n := range formatNodes(format) {
		if n.pattern == "" {
			out.WriteRune(n.char)
			continue
		}
		text, err := b.show(n)
		if err != nil {
			return nil, err
		}
		out.WriteString(text)
		if err := CheckSize(int64(out.Len())); err != nil {
			return nil, err
		}
	}
	return out.String(), nil
}

// show writes what one pattern stands for.
func (b broken) show(n formatNode) (string, error) {
	upper := strings.ToUpper(n.pattern)
	if b.span {
		switch upper {
		case "TZ", "TZH", "TZM", "OF", "AD", "A.D.", "BC", "B.C.", "MONTH", "MON", "DAY", "DY", "D", "ID":
			return "", &Error{
				Message: "invalid format specification for an interval value",
				Hint:    "Intervals are not tied to specific calendar dates.",
			}
		case "IW", "IYYY", "IYY", "IY", "I", "IDDD", "J", "RM":
			return "", refusal(`to_char of an interval with "%s" is not supported`, n.spelled)
		}
	}
	switch upper {
	case "FX":
		return "", nil
	case "AM", "PM", "A.M.", "P.M.":
		return b.word(n, "PM", "AM", b.micros/microsPerHour%24 >= 12), nil
	case "AD", "BC", "A.D.", "B.C.":
		return b.word(n, "BC", "AD", b.year <= 0), nil
	case "TZ":
		if n.pattern == "tz" {
			return strings.ToLower(b.zone), nil
		}
		return b.zone, nil
	case "OF":
		return fmt.Sprintf("+%0*d", n.width(2), 0), nil
	case "TZH":
		return "+00", nil
	case "TZM":
		return "00", nil
	case "MONTH":
		return n.name(time.Month(b.month).String(), 9), nil
	case "MON":
		return n.name(time.Month(b.month).String()[:3], 0), nil
	case "DAY":
		return n.name(time.Weekday(isoWeekday(b.days)%7).String(), 9), nil
	case "DY":
		return n.name(time.Weekday(isoWeekday(b.days) % 7).String()[:3], 0), nil
	case "RM":
		n.localized = false
		return n.name(romanMonths[b.month-1], 4), nil
	}
	if b.month == 0 && upper == "Q" {
		return "", nil
	}
	text := b.number(n, upper)
	if n.ordinal != "" {
		text += ordinal(text, n.ordinal)
	}
	return text, nil
}

var romanMonths = strings.Fields("I II III IV V VI VII VIII IX X XI XII")

// width is that of a number unless blanks and zeros are left out.
func (n formatNode) width(digits int) int {
	if n.fill {
		return 0
	}
	return digits
}

// name writes a name in the case of the pattern, with blanks up to a width.
func (n formatNode) name(name string, width int) string {
	switch n.pattern {
	case strings.ToUpper(n.pattern):
		name = strings.ToUpper(name)
	case strings.ToLower(n.pattern):
		name = strings.ToLower(name)
	}
	if n.fill || n.localized {
		width = 0
	}
	return fmt.Sprintf("%-*s", width, name)
}

// word writes one of two words with points or without, as the pattern has them.
func (b broken) word(n formatNode, word, other string, first bool) string {
	if !first {
		word = other
	}
	if strings.Contains(n.pattern, ".") {
		word = word[:1] + "." + word[1:] + "."
	}
	if n.pattern == strings.ToLower(n.pattern) {
		word = strings.ToLower(word)
	}
	return word
}

// number writes the number that a pattern stands for.
func (b broken) number(n formatNode, pattern string) string {
	hour := b.micros / microsPerHour
	minute := b.micros / microsPerMinute % 60
	second := b.micros / microsPerSecond % 60
	fraction := b.micros % microsPerSecond
	// The sign of a negative number is in addition to its digits.
	signed := func(digits int, v, sign int64) string {
		if sign < 0 {
			digits++
		}
		return fmt.Sprintf("%0*d", n.width(digits), v)
	}
	year := func(year int) int64 {
		if year <= 0 && !b.span {
			year = 1 - year
		}
		return int64(year)
	}
	isoYear, isoWeekOfYear := isoWeek(b.days)
	switch pattern {
	case "HH", "HH12":
		h := hour % 12
		if h == 0 {
			h = 12
		}
		return signed(2, h, hour)
	case "HH24":
		return signed(2, hour, hour)
	case "MI":
		return signed(2, minute, minute)
	case "SS":
		return signed(2, second, second)
	case "MS", "FF3":
		return fmt.Sprintf("%03d", fraction/1000)
	case "US", "FF6":
		return fmt.Sprintf("%06d", fraction)
	case "FF1", "FF2", "FF4", "FF5":
		digits := int(pattern[2] - '0')
		return fmt.Sprintf("%0*d", digits, fraction/int64(math.Pow10(6-digits)))
	case "SSSS", "SSSSS":
		return fmt.Sprint(b.micros / microsPerSecond)
	case "MM":
		return signed(2, int64(b.month), int64(b.month))
	case "DDD":
		return fmt.Sprintf("%0*d", n.width(3), b.dayOfYear)
	case "IDDD":
		return fmt.Sprintf("%0*d", n.width(3), (isoWeekOfYear-1)*7+isoWeekday(b.days))
	case "DD":
		return fmt.Sprintf("%0*d", n.width(2), b.day)
	case "D":
		return fmt.Sprint(isoWeekday(b.days)%7 + 1)
	case "ID":
		return fmt.Sprint(isoWeekday(b.days))
	case "WW":
		return fmt.Sprintf("%0*d", n.width(2), (int32(b.dayOfYear)-1)/7+1)
	case "IW":
		return fmt.Sprintf("%0*d", n.width(2), isoWeekOfYear)
	case "W":
		return fmt.Sprint((b.day-1)/7 + 1)
	case "Q":
		return fmt.Sprint((b.month-1)/3 + 1)
	case "J":
		return fmt.Sprint(b.days - julianDayZero)
	case "CC":
		century := int64(b.year) / 100
		switch {
		case b.span:
		case b.year > 0:
			century = int64(b.year-1)/100 + 1
		default:
			century--
		}
		if century < -99 || century > 99 {
			return fmt.Sprint(century)
		}
		return signed(2, century, century)
	case "Y,YYY":
		y := year(b.year)
		return fmt.Sprintf("%d,%03d", y/1000, y%1000)
	case "YYYY":
		return signed(4, year(b.year), year(b.year))
	case "YYY":
		return signed(3, year(b.year)%1000, year(b.year))
	case "YY":
		return signed(2, year(b.year)%100, year(b.year))
	case "Y":
		return fmt.Sprint(year(b.year) % 10)
	case "IYYY":
		return signed(4, year(isoYear), 0)
	case "IYY":
		return signed(3, year(isoYear)%1000, 0)
	case "IY":
		return signed(2, year(isoYear)%100, 0)
	case "I":
		return fmt.Sprint(year(isoYear) % 10)
	}
	return ""
}

// ordinal returns the ending of an English ordinal number.
func ordinal(digits, th string) string {
	ending := "th"
	if n := len(digits); n < 2 || digits[n-2] != '1' {
		switch digits[n-1] {
		case '1':
			ending = "st"
		case '2':
			ending = "nd"
		case '3':
			ending = "rd"
		}
	}
	if th == "TH" {
		return strings.ToUpper(ending)
	}
	return ending
}

// ReadDay reads a date as to_date does.
func ReadDay(text, format string) (Day, error) {
	r, err := readFormatted(text, format)
	if err != nil {
		return 0, err
	}
	d, ok := dayOf(r.year, r.month, r.day)
	if !ok {
		return 0, failure(`date out of range: "%s"`, text)
	}
	return d, nil
}

// ReadMoment reads a timestamp as to_timestamp does.
func ReadMoment(text, format string) (Moment, error) {
	r, err := readFormatted(text, format)
	if err != nil {
		return 0, err
	}
	d, ok := dayOf(r.year, r.month, r.day)
	if !ok {
		return 0, errTimestampRange
	}
	m, err := d.Moment()
	if err != nil {
		return 0, errTimestampRange
	}
	return m.plus(r.micros())
}

// A readable is what a pattern tells where a text is read: a number with so many digits,
// or a name.
type readable struct {
	what   string
	digits int
	names  []string
}

// readablePatterns are the patterns that texts are read by.
var readablePatterns = func() map[string]readable {
	months := strings.Fields("january february march april may june july august september october november december")
	short := strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")
	weekdays := strings.Fields("sunday monday tuesday wednesday thursday friday saturday")
	shortDays := strings.Fields("sun mon tue wed thu fri sat")
	meridiem := []string{"am", "pm"}
	return map[string]readable{
		"YYYY": {"year", 4, nil}, "YYY": {"year", 3, nil}, "YY": {"year", 2, nil}, "Y": {"year", 1, nil},
		"MM": {"month", 2, nil}, "DD": {"day", 2, nil}, "DDD": {"day of year", 3, nil},
		"HH24": {"hour", 2, nil}, "HH12": {"hour", 2, nil}, "HH": {"hour", 2, nil},
		"MI": {"minute", 2, nil}, "SS": {"second", 2, nil}, "MS": {"milliseconds", 3, nil}, "US": {"microseconds", 6, nil},
		"MONTH": {"month", 0, months}, "Month": {"month", 0, months}, "month": {"month", 0, months},
		"MON": {"month", 0, short}, "Mon": {"month", 0, short}, "mon": {"month", 0, short},
		"DAY": {"weekday", 0, weekdays}, "Day": {"weekday", 0, weekdays}, "day": {"weekday", 0, weekdays},
		"DY": {"weekday", 0, shortDays}, "Dy": {"weekday", 0, shortDays}, "dy": {"weekday", 0, shortDays},
		"AM": {"meridiem", 0, meridiem}, "PM": {"meridiem", 0, meridiem},
		"am": {"meridiem", 0, meridiem}, "pm": {"meridiem", 0, meridiem},
	}
}()

// readFormatted reads a text as a format says.
func readFormatted(text, format string) (*reading, error) {
	nodes := formatNodes(format)
	for i, n := range nodes {
		what := readablePatterns[n.pattern].what
		again := slices.ContainsFunc(nodes[:i], func(m formatNode) bool {
			return m.pattern != "" && readablePatterns[m.pattern].what == what
		})
		if n.pattern != "" && (what == "" || again) || n.ordinal != "" || n.localized {
			return nil, refusal(`the format "%s" is not supported to read dates and times`, format)
		}
	}
	told := map[string]int{}
	rest := text
	skipped := 0 // blanks that were skipped, for which the format may have characters yet
	skipBlanks := func() {
		trimmed := trimSpaceLeft(rest)
		skipped += len(rest) - len(trimmed)
		rest = trimmed
	}
	for i, n := range nodes {
		if rest == "" {
			break
		}
		if n.pattern != "" || i == 0 {
			skipBlanks()
		}
		if n.pattern == "" {
			c, size := utf8.DecodeRuneInString(rest)
			switch {
			case !n.quoted && isSeparator(n.char):
				if rest != "" && isSeparator(c) {
					rest = rest[size:]
				} else {
					skipped--
				}
			case skipped > 0:
				skipped--
			default:
				rest = rest[size:]
			}
			continue
		}
		p := readablePatterns[n.pattern]
		if p.names != nil {
			name := slices.IndexFunc(p.names, func(name string) bool {
				return len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name)
			})
			if name < 0 {
				word, _, _ := strings.Cut(rest, " ")
				return nil, failure(`invalid value "%s" for "%s"`, word, n.spelled)
			}
			rest = rest[len(p.names[name]):]
			told[p.what] = name
			if p.what == "month" {
				told[p.what] = name + 1
			}
		} else {
			// Where no digit can follow, a number may be as long as it likes.
			free := n.fill || i+1 == len(nodes)
			if !free {
				next := nodes[i+1]
				free = next.pattern != "" && !digitPatterns[next.pattern] || next.pattern == "" && !('0' <= next.char && next.char <= '9')
			}
			v, digits, err := readDigits(rest, n.spelled, p.digits, free)
			if err != nil {
				return nil, err
			}
			rest = rest[digits:]
			switch p.what {
			case "year":
				if p.digits < 4 && digits < 4 {
					v = nearYear(v)
				}
			case "milliseconds", "microseconds":
				v *= int(math.Pow10(max(p.digits-digits, 0)))
			}
			told[p.what] = v
		}
		if n.pattern == "HH" || n.pattern == "HH12" || p.what == "meridiem" {
			told["twelve hours"] = 1
		}
		skipped = 0
		skipBlanks()
	}
	return assemble(told, text)
}

func trimSpaceLeft(text string) string { return strings.TrimLeft(text, " \t\n\v\f\r") }

// isSeparator reports whether a character of a format parts its fields.
func isSeparator(c rune) bool {
	return c < 0x80 && (isSpace(byte(c)) || c > ' ' && c < 0x7f && !isLetter(byte(c)) && !isDigit(byte(c)))
}

// readDigits reads a number of as many digits as its pattern has, or of any number of them.
func readDigits(text, pattern string, length int, free bool) (n, digits int, err error) {
	digits = len(text) - len(strings.TrimLeft(text, "0123456789"))
	start := text[:min(length, len(text))]
	switch {
	case text != "" && (text[0] == '-' || text[0] == '+'):
		return 0, 0, refusal(`a sign before "%s" is not supported to read dates and times`, pattern)
	case free:
	case len(text) < length:
		return 0, 0, failure(`source string too short for "%s" formatting field`, pattern)
	case digits > 0 && digits < length:
		return 0, 0, failure(`invalid value "%s" for "%s"`, start, pattern)
	default:
		digits = min(digits, length)
	}
	if digits == 0 {
		return 0, 0, failure(`invalid value "%s" for "%s"`, start, pattern)
	}
	if n, _, err = wholeNumber(text[:digits]); err != nil {
		return 0, 0, failure(`value for "%s" in source string is out of range`, pattern)
	}
	return n, digits, nil
}

// nearYear returns the year near 2020 that one with less than four digits means.
func nearYear(year int) int {
	switch {
	case year < 70, year >= 100 && year < 520:
		return year + 2000
	case year < 100:
		return year + 1900
	case year < 1000:
		return year + 1000
	}
	return year
}

// assemble makes a reading of what the patterns have told. A year, a month or a day that
// is 0 was not told.
func assemble(told map[string]int, text string) (*reading, error) {
	r := &reading{
		year: told["year"], month: max(told["month"], 1), day: max(told["day"], 1),
		hour: told["hour"], minute: told["minute"], second: told["second"],
		fraction: told["milliseconds"]*1000 + told["microseconds"],
	}
	if told["twelve hours"] > 0 {
		if r.hour < 1 || r.hour > 12 {
			return nil, &Error{
				Message: fmt.Sprintf(`hour "%d" is invalid for the 12-hour clock`, r.hour),
				Hint:    "Use the 24-hour clock, or give an hour between 1 and 12.",
			}
		}
		r.hour = r.hour%12 + 12*told["meridiem"]
	}
	if n := told["day of year"]; n > 0 {
		switch {
		case told["month"] > 0 || told["day"] > 0:
			return nil, refusal("a day of the year is not supported beside a month or a day")
		case r.year == 0:
			return nil, failure("cannot calculate day of year without year information")
		case n > 366 || n == 366 && !isLeap(r.year):
			return nil, badTime(errField, Timestamp, text)
		}
		r.year, r.month, r.day = civil(daysSince2000(r.year, 1, n))
	}
	if r.month > 12 || r.day > daysIn(r.year, r.month) ||
		r.hour > 23 || r.minute > 59 || r.second > 59 || r.fraction >= microsPerSecond {
		return nil, badTime(errField, Timestamp, text)
	}
	return r, nil
}
