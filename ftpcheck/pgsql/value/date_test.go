package value

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A fact is what PostgreSQL makes of a text: another text, or the message of an error.
type fact struct{ text, want string }

// textOr returns the text of a value, or the message of an error of PostgreSQL.
func textOr(t *testing.T, text string, err error) string {
	t.Helper()
	var refused *Unsupported
	if errors.As(err, &refused) {
		t.Errorf("refused: %v", err)
	}
	if err != nil {
		return err.Error()
	}
	return text
}

func checkFacts(t *testing.T, typ Type, facts []fact) {
	t.Helper()
	for _, f := range facts {
		v, err := Parse(typ, f.text, 0)
		got := ""
		if err == nil {
			got = Format(typ, v)
		}
		if got = textOr(t, got, err); got != f.want {
			t.Errorf("%s %q is %q, want %q", typ, f.text, got, f.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	checkFacts(t, Date, []fact{
		{"2026-01-05", "2026-01-05"},
		{" 2026-1-5 ", "2026-01-05"},
		{"20260105", "2026-01-05"},
		{"260105", "2026-01-05"},
		{"1/5/2026", "2026-01-05"},
		{"13/5/2026", `date/time field value out of range: "13/5/2026"`},
		{"1/5/26", "2026-01-05"},
		{"1/5/69", "2069-01-05"},
		{"1/5/70", "1970-01-05"},
		{"Jan 5 2026", "2026-01-05"},
		{"january 5, 2026", "2026-01-05"},
		{"5 Jan 2026", "2026-01-05"},
		{"5-Jan-2026", "2026-01-05"},
		{"2026-Jan-05", "2026-01-05"},
		{"2026.005", "2026-01-05"},
		{"2026-366", "2027-01-01"},
		{"2024-366", "2024-12-31"},
		{"Mon Jan 5 2026", "2026-01-05"},
		{"0044-03-15 BC", "0044-03-15 BC"},
		{"2026-01-05 AD", "2026-01-05"},
		{"2026-02-30", `date/time field value out of range: "2026-02-30"`},
		{"2026-02-29", `date/time field value out of range: "2026-02-29"`},
		{"2024-02-29", "2024-02-29"},
		{"2026-04-31", `date/time field value out of range: "2026-04-31"`},
		{"2026-13-01", `date/time field value out of range: "2026-13-01"`},
		{"2026-00-10", `date/time field value out of range: "2026-00-10"`},
		{"0000-01-01", `date/time field value out of range: "0000-01-01"`},
		{"5874897-12-31", "5874897-12-31"},
		{"5874898-01-01", `date out of range: "5874898-01-01"`},
		{"4714-11-24 BC", "4714-11-24 BC"},
		{"4714-11-23 BC", `date out of range: "4714-11-23 BC"`},
		{"epoch", "1970-01-01"},
		{"infinity", "infinity"},
		{"-Infinity", "-infinity"},
		{"2026-01-05 10:00:00+02", "2026-01-05"},
		{"abc", `invalid input syntax for type date: "abc"`},
		{"2026-01", `invalid input syntax for type date: "2026-01"`},
		{"2026", `invalid input syntax for type date: "2026"`},
		{"12:00", `invalid input syntax for type date: "12:00"`},
		{"2026-01-05x", `invalid input syntax for type date: "2026-01-05x"`},
		{"2026-01-05 25:00", `date/time field value out of range: "2026-01-05 25:00"`},
		{"99999999999-01-01", `date/time field value out of range: "99999999999-01-01"`},
		{"", `invalid input syntax for type date: ""`},
		{"2026-01-05 é", `invalid input syntax for type date: "2026-01-05 é"`},
	})
}

func TestParseTimestamp(t *testing.T) {
	checkFacts(t, Timestamp, []fact{
		{"2026-01-05", "2026-01-05 00:00:00"},
		{"2026-01-05 10:11:12", "2026-01-05 10:11:12"},
		{"2026-01-05T10:11:12.5", "2026-01-05 10:11:12.5"},
		{"2026-01-05T10:11:12.1234565Z", "2026-01-05 10:11:12.123456"},
		{"2026-01-05T10:11:12.1234575+05:30", "2026-01-05 10:11:12.123458"},
		{"20260105T101112", "2026-01-05 10:11:12"},
		{"20260105 1011", "2026-01-05 10:11:00"},
		{"2026-01-05 10:11 pm", "2026-01-05 22:11:00"},
		{"2026-01-05 12:00 am", "2026-01-05 00:00:00"},
		{"2026-01-05 13:00 pm", `date/time field value out of range: "2026-01-05 13:00 pm"`},
		{"2026-01-05 24:00", "2026-01-06 00:00:00"},
		{"2026-01-05 24:01", `date/time field value out of range: "2026-01-05 24:01"`},
		{"2026-01-05 23:59:60", "2026-01-06 00:00:00"},
		{"2026-01-05 23:59:59.9999999", "2026-01-06 00:00:00"},
		{"2026-01-05 10:11:12 UTC", "2026-01-05 10:11:12"},
		{"2026-01-05 10:11:12 EST", "2026-01-05 10:11:12"},
		{"2026-01-05 10:11:12 Europe/Berlin", "2026-01-05 10:11:12"},
		{"2026-07-05 10:11:12 europe/berlin", "2026-07-05 10:11:12"},
		{"2026-03-29 02:30 Europe/Berlin", "2026-03-29 02:30:00"},
		{"2025-10-26 02:30 Europe/Berlin", "2025-10-26 02:30:00"},
		{"2026-01-05 10:11:12+16", `time zone displacement out of range: "2026-01-05 10:11:12+16"`},
		{"2026-01-05 10:11:12-0330", "2026-01-05 10:11:12"},
		{"2026-01-05 10:11:12-03:30:15", "2026-01-05 10:11:12"},
		{"Sat Nov 07 08:09:10 2026 PST", "2026-11-07 08:09:10"},
		{"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"},
		{"294277-01-01", `timestamp out of range: "294277-01-01"`},
		{"294277-01-01 01:00+02", `timestamp out of range: "294277-01-01 01:00+02"`},
		{"4714-11-24 00:00 BC", "4714-11-24 00:00:00 BC"},
		{"4714-11-23 BC", `timestamp out of range: "4714-11-23 BC"`},
		{"infinity", "infinity"},
		{"10:00", `invalid input syntax for type timestamp: "10:00"`},
	})
	checkFacts(t, TimestampTZ, []fact{
		{"2026-01-05", "2026-01-05 00:00:00+00"},
		{"2026-01-05 10:11:12", "2026-01-05 10:11:12+00"},
		{"2026-01-05T10:11:12.5", "2026-01-05 10:11:12.5+00"},
		{"2026-01-05T10:11:12.1234565Z", "2026-01-05 10:11:12.123456+00"},
		{"2026-01-05T10:11:12.1234575+05:30", "2026-01-05 04:41:12.123458+00"},
		{"20260105T101112", "2026-01-05 10:11:12+00"},
		{"20260105 1011", "2026-01-05 10:11:00+00"},
		{"2026-01-05 10:11 pm", "2026-01-05 22:11:00+00"},
		{"2026-01-05 12:00 am", "2026-01-05 00:00:00+00"},
		{"2026-01-05 13:00 pm", `date/time field value out of range: "2026-01-05 13:00 pm"`},
		{"2026-01-05 24:00", "2026-01-06 00:00:00+00"},
		{"2026-01-05 24:01", `date/time field value out of range: "2026-01-05 24:01"`},
		{"2026-01-05 23:59:60", "2026-01-06 00:00:00+00"},
		{"2026-01-05 23:59:59.9999999", "2026-01-06 00:00:00+00"},
		{"2026-01-05 10:11:12 UTC", "2026-01-05 10:11:12+00"},
		{"2026-01-05 10:11:12 EST", "2026-01-05 15:11:12+00"},
		{"2026-01-05 10:11:12 Europe/Berlin", "2026-01-05 09:11:12+00"},
		{"2026-07-05 10:11:12 europe/berlin", "2026-07-05 08:11:12+00"},
		{"2026-03-29 02:30 Europe/Berlin", "2026-03-29 01:30:00+00"},
		{"2026-03-29 12:00 Europe/Berlin", "2026-03-29 10:00:00+00"},
		{"2026-10-25 12:00 Europe/Berlin", "2026-10-25 11:00:00+00"},
		{"2025-10-26 02:30 Europe/Berlin", "2025-10-26 01:30:00+00"},
		{"2026-01-05 10:11:12+16", `time zone displacement out of range: "2026-01-05 10:11:12+16"`},
		{"2026-01-05 10:11:12-0330", "2026-01-05 13:41:12+00"},
		{"2026-01-05 10:11:12-03:30:15", "2026-01-05 13:41:27+00"},
		{"Sat Nov 07 08:09:10 2026 PST", "2026-11-07 16:09:10+00"},
		{"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999+00"},
		{"294277-01-01", `timestamp out of range: "294277-01-01"`},
		{"294277-01-01 01:00+02", "294276-12-31 23:00:00+00"},
		{"4714-11-24 00:00 BC", "4714-11-24 00:00:00+00 BC"},
		{"4714-11-23 BC", `timestamp out of range: "4714-11-23 BC"`},
		{"infinity", "infinity"},
		{"10:00", `invalid input syntax for type timestamp with time zone: "10:00"`},
	})
}

func TestParseTime(t *testing.T) {
	checkFacts(t, Time, []fact{
		{"10:11", "10:11:00"},
		{"10:11:12", "10:11:12"},
		{"10:11:12.1234565", "10:11:12.123456"},
		{"101112", "10:11:12"},
		{"1011", "10:11:00"},
		{"10:11 pm", "22:11:00"},
		{"12:30 am", "00:30:00"},
		{"24:00", "24:00:00"},
		{"24:00:00.1", `date/time field value out of range: "24:00:00.1"`},
		{"25:00", `date/time field value out of range: "25:00"`},
		{"10:60", `date/time field value out of range: "10:60"`},
		{"10:11:61", `date/time field value out of range: "10:11:61"`},
		{"10:11:12+02", "10:11:12"},
		{"10:11:12 UTC", "10:11:12"},
		{"2026-01-05 10:11:12 Europe/Berlin", "10:11:12"},
		{"10", `invalid input syntax for type time: "10"`},
		{"10111", `invalid input syntax for type time: "10111"`},
		{"allballs", "00:00:00"},
		{"noon", `invalid input syntax for type time: "noon"`},
	})
}

// What words of the calendar mean depends on the time of the statement.
func TestParseNow(t *testing.T) {
	now := MomentOf(time.Date(2026, 1, 5, 10, 11, 12, 500_000_000, time.UTC))
	for _, f := range []fact{
		{"now", "2026-01-05 10:11:12.5+00"},
		{"today", "2026-01-05 00:00:00+00"},
		{"tomorrow 10:00", "2026-01-06 10:00:00+00"},
		{"yesterday", "2026-01-04 00:00:00+00"},
		{"yesterday allballs", "2026-01-04 00:00:00+00"},
		{"today +02", "2026-01-04 22:00:00+00"},
		{"now pm", "2026-01-05 22:11:12.5+00"},
	} {
		m, err := ParseTimestampTZ(f.text, now)
		if got := textOr(t, m.Format(true), err); got != f.want {
			t.Errorf("%q is %s, want %s", f.text, got, f.want)
		}
	}
}

// PostgreSQL reads these. They are refused, and not read otherwise.
func TestRefusedTexts(t *testing.T) {
	for _, f := range []struct {
		t    Type
		text string
	}{
		{Date, "y2026m01d05"}, {Date, "J2461046"}, {Date, "infinity 10:00"}, {TimestampTZ, "2026-01-05 10:00 MSK"},
		{TimestampTZ, "2026-01-05 10:00 MET DST"}, {TimestampTZ, "2026-01-05 10:00 UTC+2"}, {Time, "10:00 Etc/GMT+5"}, {Time, "now"},
		{Date, "2026-01-05" + strings.Repeat(" ", 200)},
		{CIDR, "0x0a"}, {Inet, "10./8"}, {Inet, "::1.2"}, {Interval, "P1e1D"},
	} {
		var refused *Unsupported
		if v, err := Parse(f.t, f.text, 0); !errors.As(err, &refused) {
			t.Errorf("%s %q is %v, %v", f.t, f.text, v, err)
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	day := func(text string) Day {
		d, err := ParseDate(text, 0)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	next, err := day("2024-02-28").Add(2)
	if got := textOr(t, next.String(), err); got != "2024-03-01" {
		t.Error(got)
	}
	_, err = day("5874897-12-31").Add(1)
	if got := textOr(t, "", err); got != "date out of range" {
		t.Error(got)
	}
	if n, err := day("2026-01-05").Sub(day("0001-01-01 BC")); n != 739_986 || err != nil {
		t.Error(n, err)
	}
	_, err = day("infinity").Sub(day("2026-01-05"))
	if got := textOr(t, "", err); got != "cannot subtract infinite dates" {
		t.Error(got)
	}
	_, err = day("294277-01-01").Moment()
	if got := textOr(t, "", err); got != "date out of range for timestamp" {
		t.Error(got)
	}
	if late := day("5874897-12-31").Order(); late <= endMoment-1 || late >= MomentInfinity {
		t.Error(late)
	}
}

func TestMomentArithmetic(t *testing.T) {
	moment := func(text string) Moment {
		m, err := ParseTimestamp(text, 0)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, f := range []struct{ from, span, want string }{
		{"2026-01-31", "1 mon", "2026-02-28 00:00:00"},
		{"2024-02-29", "1 year", "2025-02-28 00:00:00"},
		{"2026-03-31", "-1 mon", "2026-02-28 00:00:00"},
		{"2026-01-31", "1 mon 1 day 01:00", "2026-03-01 01:00:00"},
		{"2026-01-31 12:00", "-00:00:00.000001", "2026-01-31 11:59:59.999999"},
		{"0001-01-01", "-1 day", "0001-12-31 00:00:00 BC"},
		{"294276-12-31", "1 day", "timestamp out of range"},
		{"294276-12-31", "1 day -01:00", "timestamp out of range"},
		{"4714-11-24 BC", "-1 day 24:00", "timestamp out of range"},
		{"2026-01-31", "178000000 years", "timestamp out of range"},
		{"infinity", "178000000 years", "infinity"},
	} {
		s, err := ParseInterval(f.span)
		if err != nil {
			t.Fatal(err)
		}
		m, err := moment(f.from).Add(s)
		if got := textOr(t, m.Format(false), err); got != f.want {
			t.Errorf("%s + %s is %s, want %s", f.from, f.span, got, f.want)
		}
	}
	for _, f := range []struct{ a, b, want string }{
		{"2026-03-01 12:00", "2026-01-31 13:00", "28 days 23:00:00"},
		{"2026-01-31 13:00", "2026-03-01 12:00", "-28 days -23:00:00"},
		{"294276-12-31", "4714-11-24 BC", "interval out of range"},
		{"infinity", "2026-01-01", "cannot subtract infinite timestamps"},
	} {
		s, err := moment(f.a).Sub(moment(f.b))
		if got := textOr(t, s.String(), err); got != f.want {
			t.Errorf("%s - %s is %s, want %s", f.a, f.b, got, f.want)
		}
	}
	for _, f := range []struct {
		text   string
		digits int
		want   string
	}{
		{"2026-01-05 10:11:12.5", 0, "2026-01-05 10:11:13"},
		{"1999-12-31 23:59:59.55", 1, "1999-12-31 23:59:59.5"}, // towards 2000
		{"1999-12-31 23:59:59.5", 0, "1999-12-31 23:59:59"},
		{"2026-01-05 10:11:12.123456", 6, "2026-01-05 10:11:12.123456"},
	} {
		m, err := moment(f.text).Round(f.digits)
		if got := textOr(t, m.Format(false), err); got != f.want {
			t.Errorf("%s with %d digits is %s, want %s", f.text, f.digits, got, f.want)
		}
	}
}

func TestClockArithmetic(t *testing.T) {
	ten := Clock(10 * microsPerHour)
	for got, want := range map[Clock]string{
		ten.Add(Span{Micros: 15 * microsPerHour}):            "01:00:00",
		ten.Minus(Span{Days: 1, Micros: 11 * microsPerHour}): "23:00:00",
		Clock(microsPerDay).Add(Span{}):                      "00:00:00",
		Clock(microsPerDay - 1).Round(5):                     "24:00:00",
		Span{Days: 3, Micros: -microsPerHour}.Clock():        "23:00:00",
	} {
		if got.String() != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestMakeTimes(t *testing.T) {
	for _, f := range []struct {
		year, month, day, hour, minute int64
		second                         float64
		want                           string
	}{
		{2026, 1, 5, 10, 11, 12.3456789, "2026-01-05 10:11:12.345679"},
		{-44, 3, 15, 0, 0, 0, "0044-03-15 00:00:00 BC"},
		{0, 1, 1, 0, 0, 0, "date field value out of range: 0-01-01"},
		{2020, 2, 30, 0, 0, 0, "date field value out of range: 2020-02-30"},
		{-5, 13, 1, 0, 0, 0, "date field value out of range: -5-13-01"},
		{2020, 1, 1, 1, 60, 3.5, "time field value out of range: 1:60:3.5"},
		{300_000, 1, 1, 1, 2, 3.5, "timestamp out of range: 300000-01-01 1:02:3.5"},
	} {
		m, err := MakeMoment(f.year, f.month, f.day, f.hour, f.minute, f.second)
		if got := textOr(t, m.Format(false), err); got != f.want {
			t.Errorf("%v is %s", f, got)
		}
	}
	if _, err := MakeDay(-5, 13, 1); textOr(t, "", err) != "date field value out of range: -4-13-01" {
		t.Error(err)
	}
	for seconds, want := range map[float64]string{
		-62135596800.123456: "0001-12-31 23:59:59.876544+00 BC",
		1767571200.5:        "2026-01-05 00:00:00.5+00",
		1e20:                `timestamp out of range: "1e+20"`,
	} {
		m, err := MomentOfSeconds(seconds)
		if got := textOr(t, m.Format(true), err); got != want {
			t.Errorf("%v is %s, want %s", seconds, got, want)
		}
	}
}

// anyMoment returns a moment of any year, or of ours.
func anyMoment(r *rand.Rand) Moment {
	if r.IntN(2) == 0 {
		return Moment(r.Int64N(100*365) * microsPerDay).add(r.Int64N(microsPerDay))
	}
	return firstMoment.add(r.Int64N(int64(endMoment)))
}

func (m Moment) add(micros int64) Moment { return m + Moment(micros) }

// Every value is read from its text.
func TestTextsOfTimes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		m := anyMoment(r)
		for typ, v := range map[Type]any{
			Timestamp: m, TimestampTZ: m, Date: m.Day(), Time: m.Clock(),
			Interval: Span{int32(r.Uint32()) >> r.IntN(32), int32(r.Uint32()) >> r.IntN(32), int64(r.Uint64()) >> r.IntN(64)},
		} {
			got, err := Parse(typ, Format(typ, v), 0)
			if err != nil || got != v {
				t.Fatalf("%s %s is %v, %v", typ, Format(typ, v), got, err)
			}
		}
		if got := MomentOf(m.Time()); got != m {
			t.Fatal(m, got)
		}
	}
}

// No text breaks a parser, and what is read is written and read again as the same.
func FuzzParseTimes(f *testing.F) {
	for _, text := range []string{
		"2026-01-05 10:11:12.5+02", "Jan 5 2026 10:00 pm Europe/Berlin", "0044-03-15 BC", "20260105T101112Z", "2026.005",
		"1 year -2 mons 3.5 days 04:05:06 ago", "P1Y2M3DT4H5M6.5S", "P0001-02-03T04:05:06", "1-2", "10.0.0.0/8", "::ffff:1.2.3.4/96",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, typ := range []Type{Date, Time, Timestamp, TimestampTZ, Interval, Inet, CIDR} {
			v, err := Parse(typ, text, 0)
			if err != nil {
				continue
			}
			again, err := Parse(typ, Format(typ, v), 0)
			if err != nil || Compare(typ, v, again) != 0 {
				t.Errorf("%s %q is %s, and that is %v, %v", typ, text, Format(typ, v), again, err)
			}
		}
	})
}
