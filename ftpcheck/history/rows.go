package history

import (
	"encoding/json"
	"math"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// EpisodeColumns are the columns of [Episode.Row].
func EpisodeColumns() []output.Column {
	return columns(output.Texts("state", "account_id", "region", "group_id", "group_name", "security_group_rule_id", "ip_protocol", "from_port", "to_port", "source"),
		column("episode", relation.Int), column("not_open_at", relation.Timestamp), column("first_open_at", relation.Timestamp), column("last_open_at", relation.Timestamp), column("closed_by", relation.Timestamp),
		column("open_days_at_least", relation.Int), column("days_to_close_at_most", relation.Int), column("audits_open", relation.Int), column("audits_undetermined", relation.Int), column("audits_not_read", relation.JSON), column("exception", relation.Text))
}

// Row is the episode as a row.
func (e *Episode) Row() []any {
	row := texts(string(e.State), e.AccountID, e.Region, e.GroupID, e.GroupName, e.RuleID, e.Protocol, e.FromPort, e.ToPort, e.Source)
	row = append(row, int64(e.number), moment(e.After), moment(e.First), moment(e.Last), moment(e.By), nil, nil, int64(e.Seen), int64(e.Doubted), list(e.NotRead))
	if least, known := e.AtLeast(); known {
		row[15] = WholeDays(least)
	}
	if most, known := e.AtMost(); known {
		row[16] = UpToDays(most)
	}
	return append(row, texts(e.Exception)...)
}

// PlaceColumns are the columns of [Place.Row].
func PlaceColumns() []output.Column {
	return columns(output.Texts("state", "account_id", "region"), column("audits_read", relation.Int), column("first_read_at", relation.Timestamp), column("last_read_at", relation.Timestamp),
		column("longest_gap_days", relation.Int), column("longest_gap_from", relation.Timestamp), column("longest_gap_to", relation.Timestamp), column("over_six_months", relation.Bool), column("audits_not_read", relation.JSON))
}

// Row is the place as a row.
func (p *Place) Row() []any {
	row := texts(string(p.Now), p.AccountID, p.Region)
	row = append(row, int64(p.Readings), moment(p.First), moment(p.Last), nil, moment(p.From), moment(p.To), p.Late, list(p.NotRead))
	if p.Readings > 0 {
		row[6] = UpToDays(p.To.Sub(p.From))
	}
	return row
}

// AuditColumns are the columns of [Audit.Row].
func AuditColumns() []output.Column {
	return columns(output.Texts("audit"), column("began_at", relation.Timestamp), column("is_complete", relation.Bool), column("rule_version", relation.Text),
		column("open", relation.Int), column("undetermined", relation.Int), column("unknown", relation.Int), column("places_read", relation.Int), column("places_not_read", relation.Int), column("reviews", relation.JSON))
}

// Row is the audit as a row.
func (a *Audit) Row() []any {
	type review struct {
		By     string    `json:"by"`
		At     time.Time `json:"at"`
		Note   string    `json:"note"`
		Key    string    `json:"key"`
		Signer string    `json:"signer,omitempty"`
	}
	reviews := make([]review, len(a.Reviews))
	for i, r := range a.Reviews {
		reviews[i] = review{r.By, r.At.UTC(), r.Note, r.Key, r.Signer}
	}
	return append(texts(a.Name), moment(a.At), a.Complete, a.Rule, int64(a.Open), int64(a.Undetermined), int64(a.Unknown), int64(a.Read), int64(a.NotRead), list(reviews))
}

func column(name string, t relation.Type) output.Column { return output.Column{Name: name, Type: t} }

func columns(first []output.Column, more ...output.Column) []output.Column {
	return append(first, more...)
}

// texts are cells, which are null if they are empty.
func texts(all ...string) []any {
	row := make([]any, len(all))
	for i, text := range all {
		if text != "" {
			row[i] = text
		}
	}
	return row
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Second)
}

func list[T any](all []T) any {
	if len(all) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(all) // which are texts and times
	return string(text)
}

const day = 24 * time.Hour

// WholeDays are the days that have passed at least.
func WholeDays(d time.Duration) int64 { return int64(d / day) }

// UpToDays are the days that have passed at most.
func UpToDays(d time.Duration) int64 { return int64(math.Ceil(float64(d) / float64(day))) }
