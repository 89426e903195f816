package rule

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go4.org/netipx"
	"pgregory.net/rapid"
)

func port(n int32) *int32 { return &n }

// tcp is a permission for the TCP ports from and to, with its source in the notation of
// parseSource.
func tcp(from, to int32, source string) *Permission {
	return &Permission{Protocol: "tcp", FromPort: port(from), ToPort: port(to), Source: parseSource(source)}
}

// parseSource reads "203.0.113.0/24", "pl:a,b" (a prefix list with these entries),
// "pl?" (a prefix list that could not be read) and "sg" (a referenced group).
func parseSource(s string) Source {
	switch {
	case s == "sg":
		return SecurityGroup("")
	case s == "pl?":
		return Unread()
	case strings.HasPrefix(s, "pl:"):
		var entries []netip.Prefix
		for e := range strings.SplitSeq(s[len("pl:"):], ",") {
			if e != "" {
				entries = append(entries, netip.MustParsePrefix(e))
			}
		}
		return PrefixListEntries(entries)
	}
	return CIDR(netip.MustParsePrefix(s))
}

// portsCases are what covers which FTP port, whatever the source.
var portsCases = []struct {
	name       string
	permission Permission
	want       Ports
}{
	{"all protocols, ports absent", Permission{Protocol: "-1"}, Data | Control},
	{"all protocols, ports -1", Permission{Protocol: "-1", FromPort: port(-1), ToPort: port(-1)}, Data | Control},
	{"all protocols, whatever the port fields hold", Permission{Protocol: "-1", FromPort: port(80), ToPort: port(80)}, Data | Control},
	{"tcp 20", Permission{Protocol: "tcp", FromPort: port(20), ToPort: port(20)}, Data},
	{"tcp 21", Permission{Protocol: "tcp", FromPort: port(21), ToPort: port(21)}, Control},
	{"tcp 20-21", Permission{Protocol: "tcp", FromPort: port(20), ToPort: port(21)}, Data | Control},
	{"tcp 19", Permission{Protocol: "tcp", FromPort: port(19), ToPort: port(19)}, 0},
	{"tcp 22", Permission{Protocol: "tcp", FromPort: port(22), ToPort: port(22)}, 0},
	{"tcp 0-20", Permission{Protocol: "tcp", FromPort: port(0), ToPort: port(20)}, Data},
	{"tcp 21-65535", Permission{Protocol: "tcp", FromPort: port(21), ToPort: port(65535)}, Control},
	{"tcp 0-65535", Permission{Protocol: "tcp", FromPort: port(0), ToPort: port(65535)}, Data | Control},
	{"tcp, ports absent", Permission{Protocol: "tcp"}, Data | Control},
	{"tcp, ports -1", Permission{Protocol: "tcp", FromPort: port(-1), ToPort: port(-1)}, Data | Control},
	{"TCP in capitals", Permission{Protocol: "TCP", FromPort: port(21), ToPort: port(21)}, Control},
	{"6", Permission{Protocol: "6", FromPort: port(20), ToPort: port(21)}, Data | Control},
	{"6, ports absent", Permission{Protocol: "6"}, Data | Control},
	{"udp", Permission{Protocol: "udp", FromPort: port(20), ToPort: port(21)}, 0},
	{"17", Permission{Protocol: "17", FromPort: port(21), ToPort: port(21)}, 0},
	{"icmp type 20 code 21", Permission{Protocol: "icmp", FromPort: port(20), ToPort: port(21)}, 0},
	{"icmp, all", Permission{Protocol: "icmp", FromPort: port(-1), ToPort: port(-1)}, 0},
	{"1", Permission{Protocol: "1", FromPort: port(20), ToPort: port(21)}, 0},
	{"icmpv6", Permission{Protocol: "icmpv6", FromPort: port(20), ToPort: port(21)}, 0},
	{"58", Permission{Protocol: "58", FromPort: port(-1), ToPort: port(-1)}, 0},
	{"gre", Permission{Protocol: "gre"}, 0},
	{"47", Permission{Protocol: "47"}, 0},
}

func TestFTPPorts(t *testing.T) {
	for _, tt := range portsCases {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.permission.FTPPorts()
			if got != tt.want {
				t.Errorf("FTPPorts() = %v, want %v", got.Numbers(), tt.want.Numbers())
			}
			if tt.permission.Covers(20) != got.Has(Data) || tt.permission.Covers(21) != got.Has(Control) {
				t.Errorf("Covers says %v of 20 and %v of 21", tt.permission.Covers(20), tt.permission.Covers(21))
			}
		})
	}
}

func TestPorts(t *testing.T) {
	for ports, want := range map[Ports]string{0: "", Data: "20", Control: "21", Data | Control: "20 and 21"} {
		if got := ports.Join(" and "); got != want {
			t.Errorf("%d: %q, want %q", ports, got, want)
		}
	}
	if (Data|Control).Has(Data|Control) != true || Data.Has(Data|Control) {
		t.Error("a set has what it lacks, or lacks what it has")
	}
}

func TestCheck(t *testing.T) {
	any := parseSource("0.0.0.0/0")
	for _, tt := range []struct {
		permission Permission
		want       string // part of the error; empty for none
	}{
		{Permission{Protocol: "tcp", FromPort: port(20), ToPort: port(21), Source: any}, ""},
		{Permission{Protocol: "tcp", FromPort: port(0), ToPort: port(65535), Source: any}, ""},
		{Permission{Protocol: "tcp", Source: any}, ""},
		{Permission{Protocol: "6", FromPort: port(-1), ToPort: port(-1), Source: any}, ""},
		{Permission{Protocol: "icmp", FromPort: port(8), ToPort: port(-1), Source: any}, ""},
		{Permission{Protocol: "-1", Source: any}, ""},
		{Permission{Protocol: "tcp", FromPort: port(20), Source: any}, "only one"},
		{Permission{Protocol: "tcp", ToPort: port(21), Source: any}, "only one"},
		{Permission{Protocol: "tcp", FromPort: port(22), ToPort: port(21), Source: any}, "starts at 22, after its end at 21"},
		{Permission{Protocol: "tcp", FromPort: port(0), ToPort: port(65536), Source: any}, "not within"},
		{Permission{Protocol: "tcp", FromPort: port(-1), ToPort: port(21), Source: any}, "not within"},
		{Permission{Source: any}, "no protocol"},
		{Permission{Protocol: "all", Source: any}, `"all" is no protocol`},
		{Permission{Protocol: " tcp", Source: any}, `" tcp" is no protocol`},
		{Permission{Protocol: "256", Source: any}, `"256" is no protocol`},
		{Permission{Protocol: "06", Source: any}, `"06" is no protocol`},
		{Permission{Protocol: "+6", Source: any}, `"+6" is no protocol`},
		{Permission{Protocol: "-01", Source: any}, `"-01" is no protocol`},
		{Permission{Protocol: "GRE", Source: any}, ""},
		{Permission{Protocol: "another", Source: any}, `"another" is no protocol`},
		{Permission{Protocol: "-2", Source: any}, `"-2" is no protocol`},
		{Permission{Protocol: "255", Source: any}, ""},
		{Permission{Protocol: "tcp", FromPort: port(65535), ToPort: port(65535), Source: any}, ""},
		{Permission{Protocol: "tcp", FromPort: port(21), ToPort: port(21), Source: any}, ""},
		{Permission{Protocol: "0", Source: any}, ""},
		{Permission{Protocol: "-1"}, "no source"},
	} {
		err := tt.permission.Check()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("Check(%+v) = %v, want %q", tt.permission, err, tt.want)
		}
	}
}

// Every name that AWS or its users write is a protocol.
func TestProtocolNames(t *testing.T) {
	for _, name := range []string{"tcp", "udp", "icmp", "icmpv6", "gre", "esp", "ah", "sctp", "igmp", "ipip", "ipv6-icmp"} {
		p := Permission{Protocol: name, Source: parseSource("0.0.0.0/0")}
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPublicInternet(t *testing.T) {
	if got, _ := CIDR(netip.MustParsePrefix("0.0.0.0/0")).PublicIPv4AddressCount(); got != 3_702_258_432 {
		t.Errorf("the public IPv4 internet has %d addresses, want 3702258432", got)
	}
	for _, tt := range []struct {
		address string
		want    bool
	}{
		{"0.255.255.255", false}, {"1.0.0.0", true},
		{"9.255.255.255", true}, {"10.0.0.0", false}, {"10.255.255.255", false}, {"11.0.0.0", true},
		{"100.63.255.255", true}, {"100.64.0.0", false}, {"100.127.255.255", false}, {"100.128.0.0", true},
		{"126.255.255.255", true}, {"127.0.0.1", false}, {"128.0.0.0", true},
		{"169.254.169.254", false}, {"172.15.255.255", true}, {"172.16.0.0", false}, {"172.32.0.0", true},
		{"192.0.0.1", false}, {"192.0.1.0", true}, {"192.0.2.1", false}, {"192.88.99.1", false},
		{"192.168.0.1", false}, {"198.17.255.255", true}, {"198.18.0.0", false}, {"198.19.255.255", false}, {"198.20.0.0", true},
		{"198.51.100.1", false}, {"203.0.113.1", false}, {"203.0.114.0", true},
		{"223.255.255.255", true}, {"224.0.0.0", false}, {"240.0.0.0", false}, {"255.255.255.255", false},
		{"1fff:ffff::", false}, {"2000::", true}, {"2001::", false}, {"2001:1ff:ffff::", false}, {"2001:200::", true},
		{"2001:db8::1", false}, {"2001:db9::", true}, {"2002::", false}, {"2003::", true},
		{"3ffe:ffff::", true}, {"3fff::", false}, {"3fff:fff:ffff::", false}, {"3fff:1000::", true},
		{"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true}, {"4000::", false}, {"::1", false}, {"fc00::1", false}, {"fe80::1", false},
	} {
		a := netip.MustParseAddr(tt.address)
		if got := PublicIPv4().Contains(a) || PublicIPv6().Contains(a); got != tt.want {
			t.Errorf("%v is public: %v, want %v", a, got, tt.want)
		}
	}
}

// Who adds a source to a set is told if nobody knows what it lets in.
func TestAddTo(t *testing.T) {
	for source, want := range map[string]bool{"8.0.0.0/8": true, "pl:8.0.0.0/8": true, "sg": true, "pl?": false} {
		var b netipx.IPSetBuilder
		if got := parseSource(source).AddTo(&b); got != want {
			t.Errorf("%s: %v, want %v", source, got, want)
		}
	}
}

func TestPublicIPv4AddressCount(t *testing.T) {
	for _, tt := range []struct {
		source string
		want   int64
		known  bool
	}{
		{"0.0.0.0/0", 3_702_258_432, true},
		{"8.0.0.0/8", 16_777_216, true},
		{"8.8.8.8/32", 1, true},
		{"8.8.8.8/8", 16_777_216, true}, // host bits mean nothing
		{"10.0.0.0/8", 0, true},
		{"192.0.0.0/16", 65536 - 2*256, true}, // without 192.0.0.0/24 and 192.0.2.0/24
		{"::/0", 0, true},
		{"sg", 0, true},
		{"pl:", 0, true},
		{"pl:8.8.8.0/24,8.8.8.0/25,10.0.0.0/8", 256, true},
		{"pl:2600::/12,9.9.9.9/32", 1, true},
		{"pl?", 0, false},
	} {
		if got, known := parseSource(tt.source).PublicIPv4AddressCount(); got != tt.want || known != tt.known {
			t.Errorf("%s: %d, %v; want %d, %v", tt.source, got, known, tt.want, tt.known)
		}
	}
}

// allButPrivate is the well-known list of ranges that leaves out only private space.
var allButPrivate = strings.Fields(`0.0.0.0/5 8.0.0.0/7 11.0.0.0/8 12.0.0.0/6 16.0.0.0/4 32.0.0.0/3
	64.0.0.0/2 128.0.0.0/3 160.0.0.0/5 168.0.0.0/6 172.0.0.0/12 172.32.0.0/11 172.64.0.0/10 172.128.0.0/9
	173.0.0.0/8 174.0.0.0/7 176.0.0.0/4 192.0.0.0/9 192.128.0.0/11 192.160.0.0/13 192.169.0.0/16
	192.170.0.0/15 192.172.0.0/14 192.176.0.0/12 192.192.0.0/10 193.0.0.0/8 194.0.0.0/7 196.0.0.0/6
	200.0.0.0/5 208.0.0.0/4`)

func ftpFromEach(sources []string) []*Permission {
	var ps []*Permission
	for _, s := range sources {
		ps = append(ps, tcp(21, 21, s))
	}
	return ps
}

// A judgeCase is a group with the verdicts that it must have.
type judgeCase struct {
	name        string
	permissions []*Permission
	want        []Verdict
	group       GroupVerdict
}

func judgeCases() []judgeCase {
	const data, control, both = Data, Control, Data | Control
	no := Verdict{}
	yes := func(r Reason, p Ports) Verdict { return Verdict{Yes, r, p} }
	unknown := func(p Ports) Verdict { return Verdict{Unknown, Undetermined, p} }
	repeat := func(v Verdict, n int) []Verdict {
		vs := make([]Verdict, n)
		for i := range vs {
			vs[i] = v
		}
		return vs
	}
	all := func(p *Permission, source string) *Permission { p.Source = parseSource(source); return p }

	return []judgeCase{
		{"no permission at all", nil, []Verdict{}, GroupVerdict{}},

		// any_ipv4
		{"0.0.0.0/0 on 21", []*Permission{tcp(21, 21, "0.0.0.0/0")}, []Verdict{yes(AnyIPv4, control)}, GroupVerdict{Yes, []Reason{AnyIPv4}, control}},
		{"0.0.0.0/0 on 20", []*Permission{tcp(20, 20, "0.0.0.0/0")}, []Verdict{yes(AnyIPv4, data)}, GroupVerdict{Yes, []Reason{AnyIPv4}, data}},
		{"0.0.0.0/0 on a wide range", []*Permission{tcp(1, 1024, "0.0.0.0/0")}, []Verdict{yes(AnyIPv4, both)}, GroupVerdict{Yes, []Reason{AnyIPv4}, both}},
		{"0.0.0.0/0 with host bits", []*Permission{tcp(21, 21, "1.2.3.4/0")}, []Verdict{yes(AnyIPv4, control)}, GroupVerdict{Yes, []Reason{AnyIPv4}, control}},
		{"0.0.0.0/0, all protocols", []*Permission{all(&Permission{Protocol: "-1"}, "0.0.0.0/0")}, []Verdict{yes(AnyIPv4, both)}, GroupVerdict{Yes, []Reason{AnyIPv4}, both}},
		{"0.0.0.0/0, UDP", []*Permission{all(&Permission{Protocol: "udp", FromPort: port(21), ToPort: port(21)}, "0.0.0.0/0")}, []Verdict{no}, GroupVerdict{}},
		{"0.0.0.0/0 on 22", []*Permission{tcp(22, 22, "0.0.0.0/0")}, []Verdict{no}, GroupVerdict{}},
		{"a half of it", []*Permission{tcp(21, 21, "0.0.0.0/1")}, []Verdict{no}, GroupVerdict{}},
		{"a private range", []*Permission{tcp(21, 21, "10.0.0.0/8")}, []Verdict{no}, GroupVerdict{}},

		// any_ipv6
		{"::/0", []*Permission{tcp(21, 21, "::/0")}, []Verdict{yes(AnyIPv6, control)}, GroupVerdict{Yes, []Reason{AnyIPv6}, control}},
		{"2000::/3", []*Permission{tcp(20, 21, "2000::/3")}, []Verdict{yes(AnyIPv6, both)}, GroupVerdict{Yes, []Reason{AnyIPv6}, both}},
		{"a superset, ::/2", []*Permission{tcp(21, 21, "::/2")}, []Verdict{yes(AnyIPv6, control)}, GroupVerdict{Yes, []Reason{AnyIPv6}, control}},
		{"half of it, 2000::/4", []*Permission{tcp(21, 21, "2000::/4")}, []Verdict{no}, GroupVerdict{}},
		{"the other half of ::/0", []*Permission{tcp(21, 21, "8000::/1")}, []Verdict{no}, GroupVerdict{}},

		// prefix_list
		{"a list with 0.0.0.0/0", []*Permission{tcp(21, 21, "pl:10.0.0.0/8,0.0.0.0/0")}, []Verdict{yes(PrefixList, control)}, GroupVerdict{Yes, []Reason{PrefixList}, control}},
		{"a list with both halves", []*Permission{tcp(21, 21, "pl:0.0.0.0/1,128.0.0.0/1")}, []Verdict{yes(PrefixList, control)}, GroupVerdict{Yes, []Reason{PrefixList}, control}},
		{"a list with ::/0", []*Permission{tcp(21, 21, "pl:::/0")}, []Verdict{yes(PrefixList, control)}, GroupVerdict{Yes, []Reason{PrefixList}, control}},
		{"a list with the public internet only", []*Permission{tcp(21, 21, "pl:"+strings.Join(allButPrivate, ","))}, []Verdict{yes(PrefixList, control)}, GroupVerdict{Yes, []Reason{PrefixList}, control}},
		{"a list with offices", []*Permission{tcp(21, 21, "pl:203.0.113.0/24,198.51.100.0/24")}, []Verdict{no}, GroupVerdict{}},
		{"an empty list", []*Permission{tcp(21, 21, "pl:")}, []Verdict{no}, GroupVerdict{}},
		{"an open list on another port", []*Permission{tcp(443, 443, "pl:0.0.0.0/0")}, []Verdict{no}, GroupVerdict{}},

		// combined
		{"both halves", []*Permission{tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1")}, repeat(yes(Combined, control), 2), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"both halves, each on another port", []*Permission{tcp(20, 20, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1")}, []Verdict{no, no}, GroupVerdict{}},
		{"both halves, sharing one port", []*Permission{tcp(20, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1")}, repeat(yes(Combined, control), 2), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"both halves of IPv6", []*Permission{tcp(21, 21, "2000::/4"), tcp(21, 21, "3000::/4")}, repeat(yes(Combined, control), 2), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"halves of different families", []*Permission{tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "3000::/4")}, []Verdict{no, no}, GroupVerdict{}},
		{"all but private space", ftpFromEach(allButPrivate), repeat(yes(Combined, control), len(allButPrivate)), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"all but private space, one range missing", ftpFromEach(allButPrivate[1:]), repeat(no, len(allButPrivate)-1), GroupVerdict{}},
		{"a half, and a list with the other", []*Permission{tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "pl:128.0.0.0/1")}, repeat(yes(Combined, control), 2), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"both halves by different protocols for the same port", []*Permission{tcp(21, 21, "0.0.0.0/1"), all(&Permission{Protocol: "-1"}, "128.0.0.0/1")}, repeat(yes(Combined, control), 2), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"a private neighbour adds nothing", []*Permission{tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1"), tcp(21, 21, "10.0.0.0/8"), tcp(21, 21, "sg")},
			[]Verdict{yes(Combined, control), yes(Combined, control), no, no}, GroupVerdict{Yes, []Reason{Combined}, control}},
		{"a public neighbour inside is one of those that contribute", []*Permission{tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1"), tcp(21, 21, "8.8.8.8/32")},
			repeat(yes(Combined, control), 3), GroupVerdict{Yes, []Reason{Combined}, control}},
		{"narrower ones beside the whole stay closed", []*Permission{tcp(21, 21, "0.0.0.0/0"), tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1")},
			[]Verdict{yes(AnyIPv4, control), no, no}, GroupVerdict{Yes, []Reason{AnyIPv4}, control}},
		{"the whole on one port, halves on the other", []*Permission{tcp(20, 20, "0.0.0.0/0"), tcp(20, 21, "0.0.0.0/1"), tcp(20, 21, "128.0.0.0/1")},
			[]Verdict{yes(AnyIPv4, data), yes(Combined, control), yes(Combined, control)}, GroupVerdict{Yes, []Reason{AnyIPv4, Combined}, both}},
		{"the whole of one family, halves of the other", []*Permission{tcp(21, 21, "::/0"), tcp(21, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1")},
			[]Verdict{yes(AnyIPv6, control), yes(Combined, control), yes(Combined, control)}, GroupVerdict{Yes, []Reason{AnyIPv6, Combined}, control}},

		// unknown
		{"a list that could not be read", []*Permission{tcp(20, 21, "pl?")}, []Verdict{unknown(both)}, GroupVerdict{Unknown, []Reason{Undetermined}, both}},
		{"the same on another port", []*Permission{tcp(443, 443, "pl?")}, []Verdict{no}, GroupVerdict{}},
		{"unknown beside closed", []*Permission{tcp(21, 21, "pl?"), tcp(20, 20, "10.0.0.0/8")}, []Verdict{unknown(control), no}, GroupVerdict{Unknown, []Reason{Undetermined}, control}},
		{"unknown beside open", []*Permission{tcp(20, 21, "pl?"), tcp(21, 21, "0.0.0.0/0")}, []Verdict{unknown(both), yes(AnyIPv4, control)}, GroupVerdict{Yes, []Reason{AnyIPv4, Undetermined}, control}},
		{"unknown beside a half", []*Permission{tcp(21, 21, "pl?"), tcp(21, 21, "0.0.0.0/1")}, []Verdict{unknown(control), no}, GroupVerdict{Unknown, []Reason{Undetermined}, control}},
		{"two lists that could not be read, each on another port", []*Permission{tcp(20, 20, "pl?"), tcp(21, 21, "pl?")}, []Verdict{unknown(data), unknown(control)}, GroupVerdict{Unknown, []Reason{Undetermined}, both}},

		{"a referenced group", []*Permission{tcp(21, 21, "sg")}, []Verdict{no}, GroupVerdict{}},
	}
}

func TestJudge(t *testing.T) {
	for _, tt := range judgeCases() {
		t.Run(tt.name, func(t *testing.T) {
			got, group := Judge(tt.permissions)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("permissions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.group, group); diff != "" {
				t.Errorf("group (-want +got):\n%s", diff)
			}
		})
	}
}

// A group without a permission for an FTP port must cost nothing but the look.
func TestJudgeDoesNoSetWorkWithoutFTP(t *testing.T) {
	var ps []*Permission
	for range 1000 {
		ps = append(ps, tcp(443, 443, "8.0.0.0/8"))
	}
	if n := testing.AllocsPerRun(10, func() { Judge(ps) }); n > 1 {
		t.Errorf("%v allocations, want the one for the verdicts", n)
	}
}

// The count of any ranges is that of the set that they make with the public internet.
func TestPublicIPv4AddressCountOfSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefixes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) netip.Prefix {
			address := rapid.Uint32().Draw(t, "address")
			ip := netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)})
			return netip.PrefixFrom(ip, rapid.IntRange(0, 32).Draw(t, "bits"))
		}), 1, 20).Draw(t, "prefixes")
		count := func(prefixes []netip.Prefix) (n int64) {
			var b netipx.IPSetBuilder
			for _, p := range prefixes {
				b.AddPrefix(p.Masked())
			}
			b.Intersect(PublicIPv4())
			set, err := b.IPSet()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range set.Prefixes() {
				n += 1 << (32 - p.Bits())
			}
			return n
		}
		if got, _ := PrefixListEntries(prefixes).PublicIPv4AddressCount(); got != count(prefixes) {
			t.Fatalf("the list has %d, want %d", got, count(prefixes))
		}
		if got, _ := CIDR(prefixes[0]).PublicIPv4AddressCount(); got != count(prefixes[:1]) {
			t.Fatalf("%v has %d, want %d", prefixes[0], got, count(prefixes[:1]))
		}
	})
}
