package finding

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Scope says for what an answer holds: what was read, and what was not.
type Scope struct {
	Live, Files       int // places that were read
	Accounts, Regions int // of these
	Optional          int // places that nobody asked for by name, and that were not read
	OtherShards       int // accounts that are left to other workers
	LeftOut           int // places that the user chose to leave out
	// Missed are the other places that were not read: the answer does not hold there. Noted
	// were read, but not all that they refer to. Empty are those of AWS without any group,
	// which is possible, but every VPC has a default group.
	Missed, Noted, Empty []sg.Coverage
}

// ScopeOf sums up the record of every place.
func ScopeOf(places []sg.Coverage) Scope {
	var s Scope
	accounts, regions := map[string]bool{}, map[string]bool{}
	for _, p := range places {
		switch {
		case p.Status == sg.StatusOtherShard:
			s.OtherShards++
			continue
		case p.Missing():
			s.Missed = append(s.Missed, p)
			continue
		case p.LeftOut():
			s.LeftOut++
			continue
		case p.Status != sg.StatusScanned:
			s.Optional++
			continue
		case p.Origin == sg.Live:
			s.Live++
		default:
			s.Files++
		}
		if p.Origin == sg.Live && p.Groups == 0 {
			s.Empty = append(s.Empty, p)
		}
		if p.ErrorMessage != "" {
			s.Noted = append(s.Noted, p)
		}
		accounts[p.AccountID], regions[p.Region] = true, true
	}
	delete(accounts, "")
	delete(regions, "")
	s.Accounts, s.Regions = len(accounts), len(regions)
	return s
}

// Read names what was read, as in "29 files, of 1 account in 3 regions", with numbers as count
// writes them; empty if nothing was.
func (s Scope) Read(count func(n int, noun string) string) string {
	var read []string
	if s.Live > 0 {
		read = append(read, count(s.Live, "account-region"))
	}
	if s.Files > 0 {
		read = append(read, count(s.Files, "file"))
	}
	text := strings.Join(read, " and ")
	if s.Accounts > 0 && s.Regions > 0 {
		text += fmt.Sprintf(", of %s in %s", count(s.Accounts, "account"), count(s.Regions, "region"))
	}
	return text
}

// Emptiness says where AWS has no security group at all; empty if it has some everywhere.
func (s Scope) Emptiness() string {
	const named = 5
	if len(s.Empty) == 0 {
		return ""
	}
	var places []string
	for _, p := range s.Empty[:min(named, len(s.Empty))] {
		places = append(places, p.Place())
	}
	text := strings.Join(places, "; ")
	if more := len(s.Empty) - named; more > 0 {
		text += fmt.Sprintf("; and %s more", humanize.Comma(int64(more)))
	}
	return "AWS says that there is no security group in " + text + ". That is so only where no VPC is, as each has a default group."
}
