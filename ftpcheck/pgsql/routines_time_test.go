package pgsql

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A routineFact is what PostgreSQL's routine makes of arguments: a text, or the message of
// an error.
type routineFact struct {
	signature string
	args      []string // "null" is null
	want      string
}

func args(texts ...string) []string { return texts }

// checkRoutines runs routines of a table with the arguments of facts.
func checkRoutines(t *testing.T, table []routine, wanted func(signature string) routine, facts []routineFact) {
	t.Helper()
	for _, f := range facts {
		want := wanted(f.signature)
		i := slices.IndexFunc(table, func(r routine) bool {
			return r.name == want.name && slices.Equal(r.args, want.args) && r.result == want.result
		})
		if i < 0 {
			t.Errorf("there is no %s", f.signature)
			continue
		}
		r := table[i]
		c := &call{args: r.args, result: r.result}
		var values []any
		for j, text := range f.args {
			if text == "null" {
				values = append(values, nil)
				continue
			}
			v, err := value.Parse(r.args[j], text, 0)
			if err != nil {
				t.Fatal(f.signature, err)
			}
			values = append(values, v)
		}
		v, err := r.run(c, values)
		if got := resultText(r.result, v, err); got != f.want {
			t.Errorf("%s of %q is %q, want %q", f.signature, f.args, got, f.want)
		}
	}
}

func resultText(t value.Type, v any, err error) string {
	switch v := v.(type) {
	case nil:
		if err != nil {
			return err.Error()
		}
		return "null"
	case value.Network:
		return v.Text()
	}
	return value.Format(t, v)
}

func asOperator(signature string) routine { return op(signature, nil) }
func asFunction(signature string) routine { return fn(signature, nil) }

func TestTimeOperators(t *testing.T) {
	checkRoutines(t, timeOperators(), asOperator, []routineFact{
		{"date + int4: date", args("2026-01-31", "1"), "2026-02-01"},
		{"int4 + date: date", args("1", "2026-01-31"), "2026-02-01"},
		{"date - int4: date", args("2026-01-31", "31"), "2025-12-31"},
		{"date - date: int4", args("2026-01-31", "2025-01-31"), "365"},
		{"date + time: timestamp", args("2026-01-31", "10:00"), "2026-01-31 10:00:00"},
		{"time + date: timestamp", args("10:00", "2026-01-31"), "2026-01-31 10:00:00"},
		{"date + interval: timestamp", args("2026-01-31", "1 mon"), "2026-02-28 00:00:00"},
		{"interval + date: timestamp", args("1 mon", "2026-01-31"), "2026-02-28 00:00:00"},
		{"date - interval: timestamp", args("2026-03-31", "1 mon 1 day"), "2026-02-27 00:00:00"},
		{"time + interval: time", args("23:00", "2 days 02:00"), "01:00:00"},
		{"interval + time: time", args("02:00", "23:00"), "01:00:00"},
		{"time - interval: time", args("01:00", "02:00"), "23:00:00"},
		{"time - time: interval", args("01:00", "02:30"), "-01:30:00"},
		{"timestamp + interval: timestamp", args("2026-01-31 10:00", "1 mon"), "2026-02-28 10:00:00"},
		{"interval + timestamp: timestamp", args("1 mon", "2026-01-31 10:00"), "2026-02-28 10:00:00"},
		{"timestamp - interval: timestamp", args("2026-03-31 10:00", "1 mon"), "2026-02-28 10:00:00"},
		{"timestamp - timestamp: interval", args("2026-03-31 10:00", "2026-01-31 11:00"), "58 days 23:00:00"},
		{"timestamptz + interval: timestamptz", args("2026-03-28 10:00+00", "1 day"), "2026-03-29 10:00:00+00"},
		{"interval + timestamptz: timestamptz", args("1 mon", "2026-01-31 10:00+01"), "2026-02-28 09:00:00+00"},
		{"timestamptz - interval: timestamptz", args("2026-03-31 10:00+00", "1 mon"), "2026-02-28 10:00:00+00"},
		{"timestamptz - timestamptz: interval", args("2026-03-31 10:00+02", "2026-01-31 11:00+00"), "58 days 21:00:00"},
		{"interval + interval: interval", args("1 mon", "-1 day"), "1 mon -1 days"},
		{"interval - interval: interval", args("1 mon", "-1 day"), "1 mon 1 day"},
		{"interval * float8: interval", args("1 mon", "1.5"), "1 mon 15 days"},
		{"float8 * interval: interval", args("-0.5", "1 day"), "-12:00:00"},
		{"interval / float8: interval", args("1 day", "7"), "03:25:42.857143"},
		{"interval / float8: interval", args("1 day", "0"), "division by zero"},
		{"date = timestamp: bool", args("2026-01-05", "2026-01-05 00:00"), "true"},
		{"date < timestamptz: bool", args("2026-01-05", "2026-01-05 01:00+01"), "false"},
		{"timestamp >= date: bool", args("2026-01-05 00:00", "2026-01-06"), "false"},
		{"timestamp < timestamptz: bool", args("2026-01-05 00:00", "2026-01-05 01:00+00"), "true"},
		{"timestamptz > date: bool", args("2026-01-05 00:00", "2026-01-04"), "true"},
		{"date > timestamp: bool", args("5874897-12-31", "294276-12-31"), "true"},
		{"date < timestamp: bool", args("5874897-12-31", "infinity"), "true"},
		{"interval = interval: bool", args("1 mon", "30 days"), "true"},
		{"interval < interval: bool", args("1 mon", "31 days"), "true"},
		{"time <= time: bool", args("10:00", "24:00"), "true"},
		{"- interval: interval", args("1 mon -1 day"), "-1 mons +1 day"},
	})
}

func TestTimeFunctions(t *testing.T) {
	checkRoutines(t, timeFunctions(), asFunction, []routineFact{
		{"extract(text, date): numeric", args("year", "2026-01-05"), "2026"},
		{"extract(text, timestamptz): numeric", args("second", "2026-01-05 10:11:12.5+00"), "12.500000"},
		{"extract(text, timestamp): numeric", args("epoch", "2026-01-05 10:11:12.5"), "1767607872.500000"},
		{"extract(text, interval): numeric", args("day", "3 days"), "3"},
		{"extract(text, time): numeric", args("hour", "10:11"), "10"},
		{"extract(text, timestamp): numeric", args("hour", "infinity"), "null"},
		{"extract(text, timestamp): numeric", args("timezone", "2026-01-05"), `unit "timezone" not supported for type timestamp without time zone`},
		{"date_part(text, date): float8", args("year", "2026-01-05"), "2026"},
		{"date_part(text, timestamp): float8", args("second", "2026-01-05 10:11:12.5"), "12.5"},
		{"date_part(text, timestamptz): float8", args("epoch", "2026-01-05 10:11:12.5+00"), "1767607872.5"},
		{"date_part(text, interval): float8", args("hour", "26:00"), "26"},
		{"date_part(text, time): float8", args("minute", "10:11"), "11"},
		{"date_trunc(text, timestamp): timestamp", args("week", "2026-01-01"), "2025-12-29 00:00:00"},
		{"date_trunc(text, timestamptz): timestamptz", args("day", "2026-01-05 10:11+00"), "2026-01-05 00:00:00+00"},
		{"date_trunc(text, timestamptz, text): timestamptz", args("day", "2026-01-05 23:30+00", "Europe/Berlin"), "2026-01-05 23:00:00+00"},
		{"date_trunc(text, interval): interval", args("hour", "1 day 02:03"), "1 day 02:00:00"},
		{"date_bin(interval, timestamp, timestamp): timestamp", args("15 min", "2026-01-05 10:11", "2026-01-01"), "2026-01-05 10:00:00"},
		{"date_bin(interval, timestamptz, timestamptz): timestamptz", args("1 day", "2026-01-05 10:11+00", "2026-01-01 06:00+00"), "2026-01-05 06:00:00+00"},
		{"isfinite(date): bool", args("infinity"), "false"},
		{"isfinite(timestamp): bool", args("2026-01-05"), "true"},
		{"isfinite(timestamptz): bool", args("-infinity"), "false"},
		{"isfinite(interval): bool", args("1 day"), "true"},
		{"age(timestamp, timestamp): interval", args("2026-03-01", "2026-01-31"), "1 mon 1 day"},
		{"age(timestamptz, timestamptz): interval", args("2026-01-31 00:00+00", "2026-03-01 00:00+00"), "-1 mons -1 days"},
		{"justify_days(interval): interval", args("40 days"), "1 mon 10 days"},
		{"justify_hours(interval): interval", args("40:00"), "1 day 16:00:00"},
		{"justify_interval(interval): interval", args("1 mon -1 hour"), "29 days 23:00:00"},
		{"timezone(text, timestamp): timestamptz", args("Europe/Berlin", "2026-01-05 10:00"), "2026-01-05 09:00:00+00"},
		{"timezone(text, timestamptz): timestamp", args("Europe/Berlin", "2026-01-05 10:00+00"), "2026-01-05 11:00:00"},
		{"timezone(interval, timestamp): timestamptz", args("02:00", "2026-01-05 10:00"), "2026-01-05 08:00:00+00"},
		{"timezone(interval, timestamptz): timestamp", args("-02:00", "2026-01-05 10:00+00"), "2026-01-05 08:00:00"},
		{"make_date(int4, int4, int4): date", args("2026", "1", "5"), "2026-01-05"},
		{"make_time(int4, int4, float8): time", args("10", "11", "12.5"), "10:11:12.5"},
		{"make_timestamp(int4, int4, int4, int4, int4, float8): timestamp", args("2026", "1", "5", "10", "11", "12.5"), "2026-01-05 10:11:12.5"},
		{"make_timestamptz(int4, int4, int4, int4, int4, float8): timestamptz", args("2026", "1", "5", "10", "11", "12.5"), "2026-01-05 10:11:12.5+00"},
		{"make_timestamptz(int4, int4, int4, int4, int4, float8, text): timestamptz", args("2026", "1", "5", "10", "11", "12.5", "+02"), "2026-01-05 08:11:12.5+00"},
		{"make_interval([int4], [int4], [int4], [int4], [int4], [int4], [float8]): interval", args("1", "2", "3"), "1 year 2 mons 21 days"},
		{"make_interval([int4], [int4], [int4], [int4], [int4], [int4], [float8]): interval", args("1", "2", "3", "4", "5", "6", "7.5"), "1 year 2 mons 25 days 05:06:07.5"},
		{"to_char(timestamp, text): text", args("2026-01-05", "YYYY TZ"), "2026 "},
		{"to_char(timestamptz, text): text", args("2026-01-05", "YYYY TZ"), "2026 UTC"},
		{"to_char(interval, text): text", args("26:00", "HH24"), "26"},
		{"to_date(text, text): date", args("05.01.2026", "DD.MM.YYYY"), "2026-01-05"},
		{"to_timestamp(text, text): timestamptz", args("05.01.2026", "DD.MM.YYYY"), "2026-01-05 00:00:00+00"},
		{"to_timestamp(float8): timestamptz", args("1.5"), "1970-01-01 00:00:01.5+00"},
		{"date(timestamp): date", args("2026-01-05 10:00"), "2026-01-05"},
		{"date(timestamptz): date", args("2026-01-05 10:00+00"), "2026-01-05"},
		{"timestamp(timestamp, int4): timestamp", args("2026-01-05 10:11:12.55", "1"), "2026-01-05 10:11:12.6"},
		{"timestamptz(timestamptz, int4): timestamptz", args("2026-01-05 10:11:12.55+00", "1"), "2026-01-05 10:11:12.6+00"},
		{"time(time, int4): time", args("10:11:12.55", "1"), "10:11:12.6"},
		{"timestamp(date, time): timestamp", args("2026-01-05", "10:00"), "2026-01-05 10:00:00"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("2026-01-05", "2026-01-01", "2026-01-04", "2026-02-01"), "true"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("2026-01-01", "2026-01-05", "2026-01-05", "2026-02-01"), "false"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("2026-01-05", "2026-01-05", "2026-01-05", "2026-02-01"), "true"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("2026-01-01", "2026-01-03", "2026-01-05", "null"), "null"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("2026-01-01", "null", "2026-01-05", "2026-02-01"), "null"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("null", "2026-01-10", "2026-01-05", "2026-02-01"), "true"},
		{"overlaps(timestamp, timestamp, timestamp, timestamp): bool", args("null", "null", "2026-01-05", "2026-02-01"), "null"},
		{"overlaps(timestamptz, interval, timestamptz, interval): bool", args("2026-01-01 00:00+00", "5 days", "2026-01-05 00:00+00", "1 day"), "true"},
		{"overlaps(time, time, time, interval): bool", args("10:00", "11:00", "10:30", "01:00"), "true"},
		{"overlaps(timestamp, interval, timestamp, timestamp): bool", args("null", "1 day", "2026-01-05", "2026-02-01"), "null"},
	})
}

// The time of the statement is the same everywhere in it.
func TestStatementTime(t *testing.T) {
	c := &call{now: value.MomentOf(time.Date(2026, 1, 5, 10, 11, 12, 567_891_000, time.UTC))}
	for signature, want := range map[string]string{
		"now(): timestamptz":                   "2026-01-05 10:11:12.567891+00",
		"transaction_timestamp(): timestamptz": "2026-01-05 10:11:12.567891+00",
		"statement_timestamp(): timestamptz":   "2026-01-05 10:11:12.567891+00",
		"current_timestamp(): timestamptz":     "2026-01-05 10:11:12.567891+00",
		"current_timestamp(int4): timestamptz": "2026-01-05 10:11:12.57+00",
		"localtimestamp(): timestamp":          "2026-01-05 10:11:12.567891",
		"localtimestamp(int4): timestamp":      "2026-01-05 10:11:12.57",
		"localtime(): time":                    "10:11:12.567891",
		"localtime(int4): time":                "10:11:12.57",
		"current_date(): date":                 "2026-01-05",
		"age(timestamp): interval":             "-2 days",
	} {
		r := asFunction(signature)
		i := slices.IndexFunc(timeFunctions(), func(f routine) bool { return f.name == r.name && slices.Equal(f.args, r.args) })
		arguments := []any{int64(2)}[:len(r.args)]
		if r.name == "age" {
			arguments = []any{c.now.Day().Order() + 2*24*60*60*1_000_000}
		}
		v, err := timeFunctions()[i].run(c, arguments)
		if got := resultText(r.result, v, err); got != want {
			t.Errorf("%s is %s, want %s", signature, got, want)
		}
		if timeFunctions()[i].kind != stable {
			t.Errorf("%s does not depend on the time of the statement", signature)
		}
	}
}

func TestTimeCasts(t *testing.T) {
	for _, f := range []struct {
		from, to   value.Type
		text, want string
	}{
		{value.Date, value.Timestamp, "2026-01-05", "2026-01-05 00:00:00"},
		{value.Date, value.TimestampTZ, "2026-01-05", "2026-01-05 00:00:00+00"},
		{value.Date, value.Timestamp, "294277-01-01", "date out of range for timestamp"},
		{value.Time, value.Interval, "10:00", "10:00:00"},
		{value.Timestamp, value.Date, "2026-01-05 10:00", "2026-01-05"},
		{value.Timestamp, value.Time, "2026-01-05 10:00", "10:00:00"},
		{value.Timestamp, value.Time, "infinity", "null"},
		{value.Timestamp, value.TimestampTZ, "2026-01-05 10:00", "2026-01-05 10:00:00+00"},
		{value.TimestampTZ, value.Date, "2026-01-05 01:00+02", "2026-01-04"},
		{value.TimestampTZ, value.Time, "2026-01-05 01:00+02", "23:00:00"},
		{value.TimestampTZ, value.Timestamp, "2026-01-05 01:00+02", "2026-01-04 23:00:00"},
		{value.Interval, value.Time, "-1 days -01:00", "23:00:00"},
		{value.CIDR, value.Inet, "10.0.0.0/8", "10.0.0.0/8"},
		{value.Inet, value.CIDR, "10.1.2.3/8", "10.0.0.0/8"},
		{value.Inet, value.Text, "10.1.2.3", "10.1.2.3/32"},
		{value.CIDR, value.Text, "10.1.2.3", "10.1.2.3/32"},
	} {
		v, err := value.Parse(f.from, f.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		casts := slices.Concat(timeCasts(), networkCasts())
		i := slices.IndexFunc(casts, func(c cast) bool { return c.from == f.from && c.to == f.to })
		if run := casts[i].run; run != nil {
			v, err = run(&call{}, v)
		}
		if got := resultText(f.to, v, err); got != f.want {
			t.Errorf("%s %s as %s is %s, want %s", f.from, f.text, f.to, got, f.want)
		}
	}
}

func TestIntervalAggregates(t *testing.T) {
	for name, want := range map[string]string{"sum": "3 mons 02:00:00", "avg": "1 mon 15 days 01:00:00"} {
		i := slices.IndexFunc(timeAggregates(), func(a aggregate) bool { return a.name == name })
		state := timeAggregates()[i].new(nil)
		if v, err := state.result(nil); v != nil || err != nil {
			t.Errorf("%s of no rows is %v, %v", name, v, err)
		}
		for _, text := range []string{"1 mon", "", "2 mons 02:00"} {
			var v any
			if text != "" {
				s, err := value.ParseInterval(text)
				if err != nil {
					t.Fatal(err)
				}
				v = s
			}
			if err := state.add(nil, []any{v}); err != nil {
				t.Fatal(err)
			}
		}
		v, err := state.result(nil)
		if got := resultText(value.Interval, v, err); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestMomentSeries(t *testing.T) {
	for _, f := range []struct{ first, last, step, want string }{
		{"2026-01-31", "2026-05-01", "1 mon", "2026-01-31 00:00:00, 2026-02-28 00:00:00, 2026-03-28 00:00:00, 2026-04-28 00:00:00"},
		{"2026-01-02", "2026-01-01", "-12 hours", "2026-01-02 00:00:00, 2026-01-01 12:00:00, 2026-01-01 00:00:00"},
		{"2026-01-02", "2026-01-01", "1 day", ""},
		{"2026-01-02", "2026-01-01", "0", "step size cannot equal zero"},
	} {
		var arguments []any
		for i, text := range []string{f.first, f.last, f.step} {
			v, err := value.Parse(timeSets()[0].args[i], text, 0)
			if err != nil {
				t.Fatal(err)
			}
			arguments = append(arguments, v)
		}
		var got []string
		err := timeSets()[0].run(nil, arguments, func(row ...any) error {
			got = append(got, value.Format(value.Timestamp, row[0]))
			return nil
		})
		if err != nil {
			got = append(got, err.Error())
		}
		if got := strings.Join(got, ", "); got != f.want {
			t.Errorf("%v is %s", f, got)
		}
	}
}
