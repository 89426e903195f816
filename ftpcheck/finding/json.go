package finding

import (
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// JSONFormat is the member format of what [WriteJSON] writes.
const JSONFormat = "ftpcheck-findings/1"

// WriteJSON writes the whole report as one JSON document: the findings with all their columns, and
// every place, so that who has it knows what was looked at, too. Its errors are those of w.
func WriteJSON(w io.Writer, r *Report) error {
	j := newJSONWriter(w, jsontext.WithIndent(" "))
	j.write(jsontext.BeginObject,
		"format", JSONFormat,
		"complete", r.Complete(),
		"security_groups", r.Groups,
		"open_security_groups", r.OpenGroups,
		"accepted_security_groups", r.Accepted,
		"reachability", r.saysReach(),
		"rule_version", rule.Version,
		"tool_version", r.Version,
		"frameworks", framework.IDs(),
		"started_at", sarifTime(r.Started),
		"finished_at", sarifTime(r.Finished),
		"findings", jsontext.BeginArray)
	for _, f := range r.All() {
		details := f.details()
		if f.Change != "" {
			details["change"] = f.Change
		}
		j.write(details)
	}
	j.write(jsontext.EndArray, "places", jsontext.BeginArray)
	for i := range r.Places {
		j.write(jsonPlaceOf(&r.Places[i]))
	}
	j.write(jsontext.EndArray, jsontext.EndObject)
	return j.flush()
}

// saysReach reports whether the report says of every group that has a finding what the internet
// reaches through it, or why that is not known.
func (r *Report) saysReach() bool {
	for _, f := range r.All() {
		if f.Permission != nil && f.Exposure() == nil {
			return false
		}
	}
	return true
}

// jsonPlace has the names of the columns of ftpcheck_scan.
type jsonPlace struct {
	AccountID    string `json:"account_id,omitzero"`
	Region       string `json:"region,omitzero"`
	Origin       string `json:"origin"`
	Content      string `json:"content,omitzero"`
	Status       string `json:"status"`
	Ignored      bool   `json:"is_ignored,omitzero"`
	Groups       int64  `json:"security_group_count"`
	ErrorCode    string `json:"error_code,omitzero"`
	ErrorMessage string `json:"error_message,omitzero"`
}

func jsonPlaceOf(p *sg.Coverage) jsonPlace {
	return jsonPlace{p.AccountID, p.Region, p.Origin, p.Content, string(p.Status), p.LeftOut(), p.Groups, p.ErrorCode, p.ErrorMessage}
}
