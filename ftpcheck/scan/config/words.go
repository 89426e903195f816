package config

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/hashicorp/hcl/v2/gohcl"
)

// Name is what the user calls an argument: the flag by which it was given, if it was, or else its
// name.
func (c *Config) Name(argument string) string { return cmp.Or(c.Flags[argument], argument) }

// Words are a text for the user, in which arguments stand in braces, as in {regions}.
func (c *Config) Words(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var names []string
	schema, _ := gohcl.ImpliedBodySchema(Config{})
	for _, a := range schema.Attributes {
		names = append(names, "{"+a.Name+"}", c.Name(a.Name))
	}
	return strings.NewReplacer(names...).Replace(text)
}

// URLProblem is what is wrong with the address of a server, and what to write instead, to follow
// the name of what holds it. It is empty if nothing is.
func URLProblem(text string) string {
	u, err := url.Parse(text)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" {
		return ""
	}
	shown := text[strings.LastIndex(text, "@")+1:] // what is before it can be a password
	scheme, rest, found := strings.Cut(text, "://")
	switch {
	case found && rest != "" && scheme != "" && err == nil:
		return fmt.Sprintf("has the scheme %.20q: write http:// or https://", scheme)
	case strings.Contains(text, ":/") || strings.Trim(shown, "/") == "" || strings.ContainsAny(shown, " \t\r\n\"'<>"):
		return fmt.Sprintf("is %.100q, which is no URL of a server: write one as in https://ec2.example.com", shown)
	}
	shown = strings.TrimLeft(shown, "/")
	host, _, _ := strings.Cut(shown, "/")
	scheme = "https"
	if isThisMachine(host) {
		scheme = "http"
	}
	return fmt.Sprintf("is %.100q, without a scheme: write %s://%.100[1]s", shown, scheme)
}

// isThisMachine reports whether a host, maybe with a port, is the machine on which this runs.
func isThisMachine(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && address.IsLoopback()
}
