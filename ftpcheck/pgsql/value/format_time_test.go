package value

import (
	"errors"
	"math/rand/v2"
	"testing"
)

func TestFormatTimes(t *testing.T) {
	for _, f := range []struct {
		t                  Type
		text, format, want string
	}{
		{TimestampTZ, "2026-01-05 13:04:05.678901", "YYYY-MM-DD HH24:MI:SS.US", "2026-01-05 13:04:05.678901"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "YY YYY Y Y,YYY IYYY IYY IY I", "26 026 6 2,026 2026 026 26 6"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "Month|month|MONTH|Mon|mon|MON|FMMonth|TMMonth|RM|rm|FMRM", "January  |january  |JANUARY  |Jan|jan|JAN|January|January|I   |i   |I"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "Day|day|DAY|Dy|dy|DY|FMDay|D|ID", "Monday   |monday   |MONDAY   |Mon|mon|MON|Monday|2|1"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "DD DDD IDDD FMDD FMDDD J", "05 005 008 5 5 2461046"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "W WW IW Q CC", "1 01 02 1 21"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "HH HH12 HH24 AM a.m. P.M. SSSS SSSSS", "01 01 13 PM p.m. P.M. 47045 47045"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "MS US FF1 FF2 FF3 FF4 FF5 FF6", "678 678901 6 67 678 6789 67890 678901"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "TZ tz TZH TZM OF", "UTC utc +00 00 +00"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "BC AD b.c. A.D.", "AD AD a.d. A.D."},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "DDth DDTH FMDDth HH24th", "05th 05TH 5th 13th"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", `"Year" YYYY \"x\"`, `Year 2026 "x"`},
		{TimestampTZ, "2026-01-05 13:04:05.678901", `Yyyy mI x é \y`, `6026 m6 x é \6`},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "", "null"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "FXYYYY", "2026"},
		{TimestampTZ, "2026-01-05 13:04:05.678901", "DDSP", "05"},
		{Timestamp, "2026-01-05", "TMRM|", "I   |"},
		{Timestamp, "0044-03-15 00:00:00 BC", "YYYY BC CC Y,YYY YY IYYY", "0044 BC -01 0,044 44 0044"},
		{Timestamp, "0044-03-15 00:00:00 BC", "TZ|OF|TZH", "|+00|+00"},
		{Timestamp, "0044-03-15 00:00:00 BC", "HH12 AM", "12 AM"},
		{Timestamp, "infinity", "YYYY", "null"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "YYYY MM DD DDD HH24:MI:SS.MS", "-0001 -02 40 -380 -26:-14:-15.-678"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "HH12 AM SSSS US", "-02 AM -94455 -678901"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "Q CC W WW", "0 00 6 -53"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "Month", "invalid format specification for an interval value"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "TZ", "invalid format specification for an interval value"},
		{Interval, "-14 mons 40 days -26:14:15.678901", "Y,YYY YYY YY Y", "0,-01 -001 -01 -1"},
		{Interval, "3 years 25:00", "YYYY MM Q HH HH24", "0003 00  01 25"},
		{Interval, "3 years 25:00", "", "null"},
	} {
		v, err := Parse(f.t, f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		switch v := v.(type) {
		case Moment:
			got, err = FormatMoment(v, f.t, f.format)
		case Span:
			got, err = FormatSpan(v, f.format)
		}
		if got := nullOr(t, Text, got, err); got != f.want {
			t.Errorf("to_char(%s %q, %q) is %q, want %q", f.t, f.text, f.format, got, f.want)
		}
	}
}

func TestReadFormatted(t *testing.T) {
	for _, f := range []struct{ text, format, date, timestamp string }{
		{"2026-01-05", "YYYY-MM-DD", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"2026-1-5", "YYYY-MM-DD", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"20260105", "YYYYMMDD", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"05 Jan 2026", "DD Mon YYYY", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"5 january 2026", "DD Month YYYY", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"01/05/2026 10:11:12", "MM/DD/YYYY HH24:MI:SS", "2026-01-05", "2026-01-05 10:11:12+00"},
		{"2026-01-05T10:11:12.5", `YYYY-MM-DD"T"HH24:MI:SS.MS`, "2026-01-05", "2026-01-05 10:11:12.5+00"},
		{"2026-01-05 10:11:12.345", "YYYY-MM-DD HH24:MI:SS.US", "2026-01-05", "2026-01-05 10:11:12.345+00"},
		{"10:11 pm", "HH12:MI AM", "0001-01-01 BC", "0001-01-01 22:11:00+00 BC"},
		{"13:11 pm", "HH12:MI AM", `hour "13" is invalid for the 12-hour clock`, `hour "13" is invalid for the 12-hour clock`},
		{"2026-366", "YYYY-DDD", `date/time field value out of range: "2026-366"`, `date/time field value out of range: "2026-366"`},
		{"2026-032", "YYYY-DDD", "2026-02-01", "2026-02-01 00:00:00+00"},
		{"70", "YY", "1970-01-01", "1970-01-01 00:00:00+00"},
		{"26", "YY", "2026-01-01", "2026-01-01 00:00:00+00"},
		{"65", "YY", "2065-01-01", "2065-01-01 00:00:00+00"},
		{"600", "YYY", "1600-01-01", "1600-01-01 00:00:00+00"},
		{"2026-13-01", "YYYY-MM-DD", `date/time field value out of range: "2026-13-01"`, `date/time field value out of range: "2026-13-01"`},
		{"2026-02-30", "YYYY-MM-DD", `date/time field value out of range: "2026-02-30"`, `date/time field value out of range: "2026-02-30"`},
		{"2026", "YYYY-MM-DD", "2026-01-01", "2026-01-01 00:00:00+00"},
		{"x", "YYYY", `invalid value "x" for "YYYY"`, `invalid value "x" for "YYYY"`},
		{"2026 - 01 -05", "YYYY-MM-DD", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"202", "YYYYMM", `source string too short for "YYYY" formatting field`, `source string too short for "YYYY" formatting field`},
		{"2026-01-05 25:00", "YYYY-MM-DD HH24:MI", `date/time field value out of range: "2026-01-05 25:00"`, `date/time field value out of range: "2026-01-05 25:00"`},
		{"05 foo 2026", "DD Mon YYYY", `invalid value "foo" for "Mon"`, `invalid value "foo" for "Mon"`},
		{"", "YYYY", "0001-01-01 BC", "0001-01-01 00:00:00+00 BC"},
		{"Mon, 05 Jan 2026", "Dy, DD Mon YYYY", "2026-01-05", "2026-01-05 00:00:00+00"},
		{"99999999999", "YYYY", `value for "YYYY" in source string is out of range`, `value for "YYYY" in source string is out of range`},
	} {
		d, err := ReadDay(f.text, f.format)
		if got := textOr(t, d.String(), err); got != f.date {
			t.Errorf("to_date(%q, %q) is %s, want %s", f.text, f.format, got, f.date)
		}
		m, err := ReadMoment(f.text, f.format)
		if got := textOr(t, m.Format(true), err); got != f.timestamp {
			t.Errorf("to_timestamp(%q, %q) is %s, want %s", f.text, f.format, got, f.timestamp)
		}
	}
}

// PostgreSQL reads and writes with these. They are refused, and not taken otherwise.
func TestRefusedFormats(t *testing.T) {
	for _, format := range []string{"IYYY-IW", "J", "FXYYYY", "YYYY MM MM", "DDth", "TMMonth", "Y,YYY", "RM", "BC", "SSSS", "TZH"} {
		var refused *Unsupported
		if d, err := ReadDay("2026", format); !errors.As(err, &refused) {
			t.Errorf("%q: %v, %v", format, d, err)
		}
	}
	for _, format := range []string{"J", "RM", "IYYY", "IDDD"} {
		var refused *Unsupported
		if text, err := FormatSpan(Span{Months: 1}, format); !errors.As(err, &refused) {
			t.Errorf("%q: %v, %v", format, text, err)
		}
	}
}

// What is written with all parts of a time is read with the same format.
func TestReadWhatIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		day, _ := dayOf(1+r.IntN(9999), 1+r.IntN(12), 1+r.IntN(28))
		m, err := day.At(Clock(r.Int64N(microsPerDay)))
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{
			"YYYY-MM-DD HH24:MI:SS.US", "YYYYMMDDHH24MISSUS", "Dy, DD Mon YYYY HH12:MI:SS.US AM", "FMMonth FMDD, YYYY FMHH24.FMMI.FMSS.US", "YYYYDDD HH24MISSUS",
		} {
			text, err := FormatMoment(m, Timestamp, format)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := ReadMoment(text.(string), format); got != m || err != nil {
				t.Fatalf("%s in %q is %q, and that is %s, %v", m.Format(false), format, text, got.Format(false), err)
			}
		}
	}
}

// No format breaks, whatever the text.
func FuzzFormatTimes(f *testing.F) {
	f.Add("2026-01-05 10:11:12", "YYYY-MM-DD HH24:MI:SS")
	f.Add("05 Jan 26", `FMDDth "x" \"TMMon YY,YYY RM`)
	f.Fuzz(func(t *testing.T, text, format string) {
		_, _ = ReadDay(text, format)
		for _, m := range []Moment{0, firstMoment, endMoment - 1} {
			_, _ = FormatMoment(m, TimestampTZ, format)
		}
		_, _ = FormatSpan(Span{-14, 40, -94455678901}, format)
	})
}
