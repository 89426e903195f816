package pgsql

import "testing"

func TestNetworkOperators(t *testing.T) {
	checkRoutines(t, networkOperators(), asOperator, []routineFact{
		{"inet << inet: bool", args("10.1.0.0/16", "10.0.0.0/8"), "true"},
		{"inet << inet: bool", args("10.0.0.0/8", "10.0.0.0/8"), "false"},
		{"inet <<= inet: bool", args("10.0.0.0/8", "10.0.0.0/8"), "true"},
		{"inet >> inet: bool", args("10.0.0.0/8", "10.1.2.3"), "true"},
		{"inet >>= inet: bool", args("10.1.2.3", "10.0.0.0/8"), "false"},
		{"inet && inet: bool", args("10.1.2.3", "10.0.0.0/8"), "true"},
		{"inet < inet: bool", args("10.0.0.0/8", "::/0"), "true"},
		{"inet + int8: inet", args("10.0.0.0/24", "300"), "10.0.1.44/24"},
		{"int8 + inet: inet", args("-1", "10.0.0.0/24"), "9.255.255.255/24"},
		{"inet - int8: inet", args("10.0.0.0", "1"), "9.255.255.255/32"},
		{"inet - inet: int8", args("10.0.1.0", "10.0.0.0"), "256"},
		{"inet - inet: int8", args("2001:db8::", "::"), "result is out of range"},
		{"inet & inet: inet", args("10.0.1.0", "255.255.0.0"), "10.0.0.0/32"},
		{"inet | inet: inet", args("10.0.1.0", "0.0.0.255"), "10.0.1.255/32"},
		{"~ inet: inet", args("10.0.0.0/8"), "245.255.255.255/8"},
	})
}

func TestNetworkFunctions(t *testing.T) {
	checkRoutines(t, networkFunctions(), asFunction, []routineFact{
		{"abbrev(inet): text", args("10.0.0.1/32"), "10.0.0.1"},
		{"abbrev(cidr): text", args("10.0.0.0/8"), "10/8"},
		{"broadcast(inet): inet", args("10.0.0.1/8"), "10.255.255.255/8"},
		{"family(inet): int4", args("::1"), "6"},
		{"host(inet): text", args("10.0.0.1/8"), "10.0.0.1"},
		{"hostmask(inet): inet", args("10.0.0.1/8"), "0.255.255.255/32"},
		{"inet_merge(inet, inet): cidr", args("10.0.0.1", "10.0.0.2"), "10.0.0.0/30"},
		{"inet_same_family(inet, inet): bool", args("10.0.0.1", "::1"), "false"},
		{"masklen(inet): int4", args("10.0.0.1/8"), "8"},
		{"netmask(inet): inet", args("10.0.0.1/8"), "255.0.0.0/32"},
		{"network(inet): cidr", args("10.0.0.1/8"), "10.0.0.0/8"},
		{"set_masklen(inet, int4): inet", args("10.1.2.3", "8"), "10.1.2.3/8"},
		{"set_masklen(cidr, int4): cidr", args("10.1.2.3", "8"), "10.0.0.0/8"},
		{"text(inet): text", args("10.0.0.1"), "10.0.0.1/32"},
		{"cidr(inet): cidr", args("10.0.0.1/8"), "10.0.0.0/8"},
	})
}
