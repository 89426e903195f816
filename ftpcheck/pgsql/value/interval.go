package value

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// What months and days are counted as where spans are compared and divided.
const daysPerMonth, monthsPerYear = 30, 12

var errIntervalRange = &Error{Message: "interval out of range"}

// ParseInterval reads an interval.
func ParseInterval(text string) (Span, error) { return ParseIntervalFields(text, "") }

// ParseIntervalFields reads an interval of which the type names fields, as "year to month"
// or "day". They tell the unit of a number without one, and which parts are left out.
func ParseIntervalFields(text, fields string) (Span, error) {
	sum, err := readSpan(text, fields)
	if err == errSyntax {
		sum, err = readDesignated(text)
	}
	if err == errField {
		return Span{}, failure(`interval field value out of range: "%s"`, text)
	}
	if err != nil {
		return Span{}, badTime(err, Interval, text)
	}
	months := sum.years*monthsPerYear + sum.months
	if int64(int32(months)) != months {
		return Span{}, errIntervalRange
	}
	return Span{Months: int32(months), Days: int32(sum.days), Micros: sum.micros}.Restrict(fields, -1)
}

// A unit is a unit of intervals, and what one is in years, months, days and microseconds.
type unit struct {
	years, months, days, micros int64
}

var (
	oneMicrosecond = unit{micros: 1}
	oneMillisecond = unit{micros: 1000}
	oneSecond      = unit{micros: microsPerSecond}
	oneMinute      = unit{micros: microsPerMinute}
	oneHour        = unit{micros: microsPerHour}
	oneDay         = unit{days: 1}
	oneWeek        = unit{days: 7}
	oneMonth       = unit{months: 1}
	oneYear        = unit{years: 1}
	oneDecade      = unit{years: 10}
	oneCentury     = unit{years: 100}
	oneMillennium  = unit{years: 1000}
)

// spanUnits has the units of intervals by the names that [unitName] gives them.
var spanUnits = map[string]unit{
	"microseconds": oneMicrosecond, "milliseconds": oneMillisecond, "second": oneSecond, "minute": oneMinute,
	"hour": oneHour, "day": oneDay, "week": oneWeek, "month": oneMonth, "year": oneYear, "decade": oneDecade,
	"century": oneCentury, "millennium": oneMillennium,
}

// A spanSum adds up the parts of a text.
type spanSum struct {
	years, months, days int64 // each within an int32
	micros              int64
}

// add adds n and a fraction of a unit. Fractions of years are whole months, those of
// months and weeks are days, and what is left of days is time.
func (s *spanSum) add(n int64, fraction float64, u unit) bool {
	ok := true
	small := func(part *int64, n, scale int64) {
		if scale == 0 || n == 0 {
			return
		}
		if n < math.MinInt32 || n > math.MaxInt32 || int64(int32(n*scale)) != n*scale || int64(int32(*part+n*scale)) != *part+n*scale {
			ok = false
			return
		}
		*part += n * scale
	}
	small(&s.years, n, u.years)
	small(&s.months, n, u.months)
	small(&s.days, n, u.days)
	if u.micros != 0 {
		if product := n * u.micros; product/u.micros != n {
			ok = false
		} else {
			ok = s.addMicros(product) && ok
		}
	}
	switch {
	case fraction == 0:
	case u.years != 0:
		small(&s.months, int64(math.RoundToEven(fraction*float64(u.years)*monthsPerYear)), 1)
	case u.micros != 0:
		ok = s.addFraction(fraction, float64(u.micros)) && ok
	default:
		days := fraction * float64(u.days+u.months*daysPerMonth)
		whole := 0.0
		if u != oneDay {
			whole = math.Trunc(days)
		}
		small(&s.days, int64(whole), 1)
		ok = s.addFraction(days-whole, microsPerDay) && ok
	}
	return ok
}

// addFraction adds that fraction of a number of microseconds.
func (s *spanSum) addFraction(fraction, micros float64) bool {
	f := fraction * micros
	whole := int64(f)
	switch rest := f - float64(whole); {
	case rest > 0.5:
		whole++
	case rest < -0.5:
		whole--
	}
	return s.addMicros(whole)
}

func (s *spanSum) addMicros(n int64) bool {
	sum, ok := addInt64(s.micros, n)
	s.micros = sum
	return ok
}

func addInt64(a, b int64) (sum int64, ok bool) {
	sum = a + b
	return sum, (sum > a) == (b > 0)
}

// negate turns the sum around, and reports whether it can be.
func (s *spanSum) negate() bool {
	s.years, s.months, s.days, s.micros = -s.years, -s.months, -s.days, -s.micros
	return s.years <= math.MaxInt32 && s.months <= math.MaxInt32 && s.days <= math.MaxInt32 && s.micros != math.MinInt64
}

// lastUnits has the unit of a number without one, by the last field of the type. It is
// seconds if the type has no fields.
var lastUnits = map[string]unit{
	"year": oneYear, "month": oneMonth, "day": oneDay, "hour": oneHour, "minute": oneMinute, "second": oneSecond, "": oneSecond,
}

// readSpan reads numbers with units, and times of the day. It goes backwards, as a unit
// stands after its number.
func readSpan(text, typeFields string) (*spanSum, error) {
	fields, err := fieldsOf(text)
	if err != nil {
		return nil, err
	}
	last := typeFields[strings.LastIndexByte(typeFields, ' ')+1:]
	sum := &spanSum{}
	seen := map[string]bool{} // a unit comes once
	saw := func(units ...string) bool {
		for _, u := range units {
			if seen[u] {
				return false
			}
			seen[u] = true
		}
		return true
	}
	unitName, ago := "", false
	for i := len(fields) - 1; i >= 0; i-- {
		f := fields[i]
		ok := true
		switch f.kind {
		case wordField, specialField:
			if unitName = unitNames.find(f.text); unitName == "" {
				return nil, errSyntax
			}
			ago = ago || unitName == "ago"
			continue
		case timeField, signedField:
			if f.kind == timeField || strings.Contains(f.text, ":") {
				micros, err := readLength(strings.TrimLeft(f.text, "+-"), typeFields == "minute to second")
				if err == nil || f.kind == timeField {
					if err != nil {
						return nil, err
					}
					if f.text[0] == '-' {
						micros = -micros
					}
					if !saw("hour", "minute", "second", "milliseconds", "microseconds") {
						return nil, errSyntax
					}
					sum.micros += micros // nothing else can have told a time
					unitName = "day"
					continue
				}
			}
		}
		number, monthsOfYear, fraction, err := readQuantity(f.text)
		if err != nil {
			return nil, err
		}
		u, name := lastUnits[last], last
		switch {
		case monthsOfYear:
			unitName, u, name = "month", oneMonth, "month"
		case unitName != "":
			name = unitName
			if u, ok = spanUnits[name]; !ok {
				return nil, errSyntax
			}
		case last == "":
			name = "second"
		}
		unitName = name
		if !sum.add(number, fraction, u) {
			return nil, errField
		}
		if name == "second" && fraction != 0 {
			ok = saw("second", "milliseconds", "microseconds")
		} else {
			ok = saw(name)
		}
		if !ok {
			return nil, errSyntax
		}
		if name == "hour" {
			unitName = "day" // the number before that of hours is days
		}
	}
	if len(seen) == 0 {
		return nil, errSyntax
	}
	if ago && !sum.negate() {
		return nil, errField
	}
	return sum, nil
}

// readLength reads hours, minutes and seconds with colons between as microseconds. Hours
// have no limit, and two numbers may be minutes and seconds.
func readLength(text string, minutesFirst bool) (int64, error) {
	hour, minute, second, micros, err := readClock(text, minutesFirst)
	if err != nil {
		return 0, err
	}
	hours := int64(hour) * microsPerHour
	rest := int64(minute)*microsPerMinute + int64(second)*microsPerSecond + int64(micros)
	sum, ok := addInt64(hours, rest)
	if hours/microsPerHour != int64(hour) || !ok && rest != 0 {
		return 0, errField
	}
	return sum, nil
}

// readQuantity reads a number, or years and months with a dash between as a number of
// months.
func readQuantity(text string) (n int64, monthsOfYear bool, fraction float64, err error) {
	digits := strings.TrimLeft(text, "+-")
	negative := text[0] == '-'
	end := 0
	for end < len(digits) && isDigit(digits[end]) {
		end++
	}
	if end > 0 {
		signed := digits[:end]
		if negative {
			signed = "-" + signed
		}
		if n, err = strconv.ParseInt(signed, 10, 64); err != nil {
			return 0, false, 0, errField
		}
	}
	switch rest := digits[end:]; {
	case rest == "":
	case rest[0] == '-':
		if len(rest) > 2 && rest[1] == '-' && isDigit(rest[2]) {
			return 0, false, 0, errField
		}
		months, rest, err := wholeNumber(rest[1:])
		if err != nil || months >= monthsPerYear || n*monthsPerYear/monthsPerYear != n {
			return 0, false, 0, errField
		}
		if rest != "" {
			return 0, false, 0, errSyntax
		}
		if negative {
			months = -months
		}
		sum, ok := addInt64(n*monthsPerYear, int64(months))
		if !ok && months != 0 {
			return 0, false, 0, errField
		}
		return sum, true, 0, nil
	case rest[0] == '.':
		fraction, err = pointAndDigits(rest)
		if negative {
			fraction = -fraction
		}
	default:
		err = errSyntax
	}
	return n, false, fraction, err
}

// readDesignated reads an interval in the manner of ISO 8601, as P1Y2M3DT4H5M6S or
// P0001-02-03T04:05:06.
func readDesignated(text string) (*spanSum, error) {
	rest, ok := strings.CutPrefix(text, "P")
	if !ok || rest == "" {
		return nil, errSyntax
	}
	sum := &spanSum{}
	number := func() (n int64, fraction float64, width int, err error) {
		n, fraction, width, rest, err = readDecimal(rest)
		return n, fraction, width, err
	}
	inTime, any := false, false
	for rest != "" {
		if rest[0] == 'T' {
			inTime, any, rest = true, false, rest[1:]
			continue
		}
		n, fraction, width, err := number()
		if err != nil {
			return nil, err
		}
		designator := byte(0)
		if rest != "" {
			designator, rest = rest[0], rest[1:]
		}
		u, known := map[bool]map[byte]unit{
			false: {'Y': oneYear, 'M': oneMonth, 'W': oneWeek, 'D': oneDay},
			true:  {'H': oneHour, 'M': oneMinute, 'S': oneSecond},
		}[inTime][designator]
		if known {
			if !sum.add(n, fraction, u) {
				return nil, errField
			}
			any = true
			continue
		}
		units, separator, full := []unit{oneYear, oneMonth, oneDay}, byte('-'), 8
		if inTime {
			units, separator, full = []unit{oneHour, oneMinute, oneSecond}, ':', 6
		}
		if designator != 0 && designator != separator && (inTime || designator != 'T') {
			return nil, errSyntax
		}
		if designator != separator && width == full && !any {
			perDay := 1.0 // a fraction of a second is taken for one of a microsecond: PostgreSQL does so
			if !inTime {
				perDay = microsPerDay
			}
			ok := sum.add(n/10000, 0, units[0]) && sum.add(n/100%100, 0, units[1]) && sum.add(n%100, 0, units[2]) &&
				sum.addFraction(fraction, perDay)
			if !ok {
				return nil, errField
			}
			inTime = designator == 'T'
			any = false
			if designator == 0 {
				return sum, nil
			}
			continue
		}
		if any {
			return nil, errSyntax
		}
		if !sum.add(n, fraction, units[0]) {
			return nil, errField
		}
		if designator == 0 {
			return sum, nil
		}
		if designator == 'T' {
			inTime, any = true, false
			continue
		}
		for i, u := range units[1:] {
			if n, fraction, _, err = number(); err != nil {
				return nil, err
			}
			if !sum.add(n, fraction, u) {
				return nil, errField
			}
			if rest == "" {
				return sum, nil
			}
			if !inTime && rest[0] == 'T' {
				break
			}
			if i == 1 || rest[0] != separator {
				return nil, errSyntax
			}
			rest = rest[1:]
		}
	}
	return sum, nil
}

// readDecimal reads a number with a fraction or without, and tells how many digits are
// before the point.
func readDecimal(text string) (n int64, fraction float64, width int, rest string, err error) {
	negative := strings.HasPrefix(text, "-")
	digits := strings.TrimPrefix(text, "-")
	for width < len(digits) && isDigit(digits[width]) {
		width++
	}
	end := width
	if end < len(digits) && digits[end] == '.' {
		for end++; end < len(digits) && isDigit(digits[end]); end++ {
		}
	}
	if end == 0 || digits[:end] == "." {
		return 0, 0, 0, "", errSyntax
	}
	if rest = digits[end:]; rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		return 0, 0, 0, "", errRare
	}
	f, _ := strconv.ParseFloat(digits[:end], 64)
	if negative {
		f = -f
	}
	if math.Abs(f) > 1e15 {
		return 0, 0, 0, "", errField
	}
	n = int64(f)
	return n, f - float64(n), width, rest, nil
}

// MakeSpan returns the span of numbers of units.
func MakeSpan(years, months, weeks, days, hours, minutes int64, seconds float64) (Span, error) {
	micros := math.RoundToEven(seconds * microsPerSecond)
	if !(math.Abs(micros) < 1<<62) {
		return Span{}, errIntervalRange
	}
	return spanOf(years*monthsPerYear+months, weeks*7+days, hours*microsPerHour+minutes*microsPerMinute+int64(micros), true)
}

// Restrict returns what an interval with these fields ("" for all) and digits after the
// point of the seconds (-1 for all) keeps of the span.
func (s Span) Restrict(fields string, digits int) (Span, error) {
	switch fields[strings.LastIndexByte(fields, ' ')+1:] {
	case "year":
		s.Months = s.Months / monthsPerYear * monthsPerYear
		s.Days, s.Micros = 0, 0
	case "month":
		s.Days, s.Micros = 0, 0
	case "day":
		s.Micros = 0
	case "hour":
		s.Micros = s.Micros / microsPerHour * microsPerHour
	case "minute":
		s.Micros = s.Micros / microsPerMinute * microsPerMinute
	}
	if digits >= 0 {
		s.Micros = roundMicros(s.Micros, digits)
	}
	return s, nil
}

// normal returns the span in days of 24 hours, 30 a month, and a time of less than a day.
func (s Span) normal() (days, micros int64) {
	days, micros = floorDiv(s.Micros, microsPerDay)
	return days + int64(s.Months)*daysPerMonth + int64(s.Days), micros
}

// Compare tells the order of spans, with months of 30 days and days of 24 hours.
func (s Span) Compare(t Span) int {
	sDays, sMicros := s.normal()
	tDays, tMicros := t.normal()
	return cmp.Or(cmp.Compare(sDays, tDays), cmp.Compare(sMicros, tMicros))
}

// spanOf returns the span of parts if they are in range.
func spanOf(months, days, micros int64, ok bool) (Span, error) {
	if !ok || int64(int32(months)) != months || int64(int32(days)) != days {
		return Span{}, errIntervalRange
	}
	return Span{Months: int32(months), Days: int32(days), Micros: micros}, nil
}

// Add returns the sum of two spans, part by part.
func (s Span) Add(t Span) (Span, error) {
	micros, ok := addInt64(s.Micros, t.Micros)
	return spanOf(int64(s.Months)+int64(t.Months), int64(s.Days)+int64(t.Days), micros, ok || t.Micros == 0)
}

// Neg returns the span in the other direction.
func (s Span) Neg() (Span, error) {
	return spanOf(-int64(s.Months), -int64(s.Days), -s.Micros, s.Micros != math.MinInt64)
}

// Sub returns the difference of two spans, part by part.
func (s Span) Sub(t Span) (Span, error) {
	micros := s.Micros - t.Micros
	ok := (micros < s.Micros) == (t.Micros > 0) || t.Micros == 0
	return spanOf(int64(s.Months)-int64(t.Months), int64(s.Days)-int64(t.Days), micros, ok)
}

// Mul returns the span times a factor.
func (s Span) Mul(factor float64) (Span, error) {
	return s.scaled(func(x float64) float64 { return x * factor })
}

// Div returns the span divided by a number.
func (s Span) Div(divisor float64) (Span, error) {
	if divisor == 0 {
		return Span{}, failure("division by zero")
	}
	return s.scaled(func(x float64) float64 { return x / divisor })
}

// scaled scales each part. What is left of months becomes days, and what is left of days
// becomes time.
func (s Span) scaled(scale func(float64) float64) (Span, error) {
	months, days := scale(float64(s.Months)), scale(float64(s.Days))
	for _, part := range []float64{months, days} {
		if !(part >= math.MinInt32 && part <= math.MaxInt32) {
			return Span{}, errIntervalRange
		}
	}
	wholeMonths, wholeDays := math.Trunc(months), math.Trunc(days)
	monthDays := roundToMicros((months - wholeMonths) * daysPerMonth)
	wholeMonthDays := math.Trunc(monthDays)
	seconds := roundToMicros((days - wholeDays + monthDays - wholeMonthDays) * 86400)
	moreDays := 0.0
	if math.Abs(seconds) >= 86400 {
		moreDays = math.Trunc(seconds / 86400)
		seconds -= moreDays * 86400
	}
	// The conversion keeps a compiler from computing product and sum in one step.
	micros := math.RoundToEven(float64(scale(float64(s.Micros))) + float64(seconds*microsPerSecond))
	if !(micros >= math.MinInt64 && micros < math.MaxInt64) {
		return Span{}, errIntervalRange
	}
	return spanOf(int64(wholeMonths), int64(wholeDays)+int64(moreDays)+int64(wholeMonthDays), int64(micros), true)
}

func roundToMicros(x float64) float64 { return math.RoundToEven(x*microsPerSecond) / microsPerSecond }

// JustifyHours turns 24 hours into a day each, and gives days and time the same sign.
func (s Span) JustifyHours() (Span, error) {
	days := int64(s.Days) + s.Micros/microsPerDay
	days, micros := sameSign(days, s.Micros%microsPerDay, microsPerDay)
	return spanOf(int64(s.Months), days, micros, true)
}

// JustifyDays turns 30 days into a month each, and gives months and days the same sign.
func (s Span) JustifyDays() (Span, error) {
	months := int64(s.Months) + int64(s.Days/daysPerMonth)
	months, days := sameSign(months, int64(s.Days%daysPerMonth), daysPerMonth)
	return spanOf(months, days, s.Micros, true)
}

// sameSign borrows one of the larger unit if the signs differ.
func sameSign(large, small, perLarge int64) (int64, int64) {
	switch {
	case large > 0 && small < 0:
		return large - 1, small + perLarge
	case large < 0 && small > 0:
		return large + 1, small - perLarge
	}
	return large, small
}

// Justify does as JustifyHours and JustifyDays together, and gives all parts the same sign.
func (s Span) Justify() (Span, error) {
	days := int64(s.Days) + s.Micros/microsPerDay
	micros := s.Micros % microsPerDay
	months := int64(s.Months) + days/daysPerMonth
	days %= daysPerMonth
	switch {
	case months > 0 && (days < 0 || days == 0 && micros < 0):
		days, months = days+daysPerMonth, months-1
	case months < 0 && (days > 0 || days == 0 && micros > 0):
		days, months = days-daysPerMonth, months+1
	}
	days, micros = sameSign(days, micros, microsPerDay)
	return spanOf(months, days, micros, true)
}

// Clock returns the time of day that the span is after midnight, whatever its days and
// months.
func (s Span) Clock() Clock { return Clock(0).Add(s) }

// String writes the span in the way of PostgreSQL: 1 year 2 mons 3 days 04:05:06.
func (s Span) String() string {
	var parts []string
	negative := false // the part before
	part := func(n int32, unit string) {
		if n == 0 {
			return
		}
		sign := ""
		if negative && n > 0 {
			sign = "+"
		}
		if n != 1 {
			unit += "s"
		}
		parts = append(parts, fmt.Sprintf("%s%d %s", sign, n, unit))
		negative = n < 0
	}
	part(s.Months/monthsPerYear, "year")
	part(s.Months%monthsPerYear, "mon")
	part(s.Days, "day")
	if s.Micros != 0 || len(parts) == 0 {
		sign, micros := "", uint64(s.Micros)
		if s.Micros < 0 {
			sign, micros = "-", -micros
		} else if negative {
			sign = "+"
		}
		seconds := micros / microsPerSecond
		parts = append(parts, fmt.Sprintf("%s%02d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)+
			fraction(int64(micros%microsPerSecond)))
	}
	return strings.Join(parts, " ")
}

// unitWords has the names of units, of which ten letters matter.
type unitWords map[string]string

// find returns the name of the unit that a word names, or "".
func (w unitWords) find(word string) string {
	if len(word) > 10 {
		word = word[:10]
	}
	return w[word]
}

// unitNames has the names of units that intervals, date_trunc and extract share.
var unitNames = func() unitWords {
	words := unitWords{}
	for _, names := range []string{
		"microseconds microsecon us usec usecond useconds usecs",
		"milliseconds millisecon ms msec msecond mseconds msecs",
		"second s sec seconds secs",
		"minute m min mins minutes",
		"hour h hours hr hrs",
		"day d days",
		"week w weeks",
		"month mon months mons",
		"quarter qtr",
		"year y years yr yrs",
		"decade dec decades decs",
		"century c cent centuries",
		"millennium mil millennia mils",
		"timezone",
		"timezone_hour timezone_h",
		"timezone_minute timezone_m",
		"ago",
	} {
		name, _, _ := strings.Cut(names, " ")
		for word := range strings.FieldsSeq(names) {
			words[word[:min(len(word), 10)]] = name
		}
	}
	return words
}()
