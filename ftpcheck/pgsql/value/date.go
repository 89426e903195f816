package value

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The lengths that have one, in microseconds.
const (
	microsPerSecond = 1_000_000
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour
)

// Infinity and -infinity are later and earlier than all others.
const (
	DayInfinity         Day    = math.MaxInt32
	DayMinusInfinity    Day    = math.MinInt32
	MomentInfinity      Moment = math.MaxInt64
	MomentMinusInfinity Moment = math.MinInt64
)

// What there is besides infinity and -infinity: from 4714-11-24 BC, which is day 0 of
// astronomers, up to these ends, which are the first that there are not.
const (
	julianDayZero        = -2_451_545
	firstDay      Day    = julianDayZero
	endDay        Day    = 2_147_483_494 + julianDayZero
	firstMoment   Moment = julianDayZero * microsPerDay
	endMoment     Moment = 106_751_983 * microsPerDay
)

// unixEpoch is the day 1970-01-01.
const unixEpoch = -10_957

var (
	errDateRange      = &Error{Message: "date out of range"}
	errTimestampRange = &Error{Message: "timestamp out of range"}
)

// floorDiv returns the greatest whole number not above a/b, and what is left.
func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// daysSince2000 returns the day of a date of the Gregorian calendar, which counts years
// before 1 AD as 0, -1 and so on. A month or a day that is too great goes on into the next.
func daysSince2000(year, month, day int) int64 {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix()/(24*60*60) + unixEpoch
}

// civil returns the date of a day.
func civil(daysSince2000 int64) (year, month, day int) {
	y, m, d := time.Unix((daysSince2000-unixEpoch)*24*60*60, 0).UTC().Date()
	return y, int(m), d
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch {
	case month == 2 && isLeap(year):
		return 29
	case month == 2:
		return 28
	case month == 4, month == 6, month == 9, month == 11:
		return 30
	}
	return 31
}

// IsFinite reports whether the date is neither infinity nor -infinity.
func (d Day) IsFinite() bool { return d != DayInfinity && d != DayMinusInfinity }

// MakeDay returns the date of a year, a month and a day. A negative year is BC.
func MakeDay(year, month, day int64) (Day, error) {
	shown := year
	if year < 0 {
		shown++
	}
	return makeDay(year, month, day, shown)
}

func makeDay(year, month, day, shown int64) (Day, error) {
	ok := year != 0
	if year < 0 {
		year++
	}
	if !ok || month < 1 || month > 12 || day < 1 || day > int64(daysIn(int(year), int(month))) {
		return 0, failure("date field value out of range: %d-%02d-%02d", shown, month, day)
	}
	d, ok := dayOf(int(year), int(month), int(day))
	if !ok {
		return 0, failure("date out of range: %d-%02d-%02d", shown, month, day)
	}
	return d, nil
}

// MakeMoment returns the moment of a date and a time of day. A negative year is BC.
func MakeMoment(year, month, day, hour, minute int64, second float64) (Moment, error) {
	d, err := makeDay(year, month, day, year)
	if err != nil {
		return 0, err
	}
	c, err := MakeClock(hour, minute, second)
	if err != nil {
		return 0, err
	}
	m, err := d.At(c)
	if err != nil {
		return 0, failure("timestamp out of range: %d-%02d-%02d %d:%02d:%02.6g", year, month, day, hour, minute, second)
	}
	return m, nil
}

// MomentOfSeconds returns the moment that many seconds after 1970-01-01.
func MomentOfSeconds(seconds float64) (Moment, error) {
	switch {
	case math.IsNaN(seconds):
		return 0, failure("timestamp cannot be NaN")
	case math.IsInf(seconds, 1):
		return MomentInfinity, nil
	case math.IsInf(seconds, -1):
		return MomentMinusInfinity, nil
	}
	micros := math.RoundToEven((seconds + unixEpoch*24*60*60) * microsPerSecond)
	if micros < float64(firstMoment) || micros >= float64(endMoment) {
		return 0, failure(`timestamp out of range: "%.6g"`, seconds)
	}
	return Moment(micros), nil
}

// dayOf returns the day of a date if there is such a day.
func dayOf(year, month, day int) (Day, bool) {
	if year < -4713 || year > 5_874_898 {
		return 0, false
	}
	d := daysSince2000(year, month, day)
	return Day(d), d >= int64(firstDay) && d < int64(endDay)
}

// Add returns the date n days later.
func (d Day) Add(n int64) (Day, error) {
	if !d.IsFinite() {
		return d, nil
	}
	if sum := int64(d) + n; sum >= int64(firstDay) && sum < int64(endDay) {
		return Day(sum), nil
	}
	return 0, errDateRange
}

// Sub returns the days from e to d.
func (d Day) Sub(e Day) (int64, error) {
	if !d.IsFinite() || !e.IsFinite() {
		return 0, failure("cannot subtract infinite dates")
	}
	return int64(d) - int64(e), nil
}

// Moment returns the beginning of the day.
func (d Day) Moment() (Moment, error) {
	switch {
	case d == DayInfinity:
		return MomentInfinity, nil
	case d == DayMinusInfinity:
		return MomentMinusInfinity, nil
	case int64(d)*microsPerDay/microsPerDay != int64(d) || int64(d) >= int64(endMoment)/microsPerDay:
		return 0, failure("date out of range for timestamp")
	}
	return Moment(int64(d) * microsPerDay), nil
}

// At returns the moment of a time of the day.
func (d Day) At(c Clock) (Moment, error) {
	m, err := d.Moment()
	if err != nil || !m.IsFinite() {
		return m, err
	}
	return (m + Moment(c)).checked()
}

// Order returns a moment that comes before, with or after others as the beginning of the
// day does, which itself may be later than all moments.
func (d Day) Order() Moment {
	begin, err := d.Moment()
	if err != nil {
		return endMoment
	}
	return begin
}

// String writes the date in the manner of ISO 8601.
func (d Day) String() string {
	switch d {
	case DayInfinity:
		return "infinity"
	case DayMinusInfinity:
		return "-infinity"
	}
	date, era := isoDate(civil(int64(d)))
	return date + era
}

func isoDate(year, month, day int) (date, era string) {
	if year <= 0 {
		year, era = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day), era
}

// MakeClock returns the time of day of hours, minutes and seconds.
func MakeClock(hour, minute int64, second float64) (Clock, error) {
	if hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60 {
		c := Clock(hour*microsPerHour + minute*microsPerMinute + int64(math.RoundToEven(second*microsPerSecond)))
		if c <= microsPerDay {
			return c, nil
		}
	}
	return 0, failure("time field value out of range: %d:%02d:%02.6g", hour, minute, second)
}

// Span returns the time since midnight.
func (c Clock) Span() Span { return Span{Micros: int64(c)} }

// Add returns the time that the clock shows after the hours, minutes and seconds of s. Its
// days and months do not matter.
func (c Clock) Add(s Span) Clock {
	_, micros := floorDiv(int64(c)+s.Micros, microsPerDay)
	return Clock(micros)
}

// Minus returns the time that the clock shows before the hours, minutes and seconds of s.
func (c Clock) Minus(s Span) Clock {
	_, micros := floorDiv(int64(c)-s.Micros, microsPerDay)
	return Clock(micros)
}

// Sub returns the time from d to c.
func (c Clock) Sub(d Clock) Span { return Span{Micros: int64(c - d)} }

// Round rounds to a number of digits after the point of the seconds.
func (c Clock) Round(digits int) Clock { return Clock(roundMicros(int64(c), digits)) }

// roundMicros rounds microseconds to digits after the point of the seconds, halves away
// from zero.
func roundMicros(micros int64, digits int) int64 {
	unit := int64(1)
	for range max(6-digits, 0) {
		unit *= 10
	}
	if unit == 1 {
		return micros
	}
	if micros < 0 {
		return -((-micros + unit/2) / unit * unit)
	}
	return (micros + unit/2) / unit * unit
}

// String writes the time of day.
func (c Clock) String() string {
	seconds := int64(c) / microsPerSecond
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60) + fraction(int64(c)%microsPerSecond)
}

// fraction writes microseconds below a second with their point, or nothing if there are
// none.
func fraction(micros int64) string {
	if micros == 0 {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(".%06d", micros), "0")
}

// MomentOf returns the moment of t.
func MomentOf(t time.Time) Moment { return Moment(t.UnixMicro() + unixEpoch*microsPerDay) }

// Time returns the moment in UTC. Of infinity and -infinity it is no time of meaning.
func (m Moment) Time() time.Time {
	seconds, micros := floorDiv(int64(m), microsPerSecond)
	return time.Unix(seconds-unixEpoch*24*60*60, micros*1000).UTC()
}

// IsFinite reports whether the moment is neither infinity nor -infinity.
func (m Moment) IsFinite() bool { return m != MomentInfinity && m != MomentMinusInfinity }

// checked returns the moment if there is such a timestamp.
func (m Moment) checked() (Moment, error) {
	if m < firstMoment || m >= endMoment {
		return 0, errTimestampRange
	}
	return m, nil
}

// plus returns the moment that many microseconds later.
func (m Moment) plus(micros int64) (Moment, error) {
	sum := int64(m) + micros
	if (sum > int64(m)) != (micros > 0) && micros != 0 {
		return 0, errTimestampRange
	}
	return Moment(sum).checked()
}

// split returns the day of the moment, and the time of that day.
func (m Moment) split() (daysSince2000 int64, c Clock) {
	days, micros := floorDiv(int64(m), microsPerDay)
	return days, Clock(micros)
}

// Day returns the date of the moment.
func (m Moment) Day() Day {
	switch m {
	case MomentInfinity:
		return DayInfinity
	case MomentMinusInfinity:
		return DayMinusInfinity
	}
	days, _ := m.split()
	return Day(days)
}

// Clock returns the time of day of a finite moment.
func (m Moment) Clock() Clock {
	_, c := m.split()
	return c
}

// Add returns the moment that a span later it is: first its months, at the end of a shorter
// month if need be, then its days, then its time.
func (m Moment) Add(s Span) (Moment, error) {
	if !m.IsFinite() {
		return m, nil
	}
	days, c := m.split()
	if s.Months != 0 {
		year, month, day := civil(days)
		years, months := floorDiv(int64(month-1)+int64(s.Months), 12)
		year, month = year+int(years), int(months)+1
		days = daysSince2000(year, month, min(day, daysIn(year, month)))
		if err := checkDays(days); err != nil {
			return 0, err
		}
	}
	days += int64(s.Days)
	if err := checkDays(days); err != nil {
		return 0, err
	}
	return Moment(days*microsPerDay + int64(c)).plus(s.Micros)
}

// Minus returns the moment that it is a span earlier. A part of the span that has no
// positive counterpart stays negative, as in PostgreSQL.
func (m Moment) Minus(s Span) (Moment, error) {
	return m.Add(Span{Months: -s.Months, Days: -s.Days, Micros: -s.Micros})
}

// checkDays returns an error if no moment is on that day.
func checkDays(days int64) error {
	if days < int64(firstDay) || days >= int64(endMoment)/microsPerDay {
		return errTimestampRange
	}
	return nil
}

// Sub returns the time from n to m in days and a time of less than a day.
func (m Moment) Sub(n Moment) (Span, error) {
	if !m.IsFinite() || !n.IsFinite() {
		return Span{}, failure("cannot subtract infinite timestamps")
	}
	d := int64(m - n)
	if (d > 0) != (m > n) {
		return Span{}, errIntervalRange
	}
	return Span{Micros: d}.JustifyHours()
}

// Round rounds to a number of digits after the point of the seconds.
func (m Moment) Round(digits int) (Moment, error) {
	if !m.IsFinite() {
		return m, nil
	}
	return Moment(roundMicros(int64(m), digits)).checked()
}

// Format writes the moment in the manner of ISO 8601, with the offset of UTC if tz is set.
func (m Moment) Format(tz bool) string {
	switch m {
	case MomentInfinity:
		return "infinity"
	case MomentMinusInfinity:
		return "-infinity"
	}
	days, c := m.split()
	date, era := isoDate(civil(days))
	text := date + " " + c.String()
	if tz {
		text += "+00"
	}
	return text + era
}
