package value

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones are known where the system has none
)

// A Zone is a time zone.
type Zone struct {
	location *time.Location
}

var utc = FixedZone(0)

// FixedZone returns the zone that is always that many seconds east of UTC.
func FixedZone(seconds int) *Zone { return &Zone{time.FixedZone("", seconds)} }

// FindZone returns the zone of a name or an abbreviation, as AT TIME ZONE understands it.
func FindZone(name string) (*Zone, error) {
	if minutes, ok := abbreviations[lower(name)]; ok {
		if minutes == changing {
			return nil, refusal(`the time zone "%s" is not supported, as what it means has changed: use a name as Europe/Moscow`, name)
		}
		return FixedZone(minutes * 60), nil
	}
	zone, err := NamedZone(name)
	if m := posixZone.FindStringSubmatch(name); err != nil && m != nil {
		// POSIX counts to the west: UTC+2 is two hours behind UTC.
		if seconds, ok := posixSeconds(m[2:]); ok {
			if m[1] != "-" {
				seconds = -seconds
			}
			return FixedZone(seconds), nil
		}
	}
	return zone, err
}

// posixZone is an abbreviation, which may be missing, and an offset.
var posixZone = regexp.MustCompile(`^(?:[A-Za-z]{3,})?([+-]?)([0-9]{1,4})(?::([0-9]{1,2}))?(?::([0-9]{1,2}))?$`)

// posixSeconds returns the seconds of hours, minutes and seconds, all of which but the
// first can be missing.
func posixSeconds(digits []string) (seconds int, ok bool) {
	for i, most := range []int{167, 59, 59} {
		n, ok := smallNumber(digits[i], most)
		if !ok && (i == 0 || digits[i] != "") {
			return 0, false
		}
		seconds = seconds*60 + n
	}
	return seconds, true
}

// FindOffset does as FindZone, except that offsets count to the east, as +02 for Berlin in
// summer.
func FindOffset(name string) (*Zone, error) {
	if name == "" || name[0] != '+' && name[0] != '-' {
		if name != "" && isDigit(name[0]) {
			return nil, &Error{
				Message: fmt.Sprintf(`invalid input syntax for type numeric time zone: "%s"`, name),
				Hint:    `Numeric time zones must have "-" or "+" as first character.`,
			}
		}
		return FindZone(name)
	}
	seconds, err := readOffset(name)
	switch err {
	case nil:
		return FixedZone(int(seconds)), nil
	case errZoneField:
		return nil, failure(`numeric time zone "%s" out of range`, name)
	}
	return nil, unknownZone(name)
}

// SpanZone returns the zone that is a span east of UTC.
func SpanZone(s Span) (*Zone, error) {
	if s.Months != 0 || s.Days != 0 {
		return nil, failure(`interval time zone "%s" must not include months or days`, s)
	}
	seconds := s.Micros / microsPerSecond
	if seconds < math.MinInt32 || seconds > math.MaxInt32 {
		return nil, refusal("a time zone so far from UTC is not supported: %s", s)
	}
	return FixedZone(int(seconds)), nil
}

// zones has the zones that were found, by their names in small letters.
var zones sync.Map

// NamedZone returns the zone of a name of the IANA's database, with capital letters at the
// usual places or none at all.
func NamedZone(name string) (*Zone, error) {
	low := lower(name)
	if zone, ok := zones.Load(low); ok {
		return zone.(*Zone), nil
	}
	if len(name) > mostBytes || !zoneName.MatchString(low) || machineZone.MatchString(low) {
		return nil, unknownZone(name)
	}
	upper := strings.ToUpper(name)
	for _, spelling := range []string{name, upper, capitals(name), strings.Replace(upper, "ETC/", "Etc/", 1)} {
		if location, err := time.LoadLocation(spelling); err == nil {
			zone, _ := zones.LoadOrStore(low, &Zone{location})
			return zone.(*Zone), nil
		}
	}
	return nil, unknownZone(name)
}

// zoneName is what names of zones look like, and machineZone are zones that depend on the
// machine.
var (
	zoneName    = regexp.MustCompile(`^[a-z][a-z0-9_+-]*(/[a-z0-9_+-]+)*$`)
	machineZone = regexp.MustCompile(`^(local|localtime|posixrules|posix/.*|right/.*)$`)
)

func unknownZone(name string) error {
	return refusal(`time zone "%s" not recognized: use a name as Europe/Berlin, in this spelling`, name)
}

// capitals writes every part of a name with a capital letter: america/new_york is
// America/New_York.
func capitals(name string) string {
	b := []byte(lower(name))
	for i, c := range b {
		if 'a' <= c && c <= 'z' && (i == 0 || !isLetter(b[i-1])) {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// offset returns the seconds that the zone is east of UTC at a moment.
func (z *Zone) offset(m Moment) int64 {
	_, seconds := m.Time().In(z.location).Zone()
	return int64(seconds)
}

// FromUTC returns what clocks of the zone show at a moment.
func (z *Zone) FromUTC(m Moment) (Moment, error) {
	if !m.IsFinite() {
		return m, nil
	}
	return m.plus(z.offset(m) * microsPerSecond)
}

// ToUTC returns the moment at which clocks of the zone show local. If they skip that, it is
// told by the offset before; if they show it twice, it is the second.
func (z *Zone) ToUTC(local Moment) (Moment, error) {
	if !local.IsFinite() {
		return local, nil
	}
	// Only the first change of the offset since a day before can matter.
	dayBefore := local.Time().Add(-24 * time.Hour).In(z.location)
	_, before := dayBefore.Zone()
	m := local - Moment(before)*microsPerSecond
	if _, change := dayBefore.ZoneBounds(); !change.IsZero() {
		_, after := change.Zone()
		changed := local - Moment(after)*microsPerSecond
		switch isBefore, isChanged := m < MomentOf(change), changed >= MomentOf(change); {
		case isBefore && !isChanged:
		case !isBefore && isChanged:
			m = changed
		default:
			m = max(m, changed)
		}
	}
	return m.checked()
}

// changing stands for an abbreviation that did not always mean the same offset.
const changing = 1 << 20

// abbreviations has PostgreSQL's abbreviations of time zones, in lower case, with their
// minutes east of UTC.
var abbreviations = readAbbreviations(`
-10:00 hst taht
-09:30 mart
-09:00 akst gamt
-08:00 akdt pst
-07:00 mst pdt
-06:00 cst galt mdt
-05:00 act cdt cot est pet
-04:00 amt ast bot edt
-03:30 nft nst
-03:00 adt bra brt clst gft pmst pyst uyt wgt
-02:30 ndt
-02:00 brst fnt pmdt uyst wgst
-01:00 azot egt fnst
+00:00 azost egst gmt uct ut utc wet z zulu
+01:00 bst cet met mez wat wetdst
+02:00 bdst cest cetdst eet ist mest mesz metdst sast
+03:00 eat eest eetdst fet idt
+03:30 irt
+04:00 msd mut ret sct
+04:30 aft
+05:00 must mvt pkt tft tjt uzt
+05:45 npt
+06:00 almt bdt btt kgst pkst uzst xjt yekst
+06:30 mmt
+07:00 almst cxt ict wast
+08:00 awst bnt bort cct hkt myt pht wadt
+08:45 acwst
+09:00 awsst jayt jst kst pwt ulast wdt
+09:30 acst cast
+10:00 aest chut ddut kdt ligt mpt pgt trut yapt
+10:30 acdt acsst cadt lhst sadt
+11:00 aedt aesst pont vut
+12:00 fjt gilt mht nzst nzt tvt wakt wft
+12:45 chast
+13:00 fjst nzdt tot
+13:45 chadt
changing amst anast anat arst art azst azt ckt clt davt easst east fkst fkt gest get gyt iot irkst irkt kgt kost krast krat lhdt lint lkt magst magt mawt msk novst novt nut omsst omst petst pett pyt sgt tkt tmt ulat vet vlast vlat volt yakst yakt yekt
`)

func readAbbreviations(table string) map[string]int {
	abbreviations := map[string]int{}
	for line := range strings.Lines(table) {
		offset, names, _ := strings.Cut(line, " ")
		minutes := changing
		if offset != "changing" {
			seconds, _ := readOffset(offset)
			minutes = int(seconds / 60)
		}
		for name := range strings.FieldsSeq(names) {
			abbreviations[name] = minutes
		}
	}
	return abbreviations
}
