package value

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestParseInterval(t *testing.T) {
	checkFacts(t, Interval, []fact{
		{"1 day 02:03:04.5", "1 day 02:03:04.5"},
		{"1 year 2 mons", "1 year 2 mons"},
		{"-1 year -2 mons +3 days -04:05:06", "-1 years -2 mons +3 days -04:05:06"},
		{"@ 1 day 2 hours ago", "-1 days -02:00:00"},
		{"P1Y2M3DT4H5M6.5S", "1 year 2 mons 3 days 04:05:06.5"},
		{"P0001-02-03T04:05:06", "1 year 2 mons 3 days 04:05:06"},
		{"P20260105T101112.75", "2026 years 1 mon 5 days 10:11:12.000001"},
		{"P-1Y2M", "-10 mons"},
		{"P1W", "7 days"},
		{"P1.5D", "1 day 12:00:00"},
		{"1.5 days", "1 day 12:00:00"},
		{"1.5 months", "1 mon 15 days"},
		{"1.25 years", "1 year 3 mons"},
		{"1 week", "7 days"},
		{"1.5 weeks", "10 days 12:00:00"},
		{"2 decades", "20 years"},
		{"1 century", "100 years"},
		{"1 millennium", "1000 years"},
		{"1-2", "1 year 2 mons"},
		{"-1-2", "-1 years -2 mons"},
		{"1-12", `interval field value out of range: "1-12"`},
		{"1 2:03", "1 day 02:03:00"},
		{"1 2:03:04", "1 day 02:03:04"},
		{"-1 2:03:04", "-1 days +02:03:04"},
		{"02:03", "02:03:00"},
		{"02:03.5", "00:02:03.5"},
		{"-02:03", "-02:03:00"},
		{"1 day ago", "-1 days"},
		{"1 ago", `invalid input syntax for type interval: "1 ago"`},
		{"100:00:00", "100:00:00"},
		{"1 ms", "00:00:00.001"},
		{"1.5 us", "00:00:00.000001"},
		{"1 day 1 day", `invalid input syntax for type interval: "1 day 1 day"`},
		{"1 fortnight", `invalid input syntax for type interval: "1 fortnight"`},
		{"1", "00:00:01"},
		{"1.0000005", "00:00:01"},
		{"0", "00:00:00"},
		{"3000000000 years", `interval field value out of range: "3000000000 years"`},
		{"178956971 years", "interval out of range"},
		{"178956970 years", "178956970 years"},
		{"2147483648 days", `interval field value out of range: "2147483648 days"`},
		{"9223372036854775807 us", "2562047788:00:54.775807"},
		{"9223372036854775808 us", `interval field value out of range: "9223372036854775808 us"`},
		{"1 mon 40 days", "1 mon 40 days"},
		{"infinity", `invalid input syntax for type interval: "infinity"`},
		{"P", `invalid input syntax for type interval: "P"`},
		{"1 hour 2 minutes 3 seconds", "01:02:03"},
		{"-3 days +02:00", "-3 days +02:00:00"},
		{"6 mons -3 days", "6 mons -3 days"},
		{"", `invalid input syntax for type interval: ""`},
	})
}

// The fields of the type tell the unit of a number without one, and what is left out.
func TestParseIntervalFields(t *testing.T) {
	for _, f := range []struct{ text, fields, want string }{
		{"1", "day", "1 day"},
		{"1", "year", "1 year"},
		{"1", "hour to minute", "00:01:00"},
		{"1 2", "day to hour", "1 day 02:00:00"},
		{"02:03", "minute to second", "00:02:03"},
		{"-17:60", "minute to second", "-00:18:00"},
		{"1-2", "year to month", "1 year 2 mons"},
		{"1 year 2 mons 3 days 04:05:06", "year", "1 year"},
		{"1 year 2 mons 3 days 04:05:06", "month", "1 year 2 mons"},
		{"1 year 2 mons 3 days 04:05:06", "day", "1 year 2 mons 3 days"},
		{"1 year 2 mons 3 days 04:05:06", "hour", "1 year 2 mons 3 days 04:00:00"},
		{"1 year 2 mons 3 days 04:05:06", "day to minute", "1 year 2 mons 3 days 04:05:00"},
		{"1 year 2 mons 3 days 04:05:06.7", "second", "1 year 2 mons 3 days 04:05:06.7"},
	} {
		s, err := ParseIntervalFields(f.text, f.fields)
		if got := textOr(t, s.String(), err); got != f.want {
			t.Errorf("interval %q %s is %q, want %q", f.text, f.fields, got, f.want)
		}
	}
	s := Span{Micros: -1_500_000}
	if got, err := s.Restrict("", 0); textOr(t, got.String(), err) != "-00:00:02" {
		t.Error(got)
	}
}

func TestIntervalArithmetic(t *testing.T) {
	span := func(text string) Span {
		s, err := ParseInterval(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, f := range map[string]struct {
		f    func() (Span, error)
		want string
	}{
		"product":            {func() (Span, error) { return span("1 mon 1 day").Mul(1.5) }, "1 mon 16 days 12:00:00"},
		"days of fractions":  {func() (Span, error) { return span("11 mons 29 days").Mul(0.95) }, "10 mons 41 days 01:12:00"},
		"quotient":           {func() (Span, error) { return span("1 year").Div(7) }, "1 mon 21 days 10:17:08.5344"},
		"negative product":   {func() (Span, error) { return span("1 mon -1 day").Mul(-0.3) }, "-9 days +07:12:00"},
		"large product":      {func() (Span, error) { return span("1 mon").Mul(1e10) }, "interval out of range"},
		"product with NaN":   {func() (Span, error) { return span("1 mon").Mul(math.NaN()) }, "interval out of range"},
		"division by 0":      {func() (Span, error) { return span("1 mon").Div(0) }, "division by zero"},
		"sum":                {func() (Span, error) { return span("1 mon -1 day").Add(span("1 day 01:00")) }, "1 mon 01:00:00"},
		"large sum":          {func() (Span, error) { return span("178956970 years").Add(span("1 year")) }, "interval out of range"},
		"difference":         {func() (Span, error) { return span("1 day").Sub(span("1 mon 01:00")) }, "-1 mons +1 day -01:00:00"},
		"negation":           {func() (Span, error) { return span("1 mon -1 day").Neg() }, "-1 mons +1 day"},
		"no negation":        {func() (Span, error) { return span("-2147483648 days").Neg() }, "interval out of range"},
		"justified hours":    {func() (Span, error) { return span("-1 day 50:00").JustifyHours() }, "1 day 02:00:00"},
		"signs of hours":     {func() (Span, error) { return span("1 day -1 hour").JustifyHours() }, "23:00:00"},
		"signs of days":      {func() (Span, error) { return span("1 mon -1 day").JustifyDays() }, "29 days"},
		"justified days":     {func() (Span, error) { return span("1 mon -40 days").JustifyDays() }, "-10 days"},
		"justified":          {func() (Span, error) { return span("1 mon -1 hour").Justify() }, "29 days 23:00:00"},
		"justified signs":    {func() (Span, error) { return span("-1 mon 35 days 25:00").Justify() }, "6 days 01:00:00"},
		"made":               {func() (Span, error) { return MakeSpan(1, 2, 3, 4, 5, 6, 7.5) }, "1 year 2 mons 25 days 05:06:07.5"},
		"made of too much":   {func() (Span, error) { return MakeSpan(math.MaxInt32, 0, 0, 0, 0, 0, 0) }, "interval out of range"},
		"made of no number":  {func() (Span, error) { return MakeSpan(0, 0, 0, 0, 0, 0, math.NaN()) }, "interval out of range"},
		"truncated":          {func() (Span, error) { return span("14 mons 3 days 10:00").Truncate("quarter") }, "1 year"},
		"truncated to weeks": {func() (Span, error) { return span("9 days").Truncate("week") }, `unit "week" not supported for type interval`},
	} {
		s, err := f.f()
		if got := textOr(t, s.String(), err); got != f.want {
			t.Errorf("%s: %s, want %s", name, got, f.want)
		}
	}
}

func TestCompareIntervals(t *testing.T) {
	for _, f := range []struct {
		a, b Span
		want int
	}{
		{Span{Months: 1}, Span{Days: 30}, 0},
		{Span{Days: 1}, Span{Micros: microsPerDay}, 0},
		{Span{Months: 1, Days: -30}, Span{}, 0},
		{Span{Months: 1}, Span{Days: 29, Micros: microsPerDay - 1}, 1},
		{Span{Months: math.MinInt32}, Span{Micros: math.MinInt64}, -1},
		{Span{Days: 1, Micros: -1}, Span{Micros: microsPerDay - 1}, 0},
	} {
		if got := f.a.Compare(f.b); got != f.want {
			t.Errorf("%v and %v: %d, want %d", f.a, f.b, got, f.want)
		}
		if got := f.b.Compare(f.a); got != -f.want {
			t.Errorf("%v and %v: %d, want %d", f.b, f.a, got, -f.want)
		}
	}
}

// To justify changes nothing in the order, and a sum less a part is the other part.
func TestIntervalLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		a := Span{int32(r.IntN(4000) - 2000), int32(r.IntN(4000) - 2000), r.Int64N(1e15) - 5e14}
		b := Span{int32(r.IntN(4000) - 2000), int32(r.IntN(4000) - 2000), r.Int64N(1e15) - 5e14}
		for _, f := range []func(Span) (Span, error){Span.Justify, Span.JustifyDays, Span.JustifyHours} {
			if c, err := f(a); err != nil || c.Compare(a) != 0 {
				t.Fatal(a, c, err)
			}
		}
		sum, err := a.Add(b)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := sum.Sub(b); err != nil || c != a {
			t.Fatal(a, b, c, err)
		}
	}
}
