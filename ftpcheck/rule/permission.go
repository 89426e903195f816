package rule

import (
	"fmt"
	"strconv"
	"strings"
)

// A Permission is one ingress permission: traffic of a protocol, to a range of ports,
// from one source.
type Permission struct {
	// Protocol is AWS's name or number of it: "tcp", "6", "udp", "-1" for all.
	// Upper and lower case mean the same.
	Protocol string
	// FromPort and ToPort are the ends of the port range, both included. For protocols
	// other than TCP and UDP they mean something else (ICMP: type and code). They are
	// nil where AWS gives none, as it does for all protocols.
	FromPort, ToPort *int32
	Source           Source
	// Unclear says that nobody knows the protocol and the ports: it may cover every port. Its
	// source must be [Unread] or one that is never public.
	Unclear bool
}

// Ports is a set of FTP ports.
type Ports uint8

const (
	Data    Ports = 1 << iota // TCP port 20, FTP data
	Control                   // TCP port 21, FTP control
)

var eachPort = [...]Ports{Data, Control}

// number is that of a single port.
func (s Ports) number() int32 {
	if s == Data {
		return 20
	}
	return 21
}

// Has reports whether all of the given ports are in the set.
func (s Ports) Has(ports Ports) bool {
	return s&ports == ports
}

// Numbers lists the port numbers in the set in ascending order.
func (s Ports) Numbers() []int32 {
	var numbers []int32
	for _, p := range eachPort {
		if s.Has(p) {
			numbers = append(numbers, p.number())
		}
	}
	return numbers
}

// Join writes the port numbers in the set with a text between them, as in "20 and 21".
func (s Ports) Join(between string) string {
	var numbers []string
	for _, n := range s.Numbers() {
		numbers = append(numbers, strconv.Itoa(int(n)))
	}
	return strings.Join(numbers, between)
}

// FTPPorts returns the FTP ports that the permission covers, or may cover, whatever its source.
func (p *Permission) FTPPorts() Ports {
	if p.Protocol == "-1" || p.Unclear {
		return Data | Control
	}
	if !p.isTCP() {
		return 0
	}
	if p.allPorts() {
		return Data | Control
	}
	var covered Ports
	for _, port := range eachPort {
		if n := port.number(); *p.FromPort <= n && n <= *p.ToPort {
			covered |= port
		}
	}
	return covered
}

// Covers reports whether the permission covers a TCP port, or may cover it, whatever its source.
func (p *Permission) Covers(port int32) bool {
	return p.Protocol == "-1" || p.Unclear || p.isTCP() && (p.allPorts() || *p.FromPort <= port && port <= *p.ToPort)
}

// knownProtocol reports whether AWS could have given the text: -1, a number as AWS writes
// it, or one of the names that it or its users write in the place of numbers. A misspelt
// tcp must not pass for something else, and neither must 06.
func knownProtocol(s string) bool {
	switch strings.ToLower(s) {
	case "tcp", "udp", "icmp", "icmpv6", "gre", "esp", "ah", "sctp", "igmp", "ipip", "ipv6-icmp":
		return true
	}
	n, err := strconv.Atoi(s)
	return err == nil && -1 <= n && n <= 255 && strconv.Itoa(n) == s
}

func (p *Permission) isTCP() bool {
	return p.Protocol == "6" || strings.EqualFold(p.Protocol, "tcp")
}

// allPorts reports whether the range is AWS's way of writing every port.
func (p *Permission) allPorts() bool {
	if p.FromPort == nil && p.ToPort == nil {
		return true
	}
	return p.FromPort != nil && p.ToPort != nil && *p.FromPort == -1 && *p.ToPort == -1
}

// Check returns an error if the permission is one that AWS cannot give: without a
// protocol or a source, or for TCP with a port range that is none. Such a permission
// must not be judged, as any answer would be a guess. Ports of other protocols do not
// matter to the rule and are not checked.
func (p *Permission) Check() error {
	if !knownProtocol(p.Protocol) {
		return fmt.Errorf("%q is no protocol", p.Protocol)
	}
	if p.Source.kind == none {
		return fmt.Errorf("it has no source")
	}
	if !p.isTCP() || p.allPorts() {
		return nil
	}
	if p.FromPort == nil || p.ToPort == nil {
		return fmt.Errorf("a TCP port range needs both ends or neither, and this one has only one")
	}
	from, to := *p.FromPort, *p.ToPort
	if from < 0 || to < 0 || from > 65535 || to > 65535 {
		return fmt.Errorf("the TCP port range %d to %d is not within 0 to 65535", from, to)
	}
	if from > to {
		return fmt.Errorf("the TCP port range starts at %d, after its end at %d", from, to)
	}
	return nil
}
