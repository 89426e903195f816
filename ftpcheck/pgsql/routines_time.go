package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
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
