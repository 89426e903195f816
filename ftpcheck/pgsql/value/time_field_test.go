package value

import (
	"fmt"
	"testing"
)

func TestExtract(t *testing.T) {
	for _, f := range []struct {
		t                         Type
		text, unit, numeric, part string
	}{
		{Timestamp, "2026-01-05 13:14:15.678901", "microseconds", "15678901", "15678901"},
		{Timestamp, "2026-01-05 13:14:15.678901", "milliseconds", "15678.901", "15678.901"},
		{Timestamp, "2026-01-05 13:14:15.678901", "second", "15.678901", "15.678901"},
		{Timestamp, "2026-01-05 13:14:15.678901", "minute", "14", "14"},
		{Timestamp, "2026-01-05 13:14:15.678901", "hour", "13", "13"},
		{Timestamp, "2026-01-05 13:14:15.678901", "day", "5", "5"},
		{Timestamp, "2026-01-05 13:14:15.678901", "week", "2", "2"},
		{Timestamp, "2026-01-05 13:14:15.678901", "month", "1", "1"},
		{Timestamp, "2026-01-05 13:14:15.678901", "quarter", "1", "1"},
		{Timestamp, "2026-01-05 13:14:15.678901", "year", "2026", "2026"},
		{Timestamp, "2026-01-05 13:14:15.678901", "isoyear", "2026", "2026"},
		{Timestamp, "2026-01-05 13:14:15.678901", "decade", "202", "202"},
		{Timestamp, "2026-01-05 13:14:15.678901", "century", "21", "21"},
		{Timestamp, "2026-01-05 13:14:15.678901", "millennium", "3", "3"},
		{Timestamp, "2026-01-05 13:14:15.678901", "dow", "1", "1"},
		{Timestamp, "2026-01-05 13:14:15.678901", "isodow", "1", "1"},
		{Timestamp, "2026-01-05 13:14:15.678901", "doy", "5", "5"},
		{Timestamp, "2026-01-05 13:14:15.678901", "julian", "2461046.55157035765046296296", "2461046.5515703578"},
		{Timestamp, "2026-01-05 13:14:15.678901", "epoch", "1767618855.678901", "1767618855.678901"},
		{Timestamp, "2026-01-05 13:14:15.678901", "timezone", `unit "timezone" not supported for type timestamp without time zone`, `unit "timezone" not supported for type timestamp without time zone`},
		{Timestamp, "2026-01-05 13:14:15.678901", "foo", `unit "foo" not recognized for type timestamp without time zone`, `unit "foo" not recognized for type timestamp without time zone`},
		{Timestamp, "2026-01-05 13:14:15.678901", "now", `unit "now" not supported for type timestamp without time zone`, `unit "now" not supported for type timestamp without time zone`},
		{Timestamp, "0044-03-15 BC", "microseconds", "0", "0"},
		{Timestamp, "0044-03-15 BC", "milliseconds", "0.000", "0"},
		{Timestamp, "0044-03-15 BC", "second", "0.000000", "0"},
		{Timestamp, "0044-03-15 BC", "minute", "0", "0"},
		{Timestamp, "0044-03-15 BC", "hour", "0", "0"},
		{Timestamp, "0044-03-15 BC", "day", "15", "15"},
		{Timestamp, "0044-03-15 BC", "week", "11", "11"},
		{Timestamp, "0044-03-15 BC", "month", "3", "3"},
		{Timestamp, "0044-03-15 BC", "quarter", "1", "1"},
		{Timestamp, "0044-03-15 BC", "year", "-44", "-44"},
		{Timestamp, "0044-03-15 BC", "isoyear", "-44", "-44"},
		{Timestamp, "0044-03-15 BC", "decade", "-5", "-5"},
		{Timestamp, "0044-03-15 BC", "century", "-1", "-1"},
		{Timestamp, "0044-03-15 BC", "millennium", "-1", "-1"},
		{Timestamp, "0044-03-15 BC", "dow", "5", "5"},
		{Timestamp, "0044-03-15 BC", "isodow", "5", "5"},
		{Timestamp, "0044-03-15 BC", "doy", "74", "74"},
		{Timestamp, "0044-03-15 BC", "julian", "1705428.0000000000000000000000000000", "1705428"},
		{Timestamp, "0044-03-15 BC", "epoch", "-63517824000.000000", "-63517824000"},
		{Timestamp, "0044-03-15 BC", "timezone", `unit "timezone" not supported for type timestamp without time zone`, `unit "timezone" not supported for type timestamp without time zone`},
		{Timestamp, "0044-03-15 BC", "foo", `unit "foo" not recognized for type timestamp without time zone`, `unit "foo" not recognized for type timestamp without time zone`},
		{Timestamp, "0044-03-15 BC", "now", `unit "now" not supported for type timestamp without time zone`, `unit "now" not supported for type timestamp without time zone`},
		{Timestamp, "infinity", "microseconds", "null", "null"},
		{Timestamp, "infinity", "milliseconds", "null", "null"},
		{Timestamp, "infinity", "second", "null", "null"},
		{Timestamp, "infinity", "minute", "null", "null"},
		{Timestamp, "infinity", "hour", "null", "null"},
		{Timestamp, "infinity", "day", "null", "null"},
		{Timestamp, "infinity", "week", "null", "null"},
		{Timestamp, "infinity", "month", "null", "null"},
		{Timestamp, "infinity", "quarter", "null", "null"},
		{Timestamp, "infinity", "year", "Infinity", "Infinity"},
		{Timestamp, "infinity", "isoyear", "Infinity", "Infinity"},
		{Timestamp, "infinity", "decade", "Infinity", "Infinity"},
		{Timestamp, "infinity", "century", "Infinity", "Infinity"},
		{Timestamp, "infinity", "millennium", "Infinity", "Infinity"},
		{Timestamp, "infinity", "dow", "null", "null"},
		{Timestamp, "infinity", "isodow", "null", "null"},
		{Timestamp, "infinity", "doy", "null", "null"},
		{Timestamp, "infinity", "julian", "Infinity", "Infinity"},
		{Timestamp, "infinity", "epoch", "Infinity", "Infinity"},
		{Timestamp, "infinity", "timezone", "null", "null"},
		{Timestamp, "infinity", "foo", `unit "foo" not recognized for type timestamp without time zone`, `unit "foo" not recognized for type timestamp without time zone`},
		{Timestamp, "infinity", "now", `unit "now" not supported for type timestamp without time zone`, `unit "now" not supported for type timestamp without time zone`},
		{TimestampTZ, "2024-12-30 13:14:15.5", "week", "1", "1"},
		{TimestampTZ, "2024-12-30 13:14:15.5", "isoyear", "2025", "2025"},
		{TimestampTZ, "2024-12-30 13:14:15.5", "epoch", "1735564455.500000", "1735564455.5"},
		{TimestampTZ, "2024-12-30 13:14:15.5", "timezone", "0", "0"},
		{Date, "2026-01-05", "microseconds", `unit "microseconds" not supported for type date`, "0"},
		{Date, "2026-01-05", "milliseconds", `unit "milliseconds" not supported for type date`, "0"},
		{Date, "2026-01-05", "second", `unit "second" not supported for type date`, "0"},
		{Date, "2026-01-05", "minute", `unit "minute" not supported for type date`, "0"},
		{Date, "2026-01-05", "hour", `unit "hour" not supported for type date`, "0"},
		{Date, "2026-01-05", "day", "5", "5"},
		{Date, "2026-01-05", "week", "2", "2"},
		{Date, "2026-01-05", "month", "1", "1"},
		{Date, "2026-01-05", "quarter", "1", "1"},
		{Date, "2026-01-05", "year", "2026", "2026"},
		{Date, "2026-01-05", "isoyear", "2026", "2026"},
		{Date, "2026-01-05", "decade", "202", "202"},
		{Date, "2026-01-05", "century", "21", "21"},
		{Date, "2026-01-05", "millennium", "3", "3"},
		{Date, "2026-01-05", "dow", "1", "1"},
		{Date, "2026-01-05", "isodow", "1", "1"},
		{Date, "2026-01-05", "doy", "5", "5"},
		{Date, "2026-01-05", "julian", "2461046", "2461046"},
		{Date, "2026-01-05", "epoch", "1767571200", "1767571200"},
		{Date, "2026-01-05", "timezone", `unit "timezone" not supported for type date`, `unit "timezone" not supported for type timestamp without time zone`},
		{Date, "2026-01-05", "foo", `unit "foo" not recognized for type date`, `unit "foo" not recognized for type timestamp without time zone`},
		{Date, "2026-01-05", "now", `unit "now" not supported for type date`, `unit "now" not supported for type timestamp without time zone`},
		{Time, "13:14:15.678", "microseconds", "15678000", "15678000"},
		{Time, "13:14:15.678", "milliseconds", "15678.000", "15678"},
		{Time, "13:14:15.678", "second", "15.678000", "15.678"},
		{Time, "13:14:15.678", "minute", "14", "14"},
		{Time, "13:14:15.678", "hour", "13", "13"},
		{Time, "13:14:15.678", "day", `unit "day" not supported for type time without time zone`, `unit "day" not supported for type time without time zone`},
		{Time, "13:14:15.678", "week", `unit "week" not supported for type time without time zone`, `unit "week" not supported for type time without time zone`},
		{Time, "13:14:15.678", "month", `unit "month" not supported for type time without time zone`, `unit "month" not supported for type time without time zone`},
		{Time, "13:14:15.678", "quarter", `unit "quarter" not supported for type time without time zone`, `unit "quarter" not supported for type time without time zone`},
		{Time, "13:14:15.678", "year", `unit "year" not supported for type time without time zone`, `unit "year" not supported for type time without time zone`},
		{Time, "13:14:15.678", "isoyear", `unit "isoyear" not supported for type time without time zone`, `unit "isoyear" not supported for type time without time zone`},
		{Time, "13:14:15.678", "decade", `unit "decade" not supported for type time without time zone`, `unit "decade" not supported for type time without time zone`},
		{Time, "13:14:15.678", "century", `unit "century" not supported for type time without time zone`, `unit "century" not supported for type time without time zone`},
		{Time, "13:14:15.678", "millennium", `unit "millennium" not supported for type time without time zone`, `unit "millennium" not supported for type time without time zone`},
		{Time, "13:14:15.678", "dow", `unit "dow" not supported for type time without time zone`, `unit "dow" not supported for type time without time zone`},
		{Time, "13:14:15.678", "isodow", `unit "isodow" not supported for type time without time zone`, `unit "isodow" not supported for type time without time zone`},
		{Time, "13:14:15.678", "doy", `unit "doy" not supported for type time without time zone`, `unit "doy" not supported for type time without time zone`},
		{Time, "13:14:15.678", "julian", `unit "julian" not supported for type time without time zone`, `unit "julian" not supported for type time without time zone`},
		{Time, "13:14:15.678", "epoch", "47655.678000", "47655.678"},
		{Time, "13:14:15.678", "timezone", `unit "timezone" not supported for type time without time zone`, `unit "timezone" not supported for type time without time zone`},
		{Time, "13:14:15.678", "foo", `unit "foo" not recognized for type time without time zone`, `unit "foo" not recognized for type time without time zone`},
		{Time, "13:14:15.678", "now", `unit "now" not recognized for type time without time zone`, `unit "now" not recognized for type time without time zone`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "microseconds", "-15678901", "-15678901"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "milliseconds", "-15678.901", "-15678.901"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "second", "-15.678901", "-15.678901"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "minute", "-14", "-14"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "hour", "-26", "-26"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "day", "40", "40"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "week", `unit "week" not supported for type interval`, `unit "week" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "month", "-2", "-2"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "quarter", "1", "1"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "year", "-1", "-1"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "isoyear", `unit "isoyear" not supported for type interval`, `unit "isoyear" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "decade", "0", "0"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "century", "0", "0"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "millennium", "0", "0"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "dow", `unit "dow" not supported for type interval`, `unit "dow" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "isodow", `unit "isodow" not supported for type interval`, `unit "isodow" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "doy", `unit "doy" not supported for type interval`, `unit "doy" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "julian", `unit "julian" not supported for type interval`, `unit "julian" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "epoch", "-33380055.678901", "-33380055.678901"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "timezone", `unit "timezone" not supported for type interval`, `unit "timezone" not supported for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "foo", `unit "foo" not recognized for type interval`, `unit "foo" not recognized for type interval`},
		{Interval, "-14 mons 40 days -26:14:15.678901", "now", `unit "now" not recognized for type interval`, `unit "now" not recognized for type interval`},
	} {
		v, err := Parse(f.t, f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		var numeric, part any
		var partErr error
		switch v := v.(type) {
		case Day:
			numeric, err = v.Extract(f.unit)
			begin, beginErr := v.Moment()
			if beginErr != nil {
				t.Fatal(beginErr)
			}
			part, partErr = begin.Part(f.unit, Timestamp)
		case Clock:
			numeric, err = v.Extract(f.unit)
			part, partErr = v.Part(f.unit)
		case Moment:
			numeric, err = v.Extract(f.unit, f.t)
			part, partErr = v.Part(f.unit, f.t)
		case Span:
			numeric, err = v.Extract(f.unit)
			part, partErr = v.Part(f.unit)
		}
		if got := nullOr(t, Numeric, numeric, err); got != f.numeric {
			t.Errorf("extract(%s from %s %s) is %s, want %s", f.unit, f.t, f.text, got, f.numeric)
		}
		if got := nullOr(t, Float8, part, partErr); got != f.part {
			t.Errorf("date_part(%s, %s %s) is %s, want %s", f.unit, f.t, f.text, got, f.part)
		}
	}
}

// nullOr returns the text of a value that may be null, or the message of an error.
func nullOr(t *testing.T, typ Type, v any, err error) string {
	t.Helper()
	text := "null"
	if err == nil && v != nil {
		text = Format(typ, v)
	}
	return textOr(t, text, err)
}

func TestTruncate(t *testing.T) {
	for _, f := range []struct{ text, unit, want string }{
		{"2026-05-17 13:14:15.678901", "microseconds", "2026-05-17 13:14:15.678901"},
		{"2026-05-17 13:14:15.678901", "milliseconds", "2026-05-17 13:14:15.678"},
		{"2026-05-17 13:14:15.678901", "second", "2026-05-17 13:14:15"},
		{"2026-05-17 13:14:15.678901", "minute", "2026-05-17 13:14:00"},
		{"2026-05-17 13:14:15.678901", "hour", "2026-05-17 13:00:00"},
		{"2026-05-17 13:14:15.678901", "day", "2026-05-17 00:00:00"},
		{"2026-05-17 13:14:15.678901", "week", "2026-05-11 00:00:00"},
		{"2026-05-17 13:14:15.678901", "month", "2026-05-01 00:00:00"},
		{"2026-05-17 13:14:15.678901", "quarter", "2026-04-01 00:00:00"},
		{"2026-05-17 13:14:15.678901", "year", "2026-01-01 00:00:00"},
		{"2026-05-17 13:14:15.678901", "decade", "2020-01-01 00:00:00"},
		{"2026-05-17 13:14:15.678901", "century", "2001-01-01 00:00:00"},
		{"2026-05-17 13:14:15.678901", "millennium", "2001-01-01 00:00:00"},
		{"2026-05-17 13:14:15.678901", "epoch", `unit "epoch" not recognized for type timestamp without time zone`},
		{"2026-05-17 13:14:15.678901", "foo", `unit "foo" not recognized for type timestamp without time zone`},
		{"0044-03-15 10:00 BC", "microseconds", "0044-03-15 10:00:00 BC"},
		{"0044-03-15 10:00 BC", "milliseconds", "0044-03-15 10:00:00 BC"},
		{"0044-03-15 10:00 BC", "second", "0044-03-15 10:00:00 BC"},
		{"0044-03-15 10:00 BC", "minute", "0044-03-15 10:00:00 BC"},
		{"0044-03-15 10:00 BC", "hour", "0044-03-15 10:00:00 BC"},
		{"0044-03-15 10:00 BC", "day", "0044-03-15 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "week", "0044-03-11 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "month", "0044-03-01 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "quarter", "0044-01-01 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "year", "0044-01-01 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "decade", "0051-01-01 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "century", "0100-01-01 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "millennium", "1000-01-01 00:00:00 BC"},
		{"0044-03-15 10:00 BC", "epoch", `unit "epoch" not recognized for type timestamp without time zone`},
		{"0044-03-15 10:00 BC", "foo", `unit "foo" not recognized for type timestamp without time zone`},
	} {
		m, err := ParseTimestamp(f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		m, err = m.Truncate(f.unit, Timestamp)
		if got := textOr(t, m.Format(false), err); got != f.want {
			t.Errorf("%s of %s is %s, want %s", f.unit, f.text, got, f.want)
		}
	}
}

// The day of a zone begins at its own midnight, and its hours do not all begin with those
// of UTC.
func TestTruncateIn(t *testing.T) {
	for _, f := range []struct{ text, unit, zone, want string }{
		{"2026-01-05 22:45+00", "day", "Europe/Berlin", "2026-01-04 23:00:00+00"},
		{"2026-01-05 23:45+00", "day", "Europe/Berlin", "2026-01-05 23:00:00+00"},
		{"2026-01-05 22:45+00", "hour", "Asia/Kolkata", "2026-01-05 22:30:00+00"},
		{"2026-10-25 01:30+00", "hour", "Europe/Berlin", "2026-10-25 01:00:00+00"},
		{"2026-10-25 01:30+00", "day", "Europe/Berlin", "2026-10-24 22:00:00+00"},
	} {
		m, err := ParseTimestampTZ(f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := FindZone(f.zone)
		if err != nil {
			t.Fatal(err)
		}
		m, err = m.TruncateIn(f.unit, zone, TimestampTZ)
		if got := textOr(t, m.Format(true), err); got != f.want {
			t.Errorf("%s of %s in %s is %s, want %s", f.unit, f.text, f.zone, got, f.want)
		}
	}
}

func TestBin(t *testing.T) {
	for _, f := range []struct{ stride, text, origin, want string }{
		{"15 minutes", "2026-01-05 10:22:33", "2000-01-01", "2026-01-05 10:15:00"},
		{"1 day", "2026-01-05 10:22:33", "2026-02-01 06:00", "2026-01-05 06:00:00"},
		{"1 hour", "2020-01-01", "2020-01-02", "2020-01-01 00:00:00"},
		{"1 month", "2020-01-01", "2020-01-02", "timestamps cannot be binned into intervals containing months or years"},
		{"0", "2020-01-01", "2020-01-02", "stride must be greater than zero"},
		{"1 day", "2020-01-01", "infinity", "origin out of range"},
		{"1 day", "infinity", "2020-01-01", "infinity"},
	} {
		stride, err := ParseInterval(f.stride)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseTimestamp(f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		origin, err := ParseTimestamp(f.origin, 0)
		if err != nil {
			t.Fatal(err)
		}
		m, err = m.Bin(stride, origin)
		if got := textOr(t, m.Format(false), err); got != f.want {
			t.Errorf("%v is %s", f, got)
		}
	}
}

func TestAge(t *testing.T) {
	for _, f := range []struct{ a, b, want string }{
		{"2026-03-01", "2026-01-31", "1 mon 1 day"},
		{"2026-01-31", "2026-03-01", "-1 mons -1 days"},
		{"2026-03-01 10:00", "2024-02-29 12:00", "2 years 22:00:00"},
		{"2024-02-29", "2023-03-31", "10 mons 29 days"},
		{"2026-01-05", "2026-01-05", "00:00:00"},
	} {
		a, err := ParseTimestamp(f.a, 0)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseTimestamp(f.b, 0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := a.Age(b)
		if got := textOr(t, fmt.Sprint(s), err); got != f.want {
			t.Errorf("age(%s, %s) is %s, want %s", f.a, f.b, got, f.want)
		}
	}
}
