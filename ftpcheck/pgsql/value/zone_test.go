package value

import (
	"errors"
	"testing"
)

func TestZones(t *testing.T) {
	for _, f := range []struct{ moment, zone, fromUTC, toUTC string }{
		{"2026-01-05 10:00", "Europe/Berlin", "2026-01-05 11:00:00", "2026-01-05 09:00:00"},
		{"2026-03-29 02:30", "Europe/Berlin", "2026-03-29 04:30:00", "2026-03-29 01:30:00"},
		{"2026-10-25 02:30", "Europe/Berlin", "2026-10-25 03:30:00", "2026-10-25 01:30:00"},
		{"1900-01-01 00:00", "Europe/Berlin", "1900-01-01 01:00:00", "1899-12-31 23:00:00"},
		{"infinity", "Europe/Berlin", "infinity", "infinity"},
		{"2026-07-05 10:00", "america/new_york", "2026-07-05 06:00:00", "2026-07-05 14:00:00"},
		{"2026-07-05 10:00", "UTC", "2026-07-05 10:00:00", "2026-07-05 10:00:00"},
		{"2026-07-05 10:00", "EST", "2026-07-05 05:00:00", "2026-07-05 15:00:00"},
		{"2026-07-05 10:00", "CET", "2026-07-05 11:00:00", "2026-07-05 09:00:00"},
		{"2026-07-05 10:00", "Etc/GMT+5", "2026-07-05 05:00:00", "2026-07-05 15:00:00"},
		{"2026-07-05 10:00", "+02", "2026-07-05 08:00:00", "2026-07-05 12:00:00"},
		{"2026-07-05 10:00", "-3:30", "2026-07-05 13:30:00", "2026-07-05 06:30:00"},
		{"2026-07-05 10:00", "2", "2026-07-05 08:00:00", "2026-07-05 12:00:00"},
		{"2026-07-05 10:00", "UTC+2", "2026-07-05 08:00:00", "2026-07-05 12:00:00"},
		{"2026-07-05 10:00", "utc-5:30:15", "2026-07-05 15:30:15", "2026-07-05 04:29:45"},
		{"2026-07-05 10:00", "+167", "2026-06-28 11:00:00", "2026-07-12 09:00:00"},
		{"2026-07-05 10:00", "Asia/Kolkata", "2026-07-05 15:30:00", "2026-07-05 04:30:00"},
		{"2026-07-05 10:00", "Australia/Lord_Howe", "2026-07-05 20:30:00", "2026-07-04 23:30:00"},
		{"2026-07-05 10:00", "EST5EDT", "2026-07-05 06:00:00", "2026-07-05 14:00:00"},
	} {
		m, err := ParseTimestamp(f.moment, 0)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := FindZone(f.zone)
		if err != nil {
			t.Error(err)
			continue
		}
		from, err := zone.FromUTC(m)
		if got := textOr(t, from.Format(false), err); got != f.fromUTC {
			t.Errorf("%s in %s is %s, want %s", f.moment, f.zone, got, f.fromUTC)
		}
		to, err := zone.ToUTC(m)
		if got := textOr(t, to.Format(false), err); got != f.toUTC {
			t.Errorf("%s of %s is %s, want %s", f.moment, f.zone, got, f.toUTC)
		}
	}
}

func TestUnknownZones(t *testing.T) {
	for _, name := range []string{"", "foo", "Foo/Bar", "Local", "localtime", "right/UTC", "../UTC", "MSK", "+0230", "+168", " UTC", "Asia/Bang\u212aok"} {
		var refused *Unsupported
		if zone, err := FindZone(name); !errors.As(err, &refused) {
			t.Errorf("%q is %v, %v", name, zone, err)
		}
	}
	for name, want := range map[string]string{
		"+16": `numeric time zone "+16" out of range`,
		"2":   `invalid input syntax for type numeric time zone: "2"`,
	} {
		if _, err := FindOffset(name); textOr(t, "", err) != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	if zone, err := FindOffset("+02"); err != nil || zone.offset(0) != 2*60*60 {
		t.Error(zone, err)
	}
	_, err := SpanZone(Span{Days: 1, Micros: 2 * microsPerHour})
	if got := textOr(t, "", err); got != `interval time zone "1 day 02:00:00" must not include months or days` {
		t.Error(got)
	}
}
