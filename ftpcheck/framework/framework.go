// Package framework says which requirements of security frameworks open FTP bears on, and
// why.
//
// A verdict is never compliance. A requirement asks for more than two ports, and most ask
// only within a scope, and except for what somebody needs and has approved: neither is
// known here. So each requirement says how far a result goes ([Bearing]), and no output
// calls a requirement met.
package framework

import (
	"regexp"
	"strings"
)

// A Framework is a standard, a law, a catalogue of controls, or the rules of a product.
type Framework struct {
	// Key names the framework among tags and benchmarks of the mod, as Powerpipe's mods do.
	Key string
	// Name and Version are its publisher's; Version is empty where there is none.
	Name, Version string
	Publisher     string
	// Source is where the publisher has it.
	Source string
	// Scope is what its requirements are about, if that is less than everything.
	Scope        string
	Requirements []Requirement
}

// A Requirement is one thing that a framework asks for.
type Requirement struct {
	// ID is the framework's own.
	ID string
	// Title is what the framework calls it; empty where it has no short name.
	Title string
	// Asks is what it asks for, in our words.
	Asks string
	// Why says why open FTP bears on it.
	Why     string
	Bearing Bearing
}

// A Bearing is how far a result goes towards a requirement.
type Bearing string

const (
	// Fails is for what asks for this very thing.
	Fails Bearing = "fails"
	// FailsUnjustified is for what asks for a need and an approval, which are on paper.
	FailsUnjustified Bearing = "fails unless justified"
	// Evidence is for what asks for more than a configuration.
	Evidence Bearing = "evidence"
	// Exposes is for techniques of attack, which ask for nothing.
	Exposes Bearing = "exposes to"
)

// Bearings are all bearings, the strongest first.
var Bearings = []Bearing{Fails, FailsUnjustified, Evidence, Exposes}

// Meaning says in a sentence what the bearing means.
func (b Bearing) Meaning() string {
	switch b {
	case Fails:
		return "It asks for this very thing, so that an open security group fails it as it stands."
	case FailsUnjustified:
		return "In its scope, an open security group fails it, unless the need is documented and approved."
	case Evidence:
		return "A result is evidence for a part of it, and decides nothing alone."
	}
	return "Not a requirement: an attack to which an open security group is the door."
}

// String is the name with the version.
func (f Framework) String() string { return strings.TrimSpace(f.Name + " " + f.Version) }

// IDs are those of its requirements, in order.
func (f Framework) IDs() []string {
	ids := make([]string, len(f.Requirements))
	for i, r := range f.Requirements {
		ids[i] = r.ID
	}
	return ids
}

// OfAttacks reports whether the framework lists attacks, and asks for nothing.
func (f Framework) OfAttacks() bool { return f.Requirements[0].Bearing == Exposes }

var noName = regexp.MustCompile(`[^a-z0-9]+`)

// Name is the name of the requirement's benchmark in the mod.
func (r Requirement) Name(f Framework) string {
	return f.Key + "_" + strings.Trim(noName.ReplaceAllString(strings.ToLower(r.ID), "_"), "_")
}

// IDs are the requirements of all frameworks by the framework's key.
func IDs() map[string][]string {
	all := map[string][]string{}
	for _, f := range All() {
		all[f.Key] = f.IDs()
	}
	return all
}
