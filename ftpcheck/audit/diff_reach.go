package audit

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
)

// reach is what an audit says of the reach of a group from the internet.
type reach struct {
	answer    string // true, false, or empty if it is not known
	addresses []string
	because   []exposure.Code
}

// readReach reads the reach of the groups that have findings, by account, region and ID. It is
// not said by audits of versions that did not look at it.
func readReach(dir string, s *state, wanted map[string]*Change) (groups map[string]reach, said bool, err error) {
	groups, said = map[string]reach{}, true
	var bad error
	err = readColumns(dir, "security_groups.csv", s.manifest, func(row map[string]string) {
		if _, there := row["internet_reachable"]; !there {
			said = false
		}
		if key := groupIdentity(row); wanted[key] != nil {
			r := reach{answer: row["internet_reachable"]}
			for column, list := range map[string]any{"reachable_addresses": &r.addresses, "internet_unknown_because": &r.because} {
				if cell := row[column]; cell != "" && json.Unmarshal([]byte(cell), list) != nil {
					bad = fmt.Errorf("security_groups.csv of %q cannot be compared: the %s of %s are no list of texts", dir, column, groupOf(row))
				}
			}
			groups[key] = r
		}
	}, "account_id", "region", "group_id")
	if err == nil {
		err = bad
	}
	return groups, said, err
}

func groupIdentity(row map[string]string) string {
	return strings.Join([]string{row["account_id"], row["region"], groupOf(row)}, " ")
}

// reachChanges says of the groups that have findings what became of their reach, and which of the
// audits does not say it, so that nothing was compared. What became of a group that is gone, or
// whose place was not read now, its findings say.
func reachChanges(old, new string, before, after *state) (changes []Change, unsaid []string, err error) {
	wanted, found := map[string]*Change{}, map[string]bool{}
	for _, f := range before.findings {
		wanted[groupIdentity(f)] = newGroupChange(f)
	}
	for _, f := range after.findings {
		wanted[groupIdentity(f)] = newGroupChange(f)
		found[groupIdentity(f)] = true
	}
	was, said, err := readReach(old, before, wanted)
	if err != nil {
		return nil, nil, err
	}
	if !said {
		unsaid = append(unsaid, "old")
	}
	is, said, err := readReach(new, after, wanted)
	if err != nil {
		return nil, nil, err
	}
	if !said {
		unsaid = append(unsaid, "new")
	}
	if unsaid != nil {
		return nil, unsaid, nil
	}
	for key, c := range wanted {
		now, there := is[key]
		if !there {
			continue
		}
		then, note := was[key], ""
		if _, there := was[key]; !there && before.covers(c.AccountID, c.Region) {
			then.answer, note = "false", " The group was not there before."
		} else if !there {
			note = " The place was not read before, so it may have been so already."
		} else if then.answer == "" {
			note = " Before, that was not known."
		}
		switch {
		case now.answer == then.answer:
			continue
		case now.answer == "true" && found[key]:
			c.Kind, c.Note = Reachable, "The internet reaches "+first(now.addresses)+" through the group."+note
		case now.answer == "" && found[key]:
			c.Kind, c.Note = ReachUnknown, "Whether the internet reaches anything through the group is not known: "+finding.Because(now.because...)+"."+note
			switch was[key].answer {
			case "true":
				c.Note += " Before, it reached " + first(then.addresses) + "."
			case "false":
				c.Note += " Before, it reached nothing."
			}
		case now.answer == "false" && then.answer == "true":
			c.Kind, c.Note = Unreachable, "The internet reached "+first(then.addresses)+" through the group, and reaches nothing now."
		default:
			continue
		}
		c.OldReachable, c.NewReachable = was[key].answer, now.answer
		changes = append(changes, *c)
	}
	return changes, nil, nil
}

func newGroupChange(f map[string]string) *Change {
	return &Change{AccountID: f["account_id"], Region: f["region"], GroupID: groupOf(f), GroupName: f["group_name"]}
}

// first names the first of some addresses.
func first(addresses []string) string {
	const most = 3
	if more := len(addresses) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(addresses[:most], ", "), more)
	}
	return strings.Join(addresses, ", ")
}
