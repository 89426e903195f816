package report

import (
	"fmt"
	"strings"
	"time"
)

// An Audit is what the pages about whole audits say of one.
type Audit struct {
	Answer
	Started, Finished time.Time
	Callers           []string // ARNs of the identities that read; none if files were read
	Tool, Rule        string   // the tool with its version, and the version of the rule

	Asked             []string // which places were to be read, a sentence for each connection
	Accounts, Regions []string // that were read
	Places            int      // that were read
	NotRead           []string // the places that should have been, each with what failed
	LeftOut           []string // places that the user chose to leave out, each with how
	Exceptions        int      // that could be understood
	OddExceptions     []string // what is to be looked at of exceptions, each a sentence

	SHA256   string    // of manifest.json
	SignedBy string    // the fingerprint of a key; empty if nobody signed it
	Stamped  time.Time // when an authority saw it; zero if none did
	Previous string    // the SHA-256 of the manifest of the audit that it follows; empty for none
	// NotCompared is what was not verified, as another version made it.
	NotCompared []string
}

// Scope says what was read, in a few words.
func (a *Audit) Scope() string {
	if a.Places == 0 {
		return "nothing"
	}
	text := plural(a.Places, "place")
	if len(a.Accounts) > 0 && len(a.Regions) > 0 {
		text += fmt.Sprintf(", of %s in %s", plural(len(a.Accounts), "account"), plural(len(a.Regions), "region"))
	}
	return text
}

// Completeness says whether what is not open is closed.
func (a *Audit) Completeness() string {
	switch {
	case !a.Complete:
		return "INCOMPLETE"
	case len(a.LeftOut) > 0:
		return "complete, but for what was left out by choice"
	}
	return "complete"
}

// Wanted is what was asked for, the first of it if it is much.
func (a *Audit) Wanted() []string { return few(a.Asked, mostNames, "manifest.json") }

// ReadAs are the identities that read, the first of them if they are many.
func (a *Audit) ReadAs() []string {
	if len(a.Callers) == 0 {
		return []string{"nobody in AWS: saved files were read"}
	}
	return few(a.Callers, mostNames, "manifest.json")
}

// Seal says who vouches for the audit.
func (a *Audit) Seal() string {
	var parts []string
	if a.SignedBy != "" {
		parts = append(parts, "signed by the key "+printable(a.SignedBy))
	}
	if !a.Stamped.IsZero() {
		parts = append(parts, "stamped "+moment(a.Stamped))
	}
	if parts == nil {
		return "nobody: it is not signed"
	}
	return strings.Join(parts, ", ")
}

// mostNames is how many identities or places of a list are named.
const mostNames = 5

// few are the first texts of a list, made printable, with a last one that says how many more there
// are, and in which file.
func few(all []string, most int, file string) []string {
	var texts []string
	for _, s := range all[:min(len(all), most)] {
		texts = append(texts, printable(s))
	}
	if more := len(all) - most; more > 0 {
		texts = append(texts, fmt.Sprintf("and %s more: see %s", comma(more), file))
	}
	return texts
}
