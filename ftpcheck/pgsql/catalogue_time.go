package pgsql

import (
	"slices"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

var timeOperators = slices.Concat(
	comparisons(value.Date, value.Date),
	comparisons(value.Time, value.Time),
	comparisons(value.Timestamp, value.Timestamp),
	comparisons(value.TimestampTZ, value.TimestampTZ),
	comparisons(value.Interval, value.Interval),
	momentComparisons(value.Date, value.Timestamp),
	momentComparisons(value.Date, value.TimestampTZ),
	momentComparisons(value.Timestamp, value.Date),
	momentComparisons(value.Timestamp, value.TimestampTZ),
	momentComparisons(value.TimestampTZ, value.Date),
	momentComparisons(value.TimestampTZ, value.Timestamp),
	[]routine{
		op("date + int4: date", try2(value.Day.Add)),
		op("int4 + date: date", swapped(try2(value.Day.Add))),
		op("date - int4: date", try2(func(d value.Day, n int64) (value.Day, error) { return d.Add(-n) })),
		op("date - date: int4", try2(value.Day.Sub)),
		op("date + time: timestamp", try2(value.Day.At)),
		op("time + date: timestamp", swapped(try2(value.Day.At))),
		op("date + interval: timestamp", try2(dayPlus)),
		op("interval + date: timestamp", swapped(try2(dayPlus))),
		op("date - interval: timestamp", try2(dayMinus)),

		op("time + interval: time", pure2(value.Clock.Add)),
		op("interval + time: time", swapped(pure2(value.Clock.Add))),
		op("time - interval: time", pure2(value.Clock.Minus)),
		op("time - time: interval", pure2(value.Clock.Sub)),

		op("timestamp + interval: timestamp", try2(value.Moment.Add)),
		op("interval + timestamp: timestamp", swapped(try2(value.Moment.Add))),
		op("timestamp - interval: timestamp", try2(value.Moment.Minus)),
		op("timestamp - timestamp: interval", try2(value.Moment.Sub)),
		op("timestamptz + interval: timestamptz", try2(value.Moment.Add)),
		op("interval + timestamptz: timestamptz", swapped(try2(value.Moment.Add))),
		op("timestamptz - interval: timestamptz", try2(value.Moment.Minus)),
		op("timestamptz - timestamptz: interval", try2(value.Moment.Sub)),

		op("- interval: interval", try1(value.Span.Neg)),
		op("interval + interval: interval", try2(value.Span.Add)),
		op("interval - interval: interval", try2(value.Span.Sub)),
		op("interval * float8: interval", try2(value.Span.Mul)),
		op("float8 * interval: interval", swapped(try2(value.Span.Mul))),
		op("interval / float8: interval", try2(value.Span.Div)),
	},
)

// swapped is a run whose two arguments come the other way round.
func swapped(f run) run {
	return func(c *call, args []any) (any, error) { return f(c, []any{args[1], args[0]}) }
}

// momentComparisons are the comparisons of dates and timestamps with each other.
func momentComparisons(l, r value.Type) []routine {
	order := func(v any) any {
		if d, ok := v.(value.Day); ok {
			return d.Order()
		}
		return v
	}
	list := comparisons(value.Timestamp, value.Timestamp)
	for i := range list {
		compare := list[i].run
		list[i].args = types(l, r)
		list[i].run = func(c *call, args []any) (any, error) {
			return compare(c, []any{order(args[0]), order(args[1])})
		}
	}
	return list
}

func dayPlus(d value.Day, s value.Span) (value.Moment, error) {
	m, err := d.Moment()
	if err != nil {
		return 0, err
	}
	return m.Add(s)
}

func dayMinus(d value.Day, s value.Span) (value.Moment, error) {
	m, err := d.Moment()
	if err != nil {
		return 0, err
	}
	return m.Minus(s)
}

var timeFunctions = []routine{
	// The time of the statement. Types with a time zone but no date are not ours.
	fn("now(): timestamptz", now, stable),
	fn("transaction_timestamp(): timestamptz", now, stable),
	fn("statement_timestamp(): timestamptz", now, stable),
	fn("current_timestamp(): timestamptz", now, stable),
	fn("current_timestamp(int4): timestamptz", now, stable),
	fn("localtimestamp(): timestamp", now, stable),
	fn("localtimestamp(int4): timestamp", now, stable),
	fn("current_date(): date", func(c *call, _ []any) (any, error) { return c.now.Day(), nil }, stable),
	fn("localtime(): time", localTime, stable),
	fn("localtime(int4): time", localTime, stable),
	fn("current_time(): time", nil, stable),
	fn("current_time(int4): time", nil, stable),
	fn("clock_timestamp(): timestamptz", func(*call, []any) (any, error) { return value.MomentOf(time.Now()), nil }, volatile),
	fn("timeofday(): text", nil, volatile),

	// Fields.
	fn("extract(text, date): numeric", field(value.Day.Extract)),
	fn("extract(text, time): numeric", field(value.Clock.Extract)),
	fn("extract(text, timestamp): numeric", momentField(value.Moment.Extract)),
	fn("extract(text, timestamptz): numeric", momentField(value.Moment.Extract)),
	fn("extract(text, interval): numeric", field(value.Span.Extract)),
	fn("date_part(text, date): float8", datePartOfDay),
	fn("date_part(text, time): float8", field(value.Clock.Part)),
	fn("date_part(text, timestamp): float8", momentField(value.Moment.Part)),
	fn("date_part(text, timestamptz): float8", momentField(value.Moment.Part)),
	fn("date_part(text, interval): float8", field(value.Span.Part)),
	fn("date_trunc(text, timestamp): timestamp", truncate),
	fn("date_trunc(text, timestamptz): timestamptz", truncate),
	fn("date_trunc(text, timestamptz, text): timestamptz", truncateInZone),
	fn("date_trunc(text, interval): interval", try2(func(unit string, s value.Span) (value.Span, error) { return s.Truncate(unit) })),
	fn("date_bin(interval, timestamp, timestamp): timestamp", try3(bin)),
	fn("date_bin(interval, timestamptz, timestamptz): timestamptz", try3(bin)),
	fn("isfinite(date): bool", pure1(value.Day.IsFinite)),
	fn("isfinite(timestamp): bool", pure1(value.Moment.IsFinite)),
	fn("isfinite(timestamptz): bool", pure1(value.Moment.IsFinite)),
	fn("isfinite(interval): bool", pure1(func(value.Span) bool { return true })),

	// Intervals.
	fn("age(timestamp, timestamp): interval", try2(value.Moment.Age)),
	fn("age(timestamptz, timestamptz): interval", try2(value.Moment.Age)),
	fn("age(timestamp): interval", ageToday, stable),
	fn("age(timestamptz): interval", ageToday, stable),
	fn("justify_days(interval): interval", try1(value.Span.JustifyDays)),
	fn("justify_hours(interval): interval", try1(value.Span.JustifyHours)),
	fn("justify_interval(interval): interval", try1(value.Span.Justify)),

	// Time zones.
	fn("timezone(text, timestamp): timestamptz", try2(toUTC)),
	fn("timezone(text, timestamptz): timestamp", try2(fromUTC)),
	fn("timezone(interval, timestamp): timestamptz", try2(spanToUTC)),
	fn("timezone(interval, timestamptz): timestamp", try2(spanFromUTC)),

	// Making values.
	fn("make_date(int4, int4, int4): date", try3(value.MakeDay)),
	fn("make_time(int4, int4, float8): time", try3(value.MakeClock)),
	fn("make_timestamp(int4, int4, int4, int4, int4, float8): timestamp", makeMoment),
	fn("make_timestamptz(int4, int4, int4, int4, int4, float8): timestamptz", makeMoment),
	fn("make_timestamptz(int4, int4, int4, int4, int4, float8, text): timestamptz", makeMomentInZone),
	fn("make_interval([int4], [int4], [int4], [int4], [int4], [int4], [float8]): interval", makeSpan),

	// Formats.
	fn("to_char(timestamp, text): text", formatMoment),
	fn("to_char(timestamptz, text): text", formatMoment),
	fn("to_char(interval, text): text", try2(value.FormatSpan)),
	fn("to_date(text, text): date", try2(value.ReadDay)),
	fn("to_timestamp(text, text): timestamptz", try2(value.ReadMoment)),
	fn("to_timestamp(float8): timestamptz", try1(value.MomentOfSeconds)),

	// Whether two periods have a time in common.
	fn("overlaps(time, time, time, time): bool", overlaps, nullsOK),
	fn("overlaps(time, time, time, interval): bool", overlaps, nullsOK),
	fn("overlaps(time, interval, time, time): bool", overlaps, nullsOK),
	fn("overlaps(time, interval, time, interval): bool", overlaps, nullsOK),
	fn("overlaps(timestamp, timestamp, timestamp, timestamp): bool", overlaps, nullsOK),
	fn("overlaps(timestamp, timestamp, timestamp, interval): bool", overlaps, nullsOK),
	fn("overlaps(timestamp, interval, timestamp, timestamp): bool", overlaps, nullsOK),
	fn("overlaps(timestamp, interval, timestamp, interval): bool", overlaps, nullsOK),
	fn("overlaps(timestamptz, timestamptz, timestamptz, timestamptz): bool", overlaps, nullsOK),
	fn("overlaps(timestamptz, timestamptz, timestamptz, interval): bool", overlaps, nullsOK),
	fn("overlaps(timestamptz, interval, timestamptz, timestamptz): bool", overlaps, nullsOK),
	fn("overlaps(timestamptz, interval, timestamptz, interval): bool", overlaps, nullsOK),

	// Casts by their names, with the digits of seconds where there is a number.
	fn("date(timestamp): date", pure1(value.Moment.Day)),
	fn("date(timestamptz): date", pure1(value.Moment.Day)),
	fn("time(time, int4): time", pure2(roundClock)),
	fn("time(timestamp): time", pure1(momentClock)),
	fn("time(timestamptz): time", pure1(momentClock)),
	fn("time(interval): time", pure1(value.Span.Clock)),
	fn("timestamp(timestamp, int4): timestamp", try2(roundMoment)),
	fn("timestamp(date): timestamp", try1(value.Day.Moment)),
	fn("timestamp(date, time): timestamp", try2(value.Day.At)),
	fn("timestamp(timestamptz): timestamp", same),
	fn("timestamptz(timestamptz, int4): timestamptz", try2(roundMoment)),
	fn("timestamptz(date): timestamptz", try1(value.Day.Moment)),
	fn("timestamptz(date, time): timestamptz", try2(value.Day.At)),
	fn("timestamptz(timestamp): timestamptz", same),
	fn("interval(interval, int4): interval", nil), // the number is more than digits
	fn("interval(time): interval", pure1(value.Clock.Span)),
}

// now is when the statement began, with as many digits of seconds as are asked for.
func now(c *call, args []any) (any, error) {
	if len(args) == 0 {
		return c.now, nil
	}
	return orError(roundMoment(c.now, args[0].(int64)))
}

func localTime(c *call, args []any) (any, error) {
	if len(args) == 0 {
		return c.now.Clock(), nil
	}
	return roundClock(c.now.Clock(), args[0].(int64)), nil
}

func roundMoment(m value.Moment, digits int64) (value.Moment, error) {
	return m.Round(int(min(digits, 6)))
}

func roundClock(c value.Clock, digits int64) value.Clock { return c.Round(int(min(digits, 6))) }

// field is a field of a value by its name.
func field[T any](f func(v T, unit string) (any, error)) run {
	return func(_ *call, args []any) (any, error) { return f(args[1].(T), args[0].(string)) }
}

func momentField(f func(m value.Moment, unit string, t value.Type) (any, error)) run {
	return func(c *call, args []any) (any, error) { return f(args[1].(value.Moment), args[0].(string), c.args[1]) }
}

func datePartOfDay(_ *call, args []any) (any, error) {
	m, err := args[1].(value.Day).Moment()
	if err != nil {
		return nil, err
	}
	return m.Part(args[0].(string), value.Timestamp)
}

func truncate(c *call, args []any) (any, error) {
	return orError(args[1].(value.Moment).Truncate(args[0].(string), c.args[1]))
}

func truncateInZone(c *call, args []any) (any, error) {
	zone, err := value.FindZone(args[2].(string))
	if err != nil {
		return nil, err
	}
	return orError(args[1].(value.Moment).TruncateIn(args[0].(string), zone, c.args[1]))
}

func bin(stride value.Span, m, origin value.Moment) (value.Moment, error) {
	return m.Bin(stride, origin)
}

// ageToday is the age at the beginning of the day.
func ageToday(c *call, args []any) (any, error) {
	today, err := c.now.Day().Moment()
	if err != nil {
		return nil, err
	}
	return orError(today.Age(args[0].(value.Moment)))
}

func toUTC(name string, local value.Moment) (value.Moment, error) {
	zone, err := value.FindZone(name)
	if err != nil {
		return 0, err
	}
	return zone.ToUTC(local)
}

func fromUTC(name string, m value.Moment) (value.Moment, error) {
	zone, err := value.FindZone(name)
	if err != nil {
		return 0, err
	}
	return zone.FromUTC(m)
}

func spanToUTC(s value.Span, local value.Moment) (value.Moment, error) {
	if !local.IsFinite() {
		return local, nil
	}
	zone, err := value.SpanZone(s)
	if err != nil {
		return 0, err
	}
	return zone.ToUTC(local)
}

func spanFromUTC(s value.Span, m value.Moment) (value.Moment, error) {
	if !m.IsFinite() {
		return m, nil
	}
	zone, err := value.SpanZone(s)
	if err != nil {
		return 0, err
	}
	return zone.FromUTC(m)
}

func makeMoment(_ *call, args []any) (any, error) {
	return orError(value.MakeMoment(args[0].(int64), args[1].(int64), args[2].(int64), args[3].(int64), args[4].(int64), args[5].(float64)))
}

func makeMomentInZone(c *call, args []any) (any, error) {
	local, err := makeMoment(c, args)
	if err != nil {
		return nil, err
	}
	zone, err := value.FindOffset(args[6].(string))
	if err != nil {
		return nil, err
	}
	return orError(zone.ToUTC(local.(value.Moment)))
}

func makeSpan(_ *call, args []any) (any, error) {
	var whole [6]int64
	var seconds float64
	for i, arg := range args {
		if i == len(whole) {
			seconds = arg.(float64)
			break
		}
		whole[i] = arg.(int64)
	}
	return orError(value.MakeSpan(whole[0], whole[1], whole[2], whole[3], whole[4], whole[5], seconds))
}

func formatMoment(c *call, args []any) (any, error) {
	return value.FormatMoment(args[0].(value.Moment), c.args[0], args[1].(string))
}

// momentClock is null for infinity.
func momentClock(m value.Moment) any {
	if !m.IsFinite() {
		return nil
	}
	return m.Clock()
}

// overlaps is (a, b) OVERLAPS (c, d): whether two periods have a time in common. The ends
// of a period come in any order, and the second may be told by how much later it is. The
// result is null if it depends on an argument that is null.
func overlaps(c *call, args []any) (any, error) {
	t := c.args[0]
	ends := slices.Clone(args)
	for i := 0; i < len(ends); i += 2 {
		length, ok := ends[i+1].(value.Span)
		if !ok {
			continue
		}
		var err error
		switch begin := ends[i].(type) {
		case value.Clock:
			ends[i+1] = begin.Add(length)
		case value.Moment:
			ends[i+1], err = orError(begin.Add(length))
		default:
			ends[i+1] = nil
		}
		if err != nil {
			return nil, err
		}
	}
	first, second := ends[:2], ends[2:]
	for _, period := range [][]any{first, second} {
		if period[0] == nil || period[1] != nil && value.Compare(t, period[0], period[1]) > 0 {
			period[0], period[1] = period[1], period[0]
		}
		if period[0] == nil {
			return nil, nil
		}
	}
	order := value.Compare(t, first[0], second[0])
	if order > 0 {
		first, second = second, first
	}
	switch {
	case first[1] == nil:
		return nil, nil
	case order != 0 && value.Compare(t, second[0], first[1]) < 0:
		return true, nil
	case second[1] == nil:
		return nil, nil
	}
	return order == 0, nil
}

// timeCasts are those among dates and times.
var timeCasts = []cast{
	{value.Date, value.Timestamp, implicit, func(_ *call, v any) (any, error) { return orError(v.(value.Day).Moment()) }},
	{value.Date, value.TimestampTZ, implicit, func(_ *call, v any) (any, error) { return orError(v.(value.Day).Moment()) }},
	{value.Time, value.Interval, implicit, func(_ *call, v any) (any, error) { return v.(value.Clock).Span(), nil }},
	{value.Timestamp, value.Date, assignment, func(_ *call, v any) (any, error) { return v.(value.Moment).Day(), nil }},
	{value.Timestamp, value.Time, assignment, func(_ *call, v any) (any, error) { return momentClock(v.(value.Moment)), nil }},
	{value.Timestamp, value.TimestampTZ, implicit, nil}, // the session is in UTC
	{value.TimestampTZ, value.Date, assignment, func(_ *call, v any) (any, error) { return v.(value.Moment).Day(), nil }},
	{value.TimestampTZ, value.Time, assignment, func(_ *call, v any) (any, error) { return momentClock(v.(value.Moment)), nil }},
	{value.TimestampTZ, value.Timestamp, assignment, nil},
	{value.Interval, value.Time, assignment, func(_ *call, v any) (any, error) { return v.(value.Span).Clock(), nil }},
}

var timeAggregates = []aggregate{
	agg("sum(interval): interval", func(*call) accumulator { return &spanSum{} }),
	agg("avg(interval): interval", func(*call) accumulator { return &spanSum{average: true} }),
}

// A spanSum adds up intervals.
type spanSum struct {
	average bool
	sum     value.Span
	n       int64
}

func (s *spanSum) add(_ *call, args []any) (err error) {
	if args[0] == nil {
		return nil
	}
	s.n++
	s.sum, err = s.sum.Add(args[0].(value.Span))
	return err
}

func (s *spanSum) result(*call) (any, error) {
	switch {
	case s.n == 0:
		return nil, nil
	case s.average:
		return orError(s.sum.Div(float64(s.n)))
	}
	return s.sum, nil
}

var timeSets = []setRoutine{
	rows("generate_series(timestamp, timestamp, interval): timestamp", momentSeries),
	rows("generate_series(timestamptz, timestamptz, interval): timestamptz", momentSeries),
}

// momentSeries gives moments from a first to a last one, a step after the other.
func momentSeries(_ *call, args []any, yield func(row ...any) error) error {
	m, last, step := args[0].(value.Moment), args[1].(value.Moment), args[2].(value.Span)
	direction := step.Compare(value.Span{})
	if direction == 0 {
		return &value.Error{Message: "step size cannot equal zero"}
	}
	if !m.IsFinite() || !last.IsFinite() {
		return &value.Unsupported{Message: "generate_series is not supported with infinity"}
	}
	for direction > 0 && m <= last || direction < 0 && m >= last {
		if err := yield(m); err != nil {
			return err
		}
		next, err := m.Add(step)
		if err != nil {
			return err
		}
		m = next
	}
	return nil
}
