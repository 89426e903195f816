package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Of is what a report says.
func Of(r *finding.Report) *Snapshot {
	s := New()
	s.Rule = rule.Version
	s.Reach = map[string]Reach{}
	for _, f := range r.All() {
		row := rowOfFinding(f)
		s.AddFinding(row)
		if f.Permission == nil || s.Reach == nil {
			continue
		}
		if f.Exposure() == nil {
			s.Reach = nil // nobody asked
			continue
		}
		s.Reach[GroupIdentity(row)], _ = ReachOf(row) // which are lists, as the table has them
	}
	for _, p := range r.Places {
		if p.Planned {
			s.plans[p.Origin] = true
		}
		s.AddPlace(Row{"account_id": p.AccountID, "region": p.Region, "origin": p.Origin, "content": p.Content, "status": string(p.Status), "error_code": p.ErrorCode, "is_ignored": strconv.FormatBool(p.LeftOut())})
	}
	return s
}

var findingColumns = finding.Columns()

func rowOfFinding(f finding.Finding) Row {
	row := Row{}
	for i, v := range f.Row() {
		if v != nil {
			row[findingColumns[i].Name] = output.Plain(v)
		}
	}
	return row
}

// StillUnread is what [Mark] says of a place that was not read before either.
const StillUnread Kind = "still_unread"

// Mark says of the findings of a report what became of them since a snapshot. One that is open is
// known if neither it nor the reach of its group is worse. What exceptions cover is not called known:
// of it more may be accepted than there was.
func Mark(r *finding.Report, before *Snapshot, changes Changes) {
	of, worse := map[string]Change{}, map[string]bool{}
	for _, c := range changes {
		switch {
		case c.NewFinding != "":
			of[c.Identity()] = c
		case c.Worse:
			worse[c.group()] = true
		}
	}
	for i, f := range r.All() {
		if f.Permission == nil {
			f.Change = string(Added)
			if slices.ContainsFunc(before.failed[f.Place.AccountID], func(x failedPlace) bool {
				return x.region == f.Place.Region && x.live == (f.Place.Origin == sg.Live)
			}) {
				f.Change = string(StillUnread)
			}
			r.Findings.Mark(i, f.Standing)
			continue
		}
		row := rowOfFinding(f)
		c, found := of[RuleIdentity(row)]
		f.Change = string(c.Kind)
		f.Known = found && f.Kind == finding.Open && f.Exception == nil && !c.Worse && c.OldFinding == string(finding.Open) && !worse[GroupIdentity(row)]
		r.Findings.Mark(i, f.Standing)
	}
}

// maxDocument is how long a document may be: that of a million findings.
const maxDocument = 2 << 30

// ReadFile reads what [finding.WriteJSON] wrote.
func ReadFile(name string) (*Snapshot, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("the baseline %q cannot be read: %w", name, newfile.WithoutPath(err))
	}
	defer f.Close()
	s, err := read(io.LimitReader(f, maxDocument))
	if err != nil {
		return nil, fmt.Errorf("the baseline %q cannot be read: %w. It must be the folder of an audit, or what check writes with --output findings=FILE", name, err)
	}
	return s, nil
}

// document has pointers where a member must be there.
type document struct {
	Format       string                        `json:"format"`
	Complete     *bool                         `json:"complete"`
	Reachability *bool                         `json:"reachability"`
	Rule         string                        `json:"rule_version"`
	Findings     *[]map[string]json.RawMessage `json:"findings"`
	Places       *[]map[string]json.RawMessage `json:"places"`
}

func read(r io.Reader) (*Snapshot, error) {
	var d document
	decoder := json.NewDecoder(r)
	switch err := decoder.Decode(&d); {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("it breaks off")
	case err != nil:
		return nil, errors.New("it is not such a JSON document")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more in it than one document")
	}
	switch {
	case d.Format != finding.JSONFormat:
		return nil, fmt.Errorf("its format is %q, not %q", d.Format, finding.JSONFormat)
	case d.Complete == nil || d.Reachability == nil || d.Findings == nil || d.Places == nil:
		return nil, errors.New("it lacks something that is always there")
	}
	s := New()
	s.Rule = d.Rule
	if *d.Reachability {
		s.Reach = map[string]Reach{}
	}
	for i, members := range *d.Findings {
		row, err := rowOf(members, "finding")
		if err != nil {
			return nil, fmt.Errorf("findings[%d] %w", i, err)
		}
		s.AddFinding(row)
		if s.Reach != nil && row["finding"] != string(finding.NotRead) {
			if s.Reach[GroupIdentity(row)], err = ReachOf(row); err != nil {
				return nil, fmt.Errorf("findings[%d] has no lists of texts where there must be some", i)
			}
		}
	}
	for i, members := range *d.Places {
		row, err := rowOf(members, "origin", "status")
		if err != nil {
			return nil, fmt.Errorf("places[%d] %w", i, err)
		}
		s.AddPlace(row)
	}
	return s, nil
}

// rowOf are the members of an object as texts.
func rowOf(members map[string]json.RawMessage, needs ...string) (Row, error) {
	row := Row{}
	for name, value := range members {
		var text string
		var compact bytes.Buffer
		switch {
		case string(value) == "null":
			continue
		case json.Unmarshal(value, &text) == nil:
			row[name] = text
		case json.Compact(&compact, value) == nil:
			row[name] = compact.String()
		}
	}
	for _, name := range needs {
		if row[name] == "" {
			return nil, fmt.Errorf("has no %s", name)
		}
	}
	return row, nil
}
