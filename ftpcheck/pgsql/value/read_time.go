package value

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseDate reads a date. Texts as now and today depend on now.
func ParseDate(text string, now Moment) (Day, error) {
	r, err := readMoment(text, now, false)
	if err != nil {
		return 0, badTime(err, Date, text)
	}
	switch r.special {
	case "infinity":
		return DayInfinity, nil
	case "-infinity":
		return DayMinusInfinity, nil
	}
	d, ok := dayOf(r.year, r.month, r.day)
	if !ok {
		return 0, failure(`date out of range: "%s"`, text)
	}
	return d, nil
}

// ParseTimestamp reads a timestamp. A time zone in the text says nothing.
func ParseTimestamp(text string, now Moment) (Moment, error) {
	return parseMoment(text, now, Timestamp)
}

// ParseTimestampTZ reads a timestamp with time zone, which is UTC if the text has none.
func ParseTimestampTZ(text string, now Moment) (Moment, error) {
	return parseMoment(text, now, TimestampTZ)
}

func parseMoment(text string, now Moment, t Type) (Moment, error) {
	r, err := readMoment(text, now, false)
	if err != nil {
		return 0, badTime(err, t, text)
	}
	switch r.special {
	case "infinity":
		return MomentInfinity, nil
	case "-infinity":
		return MomentMinusInfinity, nil
	}
	m, err := r.moment(t == TimestampTZ)
	if err != nil {
		return 0, failure(`timestamp out of range: "%s"`, text)
	}
	return m, nil
}

// moment returns the moment that was told, by the time zone that was or without one.
func (r *reading) moment(zoned bool) (Moment, error) {
	if r.year < -5000 || r.year > 300_000 {
		return 0, errTimestampRange
	}
	micros := r.micros()
	if zoned {
		micros -= r.offset * microsPerSecond
	}
	// An offset may bring back what is just out of range without it.
	days := daysSince2000(r.year, r.month, r.day)
	last := int64(endMoment) / microsPerDay
	if days > last || days == last && micros >= 0 {
		return 0, errTimestampRange
	}
	m := Moment(days*microsPerDay + micros)
	if zoned && r.zone != nil {
		return r.zone.ToUTC(m)
	}
	return m.checked()
}

// ParseTime reads a time of day. A date and a time zone in the text say nothing.
func ParseTime(text string) (Clock, error) {
	r, err := readMoment(text, 0, true)
	if err != nil {
		return 0, badTime(err, Time, text)
	}
	if r.special == "now" {
		return 0, refusal("time 'now' is not supported: use localtime")
	}
	return Clock(r.micros()), nil
}

// What can be wrong with a text; badTime says it in PostgreSQL's words.
var (
	errSyntax    = errors.New("invalid input syntax")
	errField     = errors.New("field out of range")
	errDateField = errors.New("month or day out of range")
	errZoneField = errors.New("time zone out of range")
	errRare      = errors.New("rare")
)

func badTime(err error, t Type, text string) error {
	switch err {
	case errSyntax:
		name, _, _ := strings.Cut(t.String(), " without")
		return failure(`invalid input syntax for type %s: "%s"`, name, text)
	case errField:
		return failure(`date/time field value out of range: "%s"`, text)
	case errDateField:
		return &Error{
			Message: fmt.Sprintf(`date/time field value out of range: "%s"`, text),
			Hint:    `Perhaps you need a different "datestyle" setting.`,
		}
	case errZoneField:
		return failure(`time zone displacement out of range: "%s"`, text)
	case errRare:
		return refusal(`the text "%s" is not read as %s: write it in the manner of ISO 8601`, text, t)
	}
	return err
}

// A field is a part of a text that tells a date, a time, or a span.
type field struct {
	kind fieldKind
	text string // in lower case
}

type fieldKind uint8

const (
	numberField  fieldKind = iota // digits, and perhaps a point and digits
	wordField                     // letters
	dateField                     // digits and letters with -, / or . between, or the name of a time zone
	timeField                     // digits with : between
	signedField                   // + or - and digits, with : or . or - between
	specialField                  // + or - and letters
)

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// mostBytes is how long a text may be that tells a time, mostFields how many fields it may have.
const mostBytes, mostFields = 128, 25

// fieldsOf cuts a text into its fields. Punctuation that means nothing only parts them.
func fieldsOf(text string) ([]field, error) {
	if len(text) > mostBytes {
		return nil, errRare
	}
	if strings.ContainsFunc(text, func(c rune) bool { return c >= 0x80 }) {
		return nil, errSyntax
	}
	low := strings.ToLower(text)
	at := func(i int) byte {
		if i < len(low) {
			return low[i]
		}
		return 0
	}
	run := func(i int, in func(byte) bool) int {
		for i < len(low) && in(low[i]) {
			i++
		}
		return i
	}
	var fields []field
	for i := 0; i < len(low); {
		c := low[i]
		f, start := field{}, i
		sign := ""
		switch {
		case isSpace(c):
			i++
			continue
		case isDigit(c):
			i = run(i, isDigit)
			switch delimiter := at(i); delimiter {
			case ':':
				f.kind = timeField
				i = run(i, func(c byte) bool { return isDigit(c) || c == ':' || c == '.' })
			case '-', '/', '.':
				i++
				f.kind = dateField
				if !isDigit(at(i)) {
					i = run(i, func(c byte) bool { return isDigit(c) || isLetter(c) || c == delimiter })
					break
				}
				if delimiter == '.' {
					f.kind = numberField
				}
				if i = run(i, isDigit); at(i) == delimiter {
					f.kind = dateField
					i = run(i, func(c byte) bool { return isDigit(c) || c == delimiter })
				}
			}
		case c == '.':
			i = run(i+1, isDigit)
		case isLetter(c):
			f.kind = wordField
			i = run(i, isLetter)
			switch next := at(i); {
			case next == '-', next == '/', next == '.',
				(next == '+' || isDigit(next)) && !isKeyword(low[start:i]):
				f.kind = dateField
				i = run(i, func(c byte) bool { return isDigit(c) || isLetter(c) || strings.IndexByte("+-/_.:", c) >= 0 })
			}
		case c == '+' || c == '-':
			sign = low[i : i+1]
			i = run(i+1, isSpace)
			start = i
			switch {
			case isDigit(at(i)):
				f.kind = signedField
				i = run(i, func(c byte) bool { return isDigit(c) || c == ':' || c == '.' || c == '-' })
			case isLetter(at(i)):
				f.kind = specialField
				i = run(i, isLetter)
			default:
				return nil, errSyntax
			}
		case '!' <= c && c <= '~':
			i++
			continue
		default:
			return nil, errSyntax
		}
		f.text = sign + low[start:i]
		if fields = append(fields, f); len(fields) > mostFields {
			return nil, errSyntax
		}
	}
	return fields, nil
}

// Words that a date or a time has. PostgreSQL compares ten letters; of these words only
// names of units are longer.
var (
	monthWords = wordNumbers("jan january;feb february;mar march;apr april;may;jun june;jul july;aug august;" +
		"sep sept september;oct october;nov november;dec december")
	weekdayWords = wordNumbers("sun sunday;mon monday;tue tues tuesday;wed weds wednesday;" +
		"thu thur thurs thursday;fri friday;sat saturday")
	specialWords = wordNumbers("now;today;tomorrow;yesterday;epoch;infinity;-infinity;allballs")
	// labelWords tell the unit of the number that follows, as in y2026m01d05.
	labelWords = wordNumbers("d;dow;doy;h;isodow;isoyear;j;jd;julian;m;mm;s;y;dst")
)

// lower returns a text with small letters for those of ASCII.
func lower(text string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, text)
}

// wordNumbers numbers the groups of words of a list from 1.
func wordNumbers(list string) map[string]int {
	numbers := map[string]int{}
	for i, group := range strings.Split(list, ";") {
		for word := range strings.FieldsSeq(group) {
			numbers[word] = i + 1
		}
	}
	return numbers
}

// isKeyword reports whether a word is one that no name of a time zone begins with.
func isKeyword(word string) bool {
	switch word {
	case "am", "pm", "ad", "bc", "at", "on", "t":
		return true
	}
	return monthWords[word]+weekdayWords[word]+specialWords[word]+labelWords[word] > 0
}

// seen is what a text has told already.
type seen uint16

const (
	seenYear seen = 1 << iota
	seenMonth
	seenDay
	seenDayOfYear
	seenTime
	seenZone
	seenMeridiem
	seenEra
	seenWeekday
	seenSpecial
	seenDate = seenYear | seenMonth | seenDay
)

// A reading is what a text has told of a moment.
type reading struct {
	year, month, day, dayOfYear int
	hour, minute, second        int
	fraction                    int // microseconds
	twoDigits                   bool
	wordMonth                   bool
	meridiem, era               string
	special                     string
	offset                      int64 // seconds east of UTC
	zone                        *Zone

	fields   []field
	now      Moment
	timeOnly bool
	timeNext bool // after the T of ISO 8601
	have     seen
}

func (r *reading) micros() int64 {
	return int64(r.hour)*microsPerHour + int64(r.minute)*microsPerMinute + int64(r.second)*microsPerSecond + int64(r.fraction)
}

// readMoment reads a date and a time, or a time alone. The fields come in nearly any order:
// what one means depends on what others have told.
func readMoment(text string, now Moment, timeOnly bool) (*reading, error) {
	fields, err := fieldsOf(text)
	if err != nil {
		return nil, err
	}
	r := &reading{fields: fields, now: now, timeOnly: timeOnly}
	for i := range fields {
		told, err := r.readField(i)
		if err != nil {
			return nil, err
		}
		if told&r.have != 0 {
			return nil, errSyntax
		}
		r.have |= told
	}
	return r, r.finish()
}

// readField reads a field and returns what it has told.
func (r *reading) readField(i int) (seen, error) {
	f := r.fields[i]
	timeNext := r.timeNext
	r.timeNext = false
	switch f.kind {
	case dateField:
		return r.readDateField(i, timeNext)
	case timeField:
		told, err := r.readClock(f.text)
		if err == nil && !r.timeOnly && r.micros() > microsPerDay {
			err = errField
		}
		return told, err
	case signedField:
		var err error
		r.offset, err = readOffset(f.text)
		return seenZone, err
	case numberField:
		return r.readNumberField(i, timeNext)
	}
	switch f.text {
	case "at", "on":
		return 0, nil
	case "t":
		next := wordField
		if i+1 < len(r.fields) {
			next = r.fields[i+1].kind
		}
		if !r.timeOnly && r.have&seenDate != seenDate || next != numberField && next != timeField && next != dateField {
			return 0, errSyntax
		}
		r.timeNext = true
		return 0, nil
	}
	return r.readWord(f.text)
}

// leadsDate reports whether a time of day may be told by this field with a date.
func (r *reading) leadsDate(i int, beforeTime bool) bool {
	return r.timeOnly && i == 0 && len(r.fields) > 1 &&
		(r.fields[len(r.fields)-1].kind == dateField || beforeTime && r.fields[1].kind == timeField)
}

func (r *reading) readDateField(i int, timeNext bool) (seen, error) {
	const monthAndDay = seenMonth | seenDay
	text := r.fields[i].text
	switch {
	case r.leadsDate(i, true), !r.timeOnly && !timeNext && r.have&monthAndDay != monthAndDay:
		return r.readDate(text, r.have)
	case timeNext, isDigit(text[0]):
		return r.readTimeAndOffset(text)
	}
	var err error
	r.zone, err = NamedZone(text)
	return seenZone, err
}

func (r *reading) readNumberField(i int, timeNext bool) (seen, error) {
	text := r.fields[i].text
	context := r.have
	if r.timeOnly {
		context |= seenDate
	}
	point := strings.IndexByte(text, '.')
	switch {
	case timeNext:
		if _, _, err := wholeNumber(text); err != nil {
			return 0, err
		}
		return r.readRun(text, context|seenDate)
	case point >= 0 && (r.leadsDate(i, false) || context&seenDate == 0):
		return r.readDate(text, r.have)
	case r.timeOnly && point >= 0 && point <= 2:
		return 0, errSyntax
	case point > 2, len(text) >= 6 && (r.have&seenDate == 0 || r.have&seenTime == 0):
		return r.readRun(text, context)
	}
	return r.readNumber(text, r.wordMonth, context)
}

// readDate reads a date with separators.
func (r *reading) readDate(text string, have seen) (seen, error) {
	var parts []string
	for text != "" {
		text = strings.TrimLeftFunc(text, func(c rune) bool { return !isDigit(byte(c)) && !isLetter(byte(c)) })
		if text == "" {
			return 0, errSyntax
		}
		in := isLetter
		if isDigit(text[0]) {
			in = isDigit
		}
		n := 0
		for n < len(text) && in(text[n]) {
			n++
		}
		parts = append(parts, text[:n])
		text = text[min(n+1, len(text)):] // whatever follows is a separator
	}
	var told seen
	wordMonth := false
	for _, part := range parts {
		if isDigit(part[0]) || part == "at" || part == "on" {
			continue
		}
		month, known := monthWords[part]
		if _, zone := abbreviations[part]; zone || !known || (have|told)&seenMonth != 0 {
			return 0, errSyntax
		}
		r.month, wordMonth = month, true
		told |= seenMonth
	}
	for _, part := range parts {
		switch {
		case part == "at", part == "on":
			return 0, errSyntax
		case !isDigit(part[0]):
			continue
		}
		more, err := r.readNumber(part, wordMonth, have|told)
		if err != nil {
			return 0, err
		}
		if more&(have|told) != 0 {
			return 0, errSyntax
		}
		told |= more
	}
	if (have|told)&^(seenDayOfYear|seenZone) != seenDate {
		return 0, errSyntax
	}
	return told, nil
}

// wholeNumber reads the digits that a text begins with, none as 0.
func wholeNumber(text string) (n int, rest string, err error) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		if n = n*10 + int(text[i]-'0'); n > math.MaxInt32 {
			return 0, "", errField
		}
		i++
	}
	return n, text[i:], nil
}

// mostHours is the hours of the longest interval.
const mostHours = math.MaxInt64 / microsPerHour

// readFraction reads a point and digits as microseconds.
func readFraction(text string) (int, error) {
	f, err := pointAndDigits(text)
	return int(math.RoundToEven(f * microsPerSecond)), err
}

// pointAndDigits reads a point and the digits after it, if any.
func pointAndDigits(text string) (float64, error) {
	for i := 1; i < len(text); i++ {
		if !isDigit(text[i]) {
			return 0, errSyntax
		}
	}
	f, _ := strconv.ParseFloat("0"+text+"0", 64)
	return f, nil
}

// readClock reads hours, minutes and seconds with colons between.
func (r *reading) readClock(text string) (seen, error) {
	var err error
	r.hour, r.minute, r.second, r.fraction, err = readClock(text, false)
	return seenTime, err
}

// readClock reads hours, minutes and seconds. Two numbers are minutes and seconds if they
// have a fraction, or if minutesFirst is set.
func readClock(text string, minutesFirst bool) (hour, minute, second, micros int, err error) {
	hours, rest, _ := strings.Cut(text, ":")
	if hour, err = strconv.Atoi(hours); err != nil || hour > mostHours {
		return 0, 0, 0, 0, errField
	}
	minute, rest, err = wholeNumber(rest)
	if err == nil && strings.HasPrefix(rest, ":") {
		second, rest, err = wholeNumber(rest[1:])
	} else if err == nil && (rest != "" || minutesFirst) {
		hour, minute, second = 0, hour, minute
	}
	if err == nil && rest != "" {
		if rest[0] == '.' {
			micros, err = readFraction(rest)
		} else {
			err = errSyntax
		}
	}
	if err == nil && (minute > 59 || second > 60) {
		err = errField
	}
	return hour, minute, second, micros, err
}

// readNumber reads a number that is a year, a month or a day by what is known already.
func (r *reading) readNumber(text string, wordMonth bool, have seen) (seen, error) {
	n, rest, err := wholeNumber(text)
	if err != nil {
		return 0, err
	}
	if len(rest) == len(text) {
		return 0, errSyntax
	}
	if rest != "" {
		if len(text)-len(rest) > 2 {
			return r.readRun(text, have|seenDate)
		}
		if r.fraction, err = readFraction(rest); err != nil {
			return 0, err
		}
	}
	if len(text) == 3 && have&seenDate == seenYear && n >= 1 && n <= 366 {
		r.dayOfYear = n
		return seenDayOfYear | seenMonth | seenDay, nil
	}
	long := len(text) > 2
	switch have & seenDate {
	case 0:
		if long {
			return r.setYear(n, long)
		}
		r.month = n
		return seenMonth, nil
	case seenYear, seenDay:
		r.month = n
		return seenMonth, nil
	case seenMonth:
		if wordMonth && long {
			return r.setYear(n, long)
		}
		r.day = n
		return seenDay, nil
	case seenYear | seenMonth:
		if wordMonth && long && r.twoDigits {
			// What was taken for the year was the day.
			r.day, r.year, r.twoDigits = r.year, n, false
			return seenDay, nil
		}
		r.day = n
		return seenDay, nil
	case seenMonth | seenDay:
		return r.setYear(n, long)
	case seenDate:
		return r.readRun(text, have)
	}
	return 0, errSyntax
}

func (r *reading) setYear(n int, long bool) (seen, error) {
	r.year, r.twoDigits = n, !long
	return seenYear, nil
}

// readRun reads a date or a time whose digits are run together.
func (r *reading) readRun(text string, have seen) (seen, error) {
	digits, after, point := strings.Cut(text, ".")
	pair := func(i int) int {
		if len(digits) < i+2 {
			return 0
		}
		return int(digits[i]-'0')*10 + int(digits[i+1]-'0')
	}
	switch {
	case point:
		var err error
		if r.fraction, err = readFraction("." + after); err != nil {
			return 0, err
		}
	case have&seenDate != seenDate && len(digits) >= 6:
		end := len(digits) - 4
		year, _, err := wholeNumber(digits[:end])
		if err != nil {
			return 0, errRare
		}
		r.year, r.month, r.day, r.twoDigits = year, pair(end), pair(end+2), end == 2
		return seenDate, nil
	}
	if have&seenTime == 0 && (len(digits) == 6 || len(digits) == 4) {
		r.hour, r.minute, r.second = pair(0), pair(2), pair(4)
		return seenTime, nil
	}
	return 0, errSyntax
}

// readTimeAndOffset reads a time whose digits are run together, with an offset after it.
func (r *reading) readTimeAndOffset(text string) (seen, error) {
	dash := strings.IndexByte(text, '-')
	if r.have&seenTime != 0 || dash < 0 {
		return 0, errSyntax
	}
	var err error
	if r.offset, err = readOffset(text[dash:]); err != nil {
		return 0, err
	}
	context := r.have
	if r.timeOnly {
		context |= seenDate
	}
	told, err := r.readRun(text[:dash], context)
	return told | seenZone, err
}

// readOffset reads the offset of a time zone, as +02, -0330 or +05:30:15.
func readOffset(text string) (int64, error) {
	hour, rest, err := wholeNumber(text[1:])
	minute, second := 0, 0
	switch {
	case err != nil:
	case strings.HasPrefix(rest, ":"):
		minute, rest, err = wholeNumber(rest[1:])
		if err == nil && strings.HasPrefix(rest, ":") {
			second, rest, err = wholeNumber(rest[1:])
		}
	case rest == "" && len(text) > 3:
		hour, minute = hour/100, hour%100
	}
	if err != nil || hour > 15 || minute > 59 || second > 59 {
		return 0, errZoneField
	}
	if strings.HasPrefix(rest, "-") {
		return 0, errRare
	}
	if rest != "" {
		return 0, errSyntax
	}
	offset := int64(hour*3600 + minute*60 + second)
	if text[0] == '-' {
		offset = -offset
	}
	return offset, nil
}

// readWord reads a word: a month, a day of the week, a time zone and others.
func (r *reading) readWord(word string) (seen, error) {
	if offset, ok := abbreviations[word]; ok {
		if offset == changing {
			return 0, errRare
		}
		r.offset = int64(offset) * 60
		return seenZone, nil
	}
	switch word {
	case "am", "pm":
		r.meridiem = word
		return seenMeridiem, nil
	case "ad", "bc":
		r.era = word
		return seenEra, nil
	}
	switch {
	case monthWords[word] > 0:
		if r.timeOnly {
			return 0, errSyntax
		}
		told := seenMonth
		if r.have&seenMonth != 0 && !r.wordMonth && r.have&seenDay == 0 && r.month >= 1 && r.month <= 31 {
			r.day, told = r.month, seenDay // what was taken for the month was the day
		}
		r.month, r.wordMonth = monthWords[word], true
		return told, nil
	case weekdayWords[word] > 0:
		if r.timeOnly {
			return 0, errSyntax
		}
		return seenWeekday, nil
	case labelWords[word] > 0:
		return 0, errRare
	case specialWords[word] > 0:
		return r.readSpecial(word)
	}
	zone, err := NamedZone(word)
	if err != nil {
		return 0, errSyntax
	}
	r.zone = zone
	return seenZone, nil
}

func (r *reading) readSpecial(word string) (seen, error) {
	days, c := r.now.split()
	switch word {
	case "allballs":
		r.offset = 0
		r.hour, r.minute, r.second = 0, 0, 0
		return seenTime | seenZone, nil
	case "now":
		if r.timeOnly {
			r.special = word
			return seenTime, nil
		}
		r.year, r.month, r.day = civil(days)
		r.hour, r.minute, r.second = int(c/microsPerHour), int(c/microsPerMinute%60), int(c/microsPerSecond%60)
		r.fraction = int(c % microsPerSecond)
		return seenDate | seenTime | seenZone, nil
	case "today", "tomorrow", "yesterday":
		if r.timeOnly {
			return 0, errSyntax
		}
		switch word {
		case "tomorrow":
			days++
		case "yesterday":
			days--
		}
		r.year, r.month, r.day = civil(days)
		return seenDate, nil
	}
	switch {
	case r.timeOnly:
		return 0, errSyntax
	case len(r.fields) > 1:
		return 0, errRare
	case word == "epoch":
		r.year, r.month, r.day = 1970, 1, 1
		return seenDate, nil
	}
	r.special = word
	return seenSpecial, nil
}

// finish tells whether the fields make a whole, and sets what depends on all of them.
func (r *reading) finish() error {
	if r.have == seenSpecial {
		return nil
	}
	if r.have&seenYear != 0 {
		switch {
		case r.era == "bc":
			if r.year <= 0 {
				return errField
			}
			r.year = 1 - r.year
		case r.twoDigits && r.year < 70:
			r.year += 2000
		case r.twoDigits && r.year < 100:
			r.year += 1900
		case !r.twoDigits && r.year <= 0:
			return errField
		}
	}
	if r.have&seenDayOfYear != 0 {
		if r.year > 6_000_000 {
			return errRare
		}
		r.year, r.month, r.day = civil(daysSince2000(r.year, 1, r.dayOfYear))
	}
	if r.have&seenMonth != 0 && (r.month < 1 || r.month > 12) || r.have&seenDay != 0 && (r.day < 1 || r.day > 31) {
		return errDateField
	}
	if r.have&seenDate == seenDate && r.day > daysIn(r.year, r.month) {
		return errField
	}
	switch {
	case r.meridiem != "" && r.hour > 12:
		return errField
	case r.meridiem == "am" && r.hour == 12:
		r.hour = 0
	case r.meridiem == "pm" && r.hour != 12:
		r.hour += 12
	}
	if !r.timeOnly {
		if r.have&seenDate != seenDate {
			return errSyntax
		}
		return nil
	}
	if r.minute > 59 || r.second > 60 || r.micros() > microsPerDay {
		return errField
	}
	if r.have&seenTime == 0 {
		return errSyntax
	}
	if r.zone != nil && r.have&seenDate != seenDate {
		return errRare // it depends on the zone
	}
	return nil
}
