package value

import (
	"cmp"
	"fmt"
	"math/big"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// A Network is an address with the number of its first bits that are those of a network.
type Network struct {
	addr netip.Addr // without zone; an IPv4 address in IPv6 is IPv6
	bits int
}

var (
	errNetworkRange = &Error{Message: "result is out of range"}
)

// ParseNetwork reads a cidr or an inet. Only a cidr may leave out the end of an address of
// IPv4 and its mask, and all bits right of its mask are 0.
func ParseNetwork(text string, cidr bool) (Network, error) {
	t := Inet
	if cidr {
		t = CIDR
	}
	parse := parseIPv6
	if !strings.Contains(text, ":") {
		parse = func(text string) (Network, bool) { return parseIPv4(text, cidr) }
	}
	n, ok := parse(text)
	if !ok && looseNetwork.MatchString(text) {
		return Network{}, refusal(`the text "%s" is not read as %s: write the address in full`, text, t)
	}
	if !ok {
		return Network{}, badInput(t, text)
	}
	if cidr && n.Network() != n {
		return Network{}, &Error{Message: fmt.Sprintf(`invalid cidr value: "%s"`, text), Hint: "Value has bits set to right of mask."}
	}
	return n, nil
}

// looseNetwork has what PostgreSQL may take for an address besides, as 0x0a, 10./8, ::1:/64
// and ::1.2.
var looseNetwork = regexp.MustCompile(`^(0[xX][0-9a-fA-F].*|[0-9.]+\.|[0-9a-fA-F:]*[0-9a-fA-F]:|[0-9a-fA-F:]*:[0-9.]*\.[0-9.]*)(/[0-9]+)?$`)

func parseIPv4(text string, cidr bool) (n Network, ok bool) {
	address, mask, masked := strings.Cut(text, "/")
	var octets [4]byte
	given := 0
	for part := range strings.SplitSeq(address, ".") {
		octet, ok := smallNumber(part, 255)
		if !ok || given == len(octets) {
			return n, false
		}
		octets[given] = byte(octet)
		given++
	}
	n.addr = netip.AddrFrom4(octets)
	switch {
	case masked:
		if n.bits, ok = smallNumber(mask, 32); !ok {
			return n, false
		}
	case cidr:
		// The network's class, from before there were masks, tells how long it is.
		switch first := octets[0]; {
		case first >= 240:
			n.bits = 32
		case first >= 224:
			n.bits = 8
		case first >= 192:
			n.bits = 24
		case first >= 128:
			n.bits = 16
		default:
			n.bits = 8
		}
		n.bits = max(n.bits, 8*given)
		if n.bits == 8 && octets[0] == 224 {
			n.bits = 4
		}
	default:
		n.bits = 32
		if given < 4 {
			return n, false
		}
	}
	return n, cidr || n.bits/8 <= given
}

func parseIPv6(text string) (n Network, ok bool) {
	address, mask, masked := strings.Cut(text, "/")
	addr, err := netip.ParseAddr(address)
	if err != nil || addr.Zone() != "" {
		return n, false
	}
	n = Network{addr, 128}
	if masked {
		if n.bits, ok = smallNumber(mask, 128); !ok || len(mask) > 1 && mask[0] == '0' {
			return n, false
		}
	}
	return n, true
}

// smallNumber reads digits as a number that is not above most.
func smallNumber(digits string, most int) (int, bool) {
	n := 0
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return 0, false
		}
		if n = n*10 + int(digits[i]-'0'); n > most {
			return 0, false
		}
	}
	return n, digits != ""
}

// Format writes the network. An inet of a single address has no mask, a cidr always has.
func (n Network) Format(cidr bool) string {
	if n.bits == n.addr.BitLen() && !cidr {
		return n.Host()
	}
	return n.Text()
}

// Text writes the network with its mask.
func (n Network) Text() string { return n.Host() + "/" + strconv.Itoa(n.bits) }

// Host writes the address alone.
func (n Network) Host() string {
	if n.addr.Is4() {
		return n.addr.String()
	}
	// Addresses that begin with zeros may have an address of IPv4 in them.
	b := n.addr.As16()
	zeros := 0
	for zeros < 8 && b[2*zeros] == 0 && b[2*zeros+1] == 0 {
		zeros++
	}
	v4 := netip.AddrFrom4([4]byte(b[12:])).String()
	switch {
	case zeros == 6:
		return "::" + v4
	case zeros == 5 && b[10] == 0xff && b[11] == 0xff:
		return "::ffff:" + v4
	}
	return n.addr.String()
}

// Abbreviate writes a cidr without what its mask leaves out.
func (n Network) Abbreviate() (string, error) {
	if !n.addr.Is4() {
		return "", refusal("abbrev of a cidr of IPv6 is not supported")
	}
	b := n.Network().addr.As4()
	parts := []string{"0"}
	for i := 0; 8*i < n.bits; i++ {
		parts = append(parts[:i], strconv.Itoa(int(b[i])))
	}
	return strings.Join(parts, ".") + "/" + strconv.Itoa(n.bits), nil
}

// Compare tells the order of networks: IPv4 first, then by what their shorter mask covers,
// then the shorter mask first, then by the rest of the address.
func (n Network) Compare(m Network) int {
	common := min(n.bits, m.bits)
	return cmp.Or(
		n.first(common).Compare(m.first(common)),
		cmp.Compare(n.bits, m.bits),
		n.addr.Compare(m.addr),
	)
}

// first returns the address with its first bits only.
func (n Network) first(bits int) netip.Addr {
	prefix, err := n.addr.Prefix(bits)
	if err != nil {
		return n.addr
	}
	return prefix.Addr()
}

// sameFamily reports whether both are IPv4, or both IPv6.
func (n Network) SameFamily(m Network) bool { return n.addr.BitLen() == m.addr.BitLen() }

// Contains reports whether all addresses of m are in n; both may be the same.
func (n Network) Contains(m Network) bool {
	return n.SameFamily(m) && n.bits <= m.bits && n.first(n.bits) == m.first(n.bits)
}

// Overlaps reports whether one of the networks contains the other.
func (n Network) Overlaps(m Network) bool { return n.Contains(m) || m.Contains(n) }

// Family returns 4 or 6.
func (n Network) Family() int64 {
	if n.addr.Is4() {
		return 4
	}
	return 6
}

// Bits returns the length of the mask.
func (n Network) Bits() int64 { return int64(n.bits) }

// Network returns the network with no bits right of the mask.
func (n Network) Network() Network { return Network{n.first(n.bits), n.bits} }

// eachByte returns the network with each byte of its address made by f, from the byte and
// that of the mask.
func (n Network) eachByte(f func(i int, b, mask byte) byte) Network {
	b := n.addr.AsSlice()
	for i := range b {
		mask := byte(uint(0xff00) >> min(max(n.bits-8*i, 0), 8))
		b[i] = f(i, b[i], mask)
	}
	n.addr, _ = netip.AddrFromSlice(b)
	return n
}

// single returns the address as an inet without mask.
func (n Network) single() Network { return Network{n.addr, n.addr.BitLen()} }

// Netmask returns the mask as an address.
func (n Network) Netmask() Network {
	return n.eachByte(func(_ int, _, mask byte) byte { return mask }).single()
}

// Hostmask returns the bits that the mask has not, as an address.
func (n Network) Hostmask() Network {
	return n.eachByte(func(_ int, _, mask byte) byte { return ^mask }).single()
}

// Broadcast returns the last address of the network, with its mask.
func (n Network) Broadcast() Network {
	return n.eachByte(func(_ int, b, mask byte) byte { return b | ^mask })
}

// Not returns the network with all bits of the address turned around.
func (n Network) Not() Network { return n.eachByte(func(_ int, b, _ byte) byte { return ^b }) }

// And returns the bits that both addresses have.
func (n Network) And(m Network) (Network, error) {
	return n.both(m, "AND", func(a, b byte) byte { return a & b })
}

// Or returns the bits that one of the addresses has, or both.
func (n Network) Or(m Network) (Network, error) {
	return n.both(m, "OR", func(a, b byte) byte { return a | b })
}

func (n Network) both(m Network, name string, f func(a, b byte) byte) (Network, error) {
	if !n.SameFamily(m) {
		return Network{}, failure("cannot %s inet values of different sizes", name)
	}
	other := m.addr.AsSlice()
	n = n.eachByte(func(i int, b, _ byte) byte { return f(b, other[i]) })
	n.bits = max(n.bits, m.bits)
	return n, nil
}

func (n Network) number() *big.Int { return new(big.Int).SetBytes(n.addr.AsSlice()) }

// Add returns the network whose address is delta further.
func (n Network) Add(delta *big.Int) (Network, error) {
	sum := delta.Add(n.number(), delta)
	b := n.addr.AsSlice()
	if sum.Sign() < 0 || sum.BitLen() > 8*len(b) {
		return Network{}, errNetworkRange
	}
	n.addr, _ = netip.AddrFromSlice(sum.FillBytes(b))
	return n, nil
}

// Sub returns how much further the address of n is than that of m.
func (n Network) Sub(m Network) (int64, error) {
	if !n.SameFamily(m) {
		return 0, failure("cannot subtract inet values of different sizes")
	}
	d := n.number()
	if d.Sub(d, m.number()); !d.IsInt64() {
		return 0, errNetworkRange
	}
	return d.Int64(), nil
}

// WithBits returns the network with another length of the mask, -1 for the longest.
func (n Network) WithBits(bits int64) (Network, error) {
	if bits == -1 {
		return n.single(), nil
	}
	if bits < 0 || bits > int64(n.addr.BitLen()) {
		return Network{}, failure("invalid mask length: %d", bits)
	}
	return Network{n.addr, int(bits)}, nil
}

// Merge returns the smallest network that contains both.
func (n Network) Merge(m Network) (Network, error) {
	if !n.SameFamily(m) {
		return Network{}, failure("cannot merge addresses from different families")
	}
	bits := min(n.bits, m.bits)
	for n.first(bits) != m.first(bits) {
		bits--
	}
	return Network{n.first(bits), bits}, nil
}
