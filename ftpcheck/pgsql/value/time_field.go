package value

import (
	"math"
	"math/big"
	"strings"
)

// A part is what extract and date_part give of a date or a time: a numeric and a double
// precision.
type part struct {
	numeric Decimal
	float   float64
}

func wholePart(n int64) part { return part{DecimalOf(n), float64(n)} }

// scaledPart is a part with digits after the point.
func scaledPart(unscaled int64, scale int32, float float64) part {
	return part{Decimal{coef: big.NewInt(unscaled), scale: scale}, float}
}

// specialUnits are units that extract has besides those of intervals. The words of the
// second group are no units but known.
var specialUnits = wordNumbers("dow doy isodow isoyear julian epoch;now today tomorrow yesterday infinity -infinity allballs")

// fieldUnit returns the name of the unit that a word of extract means, or an error.
func fieldUnit(word string, t Type) (string, error) {
	word = lower(word)
	unit := unitNames.find(word)
	switch word {
	case "j", "jd":
		unit = "julian"
	case "mm":
		unit = "minute"
	}
	if unit == "" {
		switch specialUnits[word] {
		case 1:
			unit = word
		case 2:
			if t != Time && t != Interval {
				return "", unsupportedUnit(word, t)
			}
		}
	}
	if unit == "" || unit == "ago" {
		return "", unknownUnit(word, t)
	}
	return unit, nil
}

func unknownUnit(word string, t Type) error {
	return failure(`unit "%s" not recognized for type %s`, lower(word), t)
}

func unsupportedUnit(word string, t Type) error {
	return failure(`unit "%s" not supported for type %s`, lower(word), t)
}

// Extract returns a field of a date, as a numeric. It is null where infinity has no such
// field.
func (d Day) Extract(unit string) (any, error) {
	name, err := fieldUnit(unit, Date)
	if err != nil {
		return nil, err
	}
	switch name {
	case "microseconds", "milliseconds", "second", "minute", "hour", "timezone", "timezone_hour", "timezone_minute":
		return nil, unsupportedUnit(unit, Date)
	}
	if !d.IsFinite() {
		p, ok := infinitePart(name, d == DayInfinity)
		if !ok {
			return nil, nil
		}
		return p.numeric, nil
	}
	switch name {
	case "julian":
		return DecimalOf(int64(d) - julianDayZero), nil
	case "epoch":
		return DecimalOf((int64(d) - unixEpoch) * 24 * 60 * 60), nil
	}
	p, ok := dayPart(int64(d), name)
	if !ok {
		return nil, unsupportedUnit(unit, Date)
	}
	return p.numeric, nil
}

// Extract returns a field of a time of day, as a numeric.
func (c Clock) Extract(unit string) (any, error) {
	p, err := c.part(unit)
	return p.numeric, err
}

// Part returns a field of a time of day, as a double precision.
func (c Clock) Part(unit string) (any, error) {
	p, err := c.part(unit)
	return p.float, err
}

func (c Clock) part(unit string) (part, error) {
	name, err := fieldUnit(unit, Time)
	if err != nil {
		return part{}, err
	}
	if name == "epoch" {
		return scaledPart(int64(c), 6, float64(c)/microsPerSecond), nil
	}
	p, ok := clockPart(int64(c), name)
	if !ok {
		return part{}, unsupportedUnit(unit, Time)
	}
	return p, nil
}

// Extract returns a field of a moment of type t, as a numeric. It is null where infinity
// has no such field.
func (m Moment) Extract(unit string, t Type) (any, error) {
	p, ok, err := m.part(unit, t)
	if !ok {
		return nil, err
	}
	return p.numeric, nil
}

// Part returns a field of a moment of type t, as a double precision. It is null where
// infinity has no such field.
func (m Moment) Part(unit string, t Type) (any, error) {
	p, ok, err := m.part(unit, t)
	if !ok {
		return nil, err
	}
	return p.float, nil
}

func (m Moment) part(unit string, t Type) (p part, ok bool, err error) {
	name, err := fieldUnit(unit, t)
	if err != nil {
		return p, false, err
	}
	if !m.IsFinite() {
		p, ok = infinitePart(name, m == MomentInfinity)
		return p, ok, nil
	}
	if strings.HasPrefix(name, "timezone") && t == TimestampTZ {
		return wholePart(0), true, nil
	}
	days, c := m.split()
	switch name {
	case "epoch":
		const epoch = unixEpoch * microsPerDay
		micros := big.NewInt(int64(m))
		float := float64(m - epoch)
		if m > math.MaxInt64+epoch {
			float = float64(m) - epoch // as PostgreSQL has it at the end of time
		}
		return part{
			Decimal{coef: micros.Sub(micros, big.NewInt(epoch)), scale: 6},
			float / microsPerSecond,
		}, true, nil
	case "julian":
		seconds := float64(c/microsPerSecond) + float64(float64(c%microsPerSecond)/microsPerSecond)
		day := DecimalOf(days - julianDayZero)
		fraction, err := DecimalOf(int64(c)).Div(DecimalOf(microsPerDay))
		if err == nil {
			day, err = day.Add(fraction)
		}
		return part{day, float64(days-julianDayZero) + seconds/86400}, err == nil, err
	}
	if p, ok = dayPart(days, name); !ok {
		p, ok = clockPart(int64(c), name)
	}
	if !ok {
		return p, false, unsupportedUnit(unit, t)
	}
	return p, true, nil
}

// infinitePart returns a field of infinity if it is one that grows with time.
func infinitePart(unit string, positive bool) (part, bool) {
	switch unit {
	case "year", "decade", "century", "millennium", "julian", "isoyear", "epoch":
		sign := -1
		if positive {
			sign = 1
		}
		return part{infinity(!positive), math.Inf(sign)}, true
	}
	return part{}, false
}

// dayPart returns a field of a day.
func dayPart(days int64, unit string) (part, bool) {
	year, month, day := civil(days)
	since := func(year, length int) int64 {
		if year > 0 {
			return int64((year + length - 1) / length)
		}
		return -int64((length - year) / length)
	}
	switch unit {
	case "day":
		return wholePart(int64(day)), true
	case "month":
		return wholePart(int64(month)), true
	case "quarter":
		return wholePart(int64(month-1)/3 + 1), true
	case "week":
		_, week := isoWeek(days)
		return wholePart(int64(week)), true
	case "year":
		return wholePart(int64(historical(year))), true
	case "isoyear":
		isoYear, _ := isoWeek(days)
		return wholePart(int64(historical(isoYear))), true
	case "decade":
		decade, _ := floorDiv(int64(year), 10)
		return wholePart(decade), true
	case "century":
		return wholePart(since(year, 100)), true
	case "millennium":
		return wholePart(since(year, 1000)), true
	case "dow":
		return wholePart(int64(isoWeekday(days) % 7)), true
	case "isodow":
		return wholePart(int64(isoWeekday(days))), true
	case "doy":
		return wholePart(int64(dayOfYear(days))), true
	}
	return part{}, false
}

// historical returns the year of AD or, negative, of BC: there is no year 0.
func historical(year int) int {
	if year <= 0 {
		return year - 1
	}
	return year
}

// isoWeekday returns 1 for Monday to 7 for Sunday.
func isoWeekday(days int64) int {
	_, weekday := floorDiv(days+5, 7) // 2000-01-01 was a Saturday
	return int(weekday) + 1
}

// isoWeek returns the week of a day by ISO 8601, and the year that this is a week of.
func isoWeek(days int64) (year, week int) {
	thursday := days + 4 - int64(isoWeekday(days))
	year, _, _ = civil(thursday)
	return year, (dayOfYear(thursday)-1)/7 + 1
}

func dayOfYear(days int64) int {
	year, _, _ := civil(days)
	return int(days-daysSince2000(year, 1, 1)) + 1
}

// clockPart returns a field of a time of day, or of the time of a span.
func clockPart(micros int64, unit string) (part, bool) {
	seconds, fraction := micros/microsPerSecond, micros%microsPerSecond
	ofMinute := micros % microsPerMinute
	switch unit {
	case "microseconds":
		return wholePart(ofMinute), true
	case "milliseconds":
		return scaledPart(ofMinute, 3, float64(float64(seconds%60)*1000)+float64(fraction)/1000), true
	case "second":
		return scaledPart(ofMinute, 6, float64(seconds%60)+float64(fraction)/microsPerSecond), true
	case "minute":
		return wholePart(seconds / 60 % 60), true
	case "hour":
		return wholePart(seconds / 3600), true
	}
	return part{}, false
}

// Extract returns a field of a span, as a numeric.
func (s Span) Extract(unit string) (any, error) {
	p, err := s.part(unit)
	return p.numeric, err
}

// Part returns a field of a span, as a double precision.
func (s Span) Part(unit string) (any, error) {
	p, err := s.part(unit)
	return p.float, err
}

func (s Span) part(unit string) (part, error) {
	name, err := fieldUnit(unit, Interval)
	if err != nil {
		return part{}, err
	}
	years, months := int64(s.Months)/monthsPerYear, int64(s.Months)%monthsPerYear
	switch name {
	case "day":
		return wholePart(int64(s.Days)), nil
	case "month":
		return wholePart(months), nil
	case "quarter":
		return wholePart(months/3 + 1), nil
	case "year":
		return wholePart(years), nil
	case "decade":
		return wholePart(years / 10), nil
	case "century":
		return wholePart(years / 100), nil
	case "millennium":
		return wholePart(years / 1000), nil
	case "epoch":
		const day = 24 * 60 * 60
		const year, month = 365*day + day/4, daysPerMonth * day
		seconds := years*year + months*month + int64(s.Days)*day
		micros := big.NewInt(seconds)
		micros.Add(micros.Mul(micros, big.NewInt(microsPerSecond)), big.NewInt(s.Micros))
		float := float64(s.Micros) / microsPerSecond
		float += float64(year * float64(years))
		float += float64(month * float64(months))
		float += float64(day * float64(s.Days))
		return part{Decimal{coef: micros, scale: 6}, float}, nil
	}
	p, ok := clockPart(s.Micros, name)
	if !ok {
		return part{}, unsupportedUnit(unit, Interval)
	}
	return p, nil
}

// truncatedUnit returns the name of the unit that a word of date_trunc means, or an error.
func truncatedUnit(word string, t Type) (string, error) {
	name := unitNames.find(lower(word))
	switch name {
	case "", "ago":
		return "", unknownUnit(word, t)
	case "timezone", "timezone_hour", "timezone_minute":
		return "", unsupportedUnit(word, t)
	}
	return name, nil
}

// Truncate returns the beginning of the unit of time that the moment is in: the hour, the
// week and so on.
func (m Moment) Truncate(unit string, t Type) (Moment, error) {
	return m.TruncateIn(unit, utc, t)
}

// TruncateIn does as Truncate with the clocks of a zone.
func (m Moment) TruncateIn(unit string, z *Zone, t Type) (Moment, error) {
	if !m.IsFinite() {
		return m, nil
	}
	name, err := truncatedUnit(unit, t)
	if err != nil {
		return 0, err
	}
	offset := Moment(z.offset(m) * microsPerSecond)
	local, err := m.plus(int64(offset))
	if err != nil {
		return 0, err
	}
	days, c := local.split()
	if length, ok := spanUnits[name]; ok && length.micros > 0 {
		// The offset stays the same within an hour: clocks may be turned back only later.
		m = Moment(days*microsPerDay+int64(c)/length.micros*length.micros) - offset
		return m.checked()
	}
	year, month, day := civil(days)
	switch name {
	case "day":
	case "week":
		year, month, day = civil(days + 1 - int64(isoWeekday(days)))
	case "month":
		day = 1
	case "quarter":
		month, day = (month-1)/3*3+1, 1
	default:
		month, day = 1, 1
		before := func(length int) int {
			_, rest := floorDiv(int64(year-1), int64(length))
			return year - int(rest)
		}
		switch name {
		case "decade":
			decade, _ := floorDiv(int64(year), 10)
			year = int(decade) * 10
		case "century":
			year = before(100)
		case "millennium":
			year = before(1000)
		}
	}
	d, ok := dayOf(year, month, day)
	if !ok {
		return 0, errTimestampRange
	}
	if m, err = d.Moment(); err != nil {
		return 0, errTimestampRange
	}
	return z.ToUTC(m)
}

// Truncate returns the span without what is smaller than a unit.
func (s Span) Truncate(unit string) (Span, error) {
	name, err := truncatedUnit(unit, Interval)
	if err != nil {
		return Span{}, err
	}
	u := spanUnits[name]
	switch {
	case name == "week":
		return Span{}, unsupportedUnit(unit, Interval)
	case u.micros > 0:
		s.Micros = s.Micros / u.micros * u.micros
		return s, nil
	case name == "day":
		s.Micros = 0
		return s, nil
	}
	months := int32(max(u.months, u.years*monthsPerYear))
	if name == "quarter" {
		months = 3
	}
	return Span{Months: s.Months / months * months}, nil
}

// Bin returns the beginning of the bin that the moment is in, if bins as long as stride
// follow each other and one begins at origin.
func (m Moment) Bin(stride Span, origin Moment) (Moment, error) {
	if !m.IsFinite() {
		return m, nil
	}
	if !origin.IsFinite() {
		return 0, failure("origin out of range")
	}
	if stride.Months != 0 {
		return 0, failure("timestamps cannot be binned into intervals containing months or years")
	}
	days := int64(stride.Days) * microsPerDay
	length, ok := addInt64(days, stride.Micros)
	if days/microsPerDay != int64(stride.Days) || !ok && stride.Micros != 0 {
		return 0, errIntervalRange
	}
	if length <= 0 {
		return 0, failure("stride must be greater than zero")
	}
	since := int64(m - origin)
	if (since > 0) != (m > origin) {
		return 0, errIntervalRange
	}
	_, rest := floorDiv(since, length)
	return m.plus(-rest)
}

// Age returns the time from n to m in years, months, days and a time, as people count.
func (m Moment) Age(n Moment) (Span, error) {
	if !m.IsFinite() || !n.IsFinite() {
		return Span{}, refusal("age is not supported for infinity")
	}
	if m >= n {
		return ageOf(m, n)
	}
	s, err := ageOf(n, m)
	if err != nil {
		return s, err
	}
	return s.Neg()
}

// ageOf returns the time between two moments. Days are borrowed from the month of the
// earlier one.
func ageOf(later, earlier Moment) (Span, error) {
	laterDays, laterClock := later.split()
	earlierDays, earlierClock := earlier.split()
	laterYear, laterMonth, laterDay := civil(laterDays)
	year, month, day := civil(earlierDays)
	months := int64(laterYear-year)*monthsPerYear + int64(laterMonth-month)
	days := int64(laterDay - day)
	micros := int64(laterClock - earlierClock)
	if micros < 0 {
		micros, days = micros+microsPerDay, days-1
	}
	for days < 0 {
		days, months = days+int64(daysIn(year, month)), months-1
	}
	return spanOf(months, days, micros, true)
}
