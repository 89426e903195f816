package finding

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// ocsfVersion is the version of the schema that the events keep to.
const ocsfVersion = "1.7.0"

// WriteOCSF writes the report as events of the class Compliance Finding (2003) of OCSF
// 1.7.0, one JSON object a line. Its errors are those of w.
//
// There is one event for each finding, and one with the status Pass for each account and
// region, or file, whose security groups were all read and none of which is a finding:
// who sees these events only can tell what was looked at and is fine from what was not
// looked at.
func WriteOCSF(w io.Writer, r *Report) error {
	j := newJSONWriter(w)
	found := map[string]bool{} // places with findings
	for _, f := range r.All() {
		j.write(f.ocsf(r))
		if f.Kind != NotRead {
			g := f.Permission.Group
			found[placeKey(g.Origin, g.AccountID, g.Region)] = true
		}
	}
	for i := range r.Places {
		p := &r.Places[i]
		// A group that is in several files counts where it was read first, so a file
		// without groups of its own may hold what is a finding of another.
		copies := p.Origin != sg.Live && p.Groups == 0 && len(found) > 0
		if p.Status == sg.StatusScanned && p.Content == sg.ContentGroups && !copies && !found[placeKey(p.Origin, p.AccountID, p.Region)] {
			j.write(passed(p, r))
		}
	}
	return j.flush()
}

// placeKey tells places apart. A file is one place, whatever accounts and regions its
// groups are of.
func placeKey(origin, account, region string) string {
	if origin != sg.Live {
		return origin
	}
	return account + "/" + region
}

type (
	ocsfEvent struct {
		ActivityID   int              `json:"activity_id"`
		ActivityName string           `json:"activity_name"`
		CategoryUID  int              `json:"category_uid"`
		CategoryName string           `json:"category_name"`
		ClassUID     int              `json:"class_uid"`
		ClassName    string           `json:"class_name"`
		TypeUID      int              `json:"type_uid"`
		TypeName     string           `json:"type_name"`
		SeverityID   int              `json:"severity_id"`
		Severity     string           `json:"severity"`
		StatusID     int              `json:"status_id,omitzero"`
		Status       string           `json:"status,omitzero"`
		StatusDetail string           `json:"status_detail,omitzero"`
		Time         int64            `json:"time"`
		StartTime    int64            `json:"start_time,omitzero"`
		EndTime      int64            `json:"end_time,omitzero"`
		Message      string           `json:"message"`
		Metadata     ocsfMetadata     `json:"metadata"`
		FindingInfo  ocsfFindingInfo  `json:"finding_info"`
		Compliance   ocsfCompliance   `json:"compliance"`
		Resources    []ocsfResource   `json:"resources"`
		Cloud        ocsfCloud        `json:"cloud"`
		Remediation  *ocsfRemediation `json:"remediation,omitzero"`
	}
	ocsfMetadata struct {
		Version  string      `json:"version"`
		Product  ocsfProduct `json:"product"`
		Profiles []string    `json:"profiles"`
	}
	ocsfProduct struct {
		Name       string `json:"name"`
		VendorName string `json:"vendor_name"`
		Version    string `json:"version,omitzero"`
	}
	ocsfFindingInfo struct {
		UID          string       `json:"uid"`
		UIDAlt       string       `json:"uid_alt"`
		Title        string       `json:"title"`
		Desc         string       `json:"desc"`
		LastSeenTime int64        `json:"last_seen_time"`
		Analytic     ocsfAnalytic `json:"analytic"`
		Attacks      []ocsfAttack `json:"attacks,omitempty"`
	}
	ocsfAttack struct {
		Technique    *ocsfTechnique `json:"technique,omitzero"`
		SubTechnique *ocsfTechnique `json:"sub_technique,omitzero"`
		Version      string         `json:"version"`
	}
	ocsfTechnique struct {
		UID  string `json:"uid"`
		Name string `json:"name"`
	}
	ocsfAnalytic struct {
		UID     string `json:"uid"`
		Name    string `json:"name"`
		TypeID  int    `json:"type_id"`
		Type    string `json:"type"`
		Version string `json:"version"`
	}
	ocsfCompliance struct {
		Control       string   `json:"control"`
		Desc          string   `json:"desc"`
		Requirements  []string `json:"requirements"`
		Standards     []string `json:"standards"`
		StatusID      int      `json:"status_id"`
		Status        string   `json:"status"`
		StatusCode    string   `json:"status_code,omitzero"`
		StatusDetails []string `json:"status_details"`
	}
	ocsfResource struct {
		UID            string         `json:"uid"`
		UIDAlt         string         `json:"uid_alt,omitzero"`
		Name           string         `json:"name,omitzero"`
		Type           string         `json:"type"`
		Region         string         `json:"region,omitzero"`
		CloudPartition string         `json:"cloud_partition,omitzero"`
		Tags           []ocsfTag      `json:"tags,omitempty"`
		Data           map[string]any `json:"data"`
	}
	ocsfTag struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	ocsfCloud struct {
		Provider       string       `json:"provider"`
		Account        *ocsfAccount `json:"account,omitzero"`
		Region         string       `json:"region,omitzero"`
		CloudPartition string       `json:"cloud_partition,omitzero"`
	}
	ocsfAccount struct {
		UID    string `json:"uid"`
		TypeID int    `json:"type_id"`
		Type   string `json:"type"`
	}
	ocsfRemediation struct {
		Desc string `json:"desc"`
	}
)

// An ocsfStatus is what OCSF calls an outcome. Captions are those of the schema.
type ocsfStatus struct {
	statusID   int
	status     string
	severityID int
	severity   string
	title      string
}

// A prefix list that could not be read is a Warning, which OCSF defines as no result due
// to missing information. A place that was not read is Unknown: not even what there is to
// check is known.
var (
	ocsfStatuses = map[Kind]ocsfStatus{
		Open:         {3, "Fail", 4, "High", "A security group lets the whole internet in on FTP"},
		Undetermined: {2, "Warning", 3, "Medium", "A security group may let the whole internet in on FTP"},
		NotRead:      {0, "Unknown", 3, "Medium", "Security groups were not read"},
	}
	ocsfPass    = ocsfStatus{1, "Pass", 1, "Informational", "No security group lets the whole internet in on FTP"}
	ocsfWarning = ocsfStatus{2, "Warning", 3, "Medium", "Not all that security groups refer to was read"}
)

// What every event bears on, and the attacks to which an open group is the door.
var ocsfStandards, ocsfRequirements, ocsfAttacks = ocsfFrameworks()

func ocsfFrameworks() (standards, requirements []string, attacks []ocsfAttack) {
	for _, f := range framework.All() {
		if !f.OfAttacks() {
			standards = append(standards, f.String())
		}
		for _, r := range f.Requirements {
			switch technique := (&ocsfTechnique{r.ID, r.Title}); {
			case !f.OfAttacks():
				requirements = append(requirements, f.String()+" "+r.ID)
			case strings.Contains(r.ID, "."):
				attacks = append(attacks, ocsfAttack{SubTechnique: technique, Version: f.Version})
			default:
				attacks = append(attacks, ocsfAttack{Technique: technique, Version: f.Version})
			}
		}
	}
	return standards, requirements, attacks
}

func (f Finding) ocsf(r *Report) ocsfEvent {
	status := ocsfStatuses[f.Kind]
	if e := f.Exposure(); e != nil && e.Reachable == rule.Yes && f.Kind == Open {
		status.severityID, status.severity = 5, "Critical"
	}
	e := newOCSFEvent(r, status, f.Key(), f.message())
	if f.Kind == Open {
		e.FindingInfo.Attacks = ocsfAttacks
	}
	e.StatusID, e.Status = 1, "New"
	if x := f.Exception; x != nil {
		e.StatusID, e.Status, e.StatusDetail = 3, "Suppressed", x.String()
	}
	data := f.details("problem", "remediation")
	if f.Kind == NotRead {
		e.ofPlace(f.Place, data)
		return e
	}
	p, g := f.Permission, f.Permission.Group
	e.Compliance.StatusCode = string(p.Verdict.Reason)
	e.Resources = []ocsfResource{{
		UID: cmp.Or(g.ARN, g.Ref(), p.Resource.Address), UIDAlt: p.RuleARN(), Name: g.Name, Type: "AWS::EC2::SecurityGroup",
		Region: g.Region, CloudPartition: g.Partition, Tags: ocsfTags(g.Tags), Data: data,
	}}
	e.Cloud = newOCSFCloud(g.AccountID, g.Region, g.Partition)
	if text := f.Remediation(); text != "" {
		e.Remediation = &ocsfRemediation{text}
	}
	return e
}

// passed is the event of a place that was read and has no finding.
func passed(p *sg.Coverage, r *Report) ocsfEvent {
	key := Finding{Kind: NotRead, Place: p}.Key() // the same as if it had not been read
	status, text := ocsfPass, fmt.Sprintf("%s: none of the security groups read there (%d) lets the whole internet in on FTP.", p.Place(), p.Groups)
	if p.ErrorMessage != "" {
		status, text = ocsfWarning, Finding{Kind: NotRead, Place: p}.Problem()
	}
	e := newOCSFEvent(r, status, key, text)
	if status != ocsfPass {
		e.StatusID, e.Status = 1, "New"
	}
	e.ofPlace(p, map[string]any{"security_group_count": p.Groups, "ingress_permission_count": p.Permissions, "origin": p.Origin})
	return e
}

func newOCSFEvent(r *Report, s ocsfStatus, key, text string) ocsfEvent {
	at := r.Finished.UnixMilli()
	return ocsfEvent{
		// We remember no earlier scan, so each event says that a finding is there.
		ActivityID: 1, ActivityName: "Create",
		CategoryUID: 2, CategoryName: "Findings",
		ClassUID: 2003, ClassName: "Compliance Finding",
		TypeUID: 200301, TypeName: "Compliance Finding: Create",
		SeverityID: s.severityID, Severity: s.severity,
		Time: at, StartTime: ocsfTime(r.Started), EndTime: ocsfTime(r.Finished),
		Message:  text,
		Metadata: ocsfMetadata{ocsfVersion, ocsfProduct{"ftpcheck", "ftpcheck", r.Version}, []string{"cloud"}},
		FindingInfo: ocsfFindingInfo{
			UID: fingerprint(key), UIDAlt: key, Title: s.title, Desc: text, LastSeenTime: at,
			Analytic: ocsfAnalytic{"unrestricted-ftp", "Unrestricted FTP", 1, "Rule", rule.Version},
		},
		Compliance: ocsfCompliance{
			Control:      "Inbound FTP access is restricted",
			Desc:         "No security group lets the whole internet in on TCP port 20 or 21. The outcome is evidence for a part of each requirement, not compliance with it.",
			Requirements: ocsfRequirements,
			Standards:    ocsfStandards,
			StatusID:     s.statusID, Status: s.status, StatusDetails: []string{text},
		},
	}
}

// ofPlace makes the event one about all security groups of a place.
func (e *ocsfEvent) ofPlace(p *sg.Coverage, data map[string]any) {
	data["status"] = string(p.Status)
	if p.Status != sg.StatusScanned || p.ErrorCode != "" {
		e.Compliance.StatusCode = cmp.Or(p.ErrorCode, string(p.Status))
	}
	if !p.Started.IsZero() && !p.Finished.IsZero() {
		e.StartTime, e.EndTime = p.Started.UnixMilli(), p.Finished.UnixMilli()
	}
	resource := ocsfResource{UID: p.Origin, Name: p.Place(), Type: "File", Region: p.Region, CloudPartition: p.Partition, Data: data}
	if p.Origin == sg.Live {
		resource.Type = "AWS::EC2::SecurityGroup"
		// As in a policy: all security groups there are.
		resource.UID = fmt.Sprintf("arn:%s:ec2:%s:%s:security-group/*", cmp.Or(p.Partition, "*"), cmp.Or(p.Region, "*"), cmp.Or(p.AccountID, "*"))
	}
	e.Resources = []ocsfResource{resource}
	e.Cloud = newOCSFCloud(p.AccountID, p.Region, p.Partition)
}

func newOCSFCloud(account, region, partition string) ocsfCloud {
	c := ocsfCloud{Provider: "AWS", Region: region, CloudPartition: partition}
	if account != "" {
		c.Account = &ocsfAccount{account, 10, "AWS Account"}
	}
	return c
}

func ocsfTags(tags map[string]string) []ocsfTag {
	var all []ocsfTag
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		all = append(all, ocsfTag{name, tags[name]})
	}
	return all
}

func ocsfTime(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
