package finding

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// sarifHome is where the tool and its documentation are.
const sarifHome = "https://github.com/ftpcheck/steampipe-plugin-ftpcheck"

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// WriteSARIF writes the report as a SARIF 2.1.0 log of one run. Its errors are those
// of w.
//
// Each finding is a result, also a place that was not read: what shows SARIF to people
// often shows results only, and GitHub code scanning does. A report that is not complete
// has executionSuccessful false and notifications that say why.
func WriteSARIF(w io.Writer, r *Report) error {
	j := newJSONWriter(w, jsontext.WithIndent(" "))
	j.write(jsontext.BeginObject,
		"$schema", sarifSchema,
		"version", "2.1.0",
		"runs", jsontext.BeginArray, jsontext.BeginObject,
		"tool", map[string]any{"driver": sarifDriver{"ftpcheck", r.Version, sarifHome, sarifRules}},
		"invocations", []sarifInvocation{{
			ExecutionSuccessful:        r.Complete(),
			StartTimeUTC:               sarifTime(r.Started),
			EndTimeUTC:                 sarifTime(r.Finished),
			ToolExecutionNotifications: sarifNotifications(r),
		}},
		"properties", sarifSummary(r),
		"columnKind", "unicodeCodePoints",
		"results", jsontext.BeginArray)
	for _, f := range r.All() {
		j.write(f.sarif(r))
	}
	j.write(jsontext.EndArray, jsontext.EndObject, jsontext.EndArray, jsontext.EndObject)
	return j.flush()
}

type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitzero"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string            `json:"id"`
		Name                 string            `json:"name"`
		ShortDescription     sarifText         `json:"shortDescription"`
		FullDescription      sarifText         `json:"fullDescription"`
		Help                 sarifText         `json:"help"`
		HelpURI              string            `json:"helpUri"`
		DefaultConfiguration map[string]string `json:"defaultConfiguration"`
		Properties           map[string]any    `json:"properties"`
	}
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		StartTimeUTC               string              `json:"startTimeUtc,omitzero"`
		EndTimeUTC                 string              `json:"endTimeUtc,omitzero"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Descriptor map[string]string `json:"descriptor"`
		Level      string            `json:"level"`
		Message    sarifText         `json:"message"`
		Locations  []sarifLocation   `json:"locations,omitempty"`
		TimeUTC    string            `json:"timeUtc,omitzero"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Kind                string             `json:"kind"`
		Level               string             `json:"level"`
		Rank                float64            `json:"rank,omitzero"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
		BaselineState       string             `json:"baselineState,omitzero"`
		Properties          map[string]any     `json:"properties"`
	}
	sarifSuppression struct {
		Kind          string         `json:"kind"`
		Status        string         `json:"status"`
		Justification string         `json:"justification"`
		Properties    map[string]any `json:"properties"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysicalLocation  `json:"physicalLocation"`
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations"`
	}
	sarifPhysicalLocation struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine   int `json:"startLine"`
			StartColumn int `json:"startColumn"`
			EndLine     int `json:"endLine"`
			EndColumn   int `json:"endColumn"`
		} `json:"region"`
	}
	sarifLogicalLocation struct {
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName,omitzero"`
		Kind               string `json:"kind"`
	}
)

// sarifKinds are the kinds of findings in the order of their rules.
var sarifKinds = []Kind{Open, Undetermined, NotRead}

// sarifRules has one rule for each kind of finding, not one for each way of being open:
// the requirement and the remedy are the same, and an alert that somebody looks after
// must stay the same when a permission comes to be open in another way.
//
// What is not known has rules of its own. SARIF would have a kind "open" for it, but
// then wants the level "none", with which it would be out of sight where only problems
// are shown. That something could not be read is a problem, and these rules say so.
var sarifRules = []sarifRule{
	newSARIFRule("unrestricted-ftp", "UnrestrictedFTP", "error", "8.0",
		"A security group lets the whole internet in on FTP.",
		"No ingress permission of an EC2 security group may let the whole public internet of an address family in on TCP port 20 or 21, by itself or with others of its group. This is Datadog's posture rule 660-246-354, Inbound FTP access is restricted.",
		"Revoke the security group rule, or narrow its source to the addresses that need FTP. The property remediation of a result says how, where there is one way."),
	newSARIFRule("undetermined-ftp", "UndeterminedFTP", "warning", "5.0",
		"A security group may let the whole internet in on FTP.",
		"The source of an ingress permission for TCP port 20 or 21 is a prefix list that could not be read, so nobody knows whether it lets the whole internet in.",
		"Make the prefix list readable (ec2:GetManagedPrefixListEntries), or save its entries beside the security groups, and check again."),
	newSARIFRule("place-not-read", "PlaceNotRead", "error", "5.0",
		"Security groups were not read.",
		"An account and region, or a file, could not be read, so nobody knows what its security groups let in.",
		"Do what the message says, and check again."),
}

func newSARIFRule(id, name, level, severity, short, full, help string) sarifRule {
	frameworks := framework.IDs()
	tags := append([]string{"security"}, slices.Sorted(maps.Keys(frameworks))...)
	return sarifRule{id, name, sarifText{short}, sarifText{full}, sarifText{help + " " + bearsOn()}, sarifHome + "/blob/main/docs/formats.md#the-rules", map[string]string{"level": level},
		map[string]any{"tags": tags, "precision": "very-high", "security-severity": severity, "frameworks": frameworks}}
}

// bearsOn names the requirements for which results are evidence.
func bearsOn() string {
	var parts []string
	for _, f := range framework.All() {
		parts = append(parts, fmt.Sprintf("%s: %s", f, strings.Join(f.IDs(), ", ")))
	}
	return "The rule bears on " + strings.Join(parts, "; ") + ". Results are evidence for a part of these, not compliance: " + sarifHome + "/blob/main/docs/frameworks.md says how far."
}

func (f Finding) sarif(r *Report) sarifResult {
	i := slices.Index(sarifKinds, f.Kind)
	hash := fingerprint(f.Key())
	return sarifResult{
		RuleID:    sarifRules[i].ID,
		RuleIndex: i,
		Kind:      "fail",
		Level:     sarifRules[i].DefaultConfiguration["level"],
		Rank:      f.rank(),
		Message:   sarifMessage(f.message()),
		Locations: []sarifLocation{f.sarifLocation(r)},
		// GitHub looks at this one only.
		PartialFingerprints: map[string]string{"primaryLocationLineHash": hash, "ftpcheck/v1": hash},
		Suppressions:        f.suppressions(),
		BaselineState:       f.baselineState(),
		Properties:          f.details("problem"),
	}
}

// baselineState is SARIF's word for what became of the finding since the baseline; empty without
// one. What is not there any more has no result.
func (f Finding) baselineState() string {
	switch {
	case f.Change == "":
		return ""
	case f.Change == "new":
		return "new"
	case f.Known || strings.HasPrefix(f.Change, "still_"):
		return "unchanged"
	}
	return "updated"
}

// suppressions are the exception that covers the finding, if there is one.
func (f Finding) suppressions() []sarifSuppression {
	e := f.Exception
	if e == nil {
		return nil
	}
	properties := map[string]any{"until": e.Day(), "approved_by": e.ApprovedBy, "written_in": e.Where}
	for name, text := range map[string]string{"owner": e.Owner, "ticket": e.Ticket} {
		if text != "" {
			properties[name] = text
		}
	}
	return []sarifSuppression{{"external", "accepted", e.Why, properties}}
}

// rank is SARIF's priority of a result, up to 100; 0 where reachability is not a part of it. It
// is no rule of its own: an alert must stay the same when a route changes.
func (f Finding) rank() float64 {
	e := f.Exposure()
	if e == nil {
		return 0
	}
	return map[rule.Answer]float64{rule.Yes: 100, rule.Unknown: 75, rule.No: 50}[e.Reachable]
}

// message is what is wrong and, if it was asked, whether the internet reaches it. If an exception is
// about it and does not cover it, that is said, too.
func (f Finding) message() string {
	return strings.Join(slices.DeleteFunc([]string{f.Problem(), f.Reach(), f.But}, func(s string) bool { return s == "" }), " ")
}

// sarifMessage is a text of ours as a plain text message. In one, braces are the marks
// of placeholders and brackets those of links, and names of security groups may have all
// of them.
func sarifMessage(text string) sarifText { return sarifText{sarifEscapes.Replace(text)} }

var sarifEscapes = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}")

func (f Finding) sarifLocation(r *Report) sarifLocation {
	if f.Kind == NotRead {
		return placeLocation(f.Place)
	}
	p, g := f.Permission, f.Permission.Group
	var names []sarifLogicalLocation
	if p.RuleID != "" {
		names = append(names, sarifLogicalLocation{p.RuleID, p.RuleARN(), "resource"})
	}
	for _, address := range []string{p.Resource.Address, g.Resource.Address} {
		if address != "" && !slices.ContainsFunc(names, func(n sarifLogicalLocation) bool { return n.FullyQualifiedName == address }) {
			names = append(names, sarifLogicalLocation{address, address, "resource"})
		}
	}
	if g.ID != "" {
		names = append(names, sarifLogicalLocation{g.ID, g.ARN, "resource"})
	}
	for _, address := range []string{p.Resource.Address, g.Resource.Address} {
		if r.Locate == nil || address == "" {
			continue
		}
		if file, line, ok := r.Locate(address); ok {
			l := newSARIFLocation(artifactURI(file), names)
			l.PhysicalLocation.Region.StartLine, l.PhysicalLocation.Region.EndLine = line, line
			return l
		}
	}
	return newSARIFLocation(artifactURI(g.Origin, g.AccountID, g.Region, g.ID), names)
}

func placeLocation(p *sg.Coverage) sarifLocation {
	return newSARIFLocation(artifactURI(p.Origin, p.AccountID, p.Region), []sarifLogicalLocation{{p.Place(), "", "resource"}})
}

// newSARIFLocation is at the beginning of the artifact: GitHub wants a region, and no
// line is known.
func newSARIFLocation(uri string, names []sarifLogicalLocation) sarifLocation {
	var l sarifLocation
	l.PhysicalLocation.ArtifactLocation.URI = uri
	r := &l.PhysicalLocation.Region
	r.StartLine, r.StartColumn, r.EndLine, r.EndColumn = 1, 1, 1, 1
	l.LogicalLocations = names
	return l
}

// artifactURI is the file, or else aws/ACCOUNT/REGION/GROUP as far as known: what GitHub
// takes only if it is a relative path, also if there is no such file.
func artifactURI(origin string, names ...string) string {
	switch {
	case origin == sg.Live:
		return (&url.URL{Path: path.Join("aws", path.Join(names...))}).String()
	case filepath.IsAbs(origin):
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(origin)}).String()
	}
	return (&url.URL{Path: filepath.ToSlash(origin)}).String()
}

// sarifNotifications say why the report is not complete, and which places had something
// that could not be read.
func sarifNotifications(r *Report) []sarifNotification {
	all := []sarifNotification{}
	if !r.Complete() {
		all = append(all, sarifNotification{
			Descriptor: map[string]string{"id": "incomplete"},
			Level:      "error",
			Message:    sarifMessage(incomplete(r)),
			TimeUTC:    sarifTime(r.Finished),
		})
	}
	ofPlace := func(p *sg.Coverage, level string) {
		all = append(all, sarifNotification{
			Descriptor: map[string]string{"id": cmp.Or(p.ErrorCode, string(p.Status))},
			Level:      level,
			Message:    sarifMessage(Finding{Kind: NotRead, Place: p}.Problem()),
			Locations:  []sarifLocation{placeLocation(p)},
			TimeUTC:    sarifTime(p.Finished),
		})
	}
	for i := range r.Count() {
		if r.Findings.Kind(i) == NotRead {
			ofPlace(r.Findings.At(i).Place, "error")
		}
	}
	for i := range r.Places {
		if p := &r.Places[i]; p.Status == sg.StatusScanned && p.ErrorMessage != "" {
			ofPlace(p, "warning")
		}
	}
	return all
}

// incomplete says why a report is not complete.
func incomplete(r *Report) string {
	return fmt.Sprintf("This is not the whole answer. Places read: %d, not read: %d. Ingress permissions that could not be determined: %d.",
		placesRead(r), r.Count(NotRead), r.Count(Undetermined))
}

func placesRead(r *Report) int {
	n := 0
	for _, p := range r.Places {
		if p.Status == sg.StatusScanned {
			n++
		}
	}
	return n
}

// sarifSummary is how far the report holds.
func sarifSummary(r *Report) any {
	return struct {
		Complete    bool     `json:"complete"`
		PlacesRead  int      `json:"places_read"`
		Places      int      `json:"places"`
		Groups      int64    `json:"security_groups"`
		OpenGroups  int64    `json:"open_security_groups"`
		RuleVersion string   `json:"rule_version"`
		Commit      string   `json:"commit,omitzero"`
		Callers     []string `json:"callers,omitempty"`
	}{r.Complete(), placesRead(r), len(r.Places), r.Groups, r.OpenGroups, rule.Version, r.Commit, r.Callers}
}

func sarifTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// details are the columns of the finding's row by name, without those that are null and
// those named.
func (f Finding) details(without ...string) map[string]any {
	all := map[string]any{}
	row := f.Row()
	for i, c := range Columns() {
		if row[i] == nil || slices.Contains(without, c.Name) {
			continue
		}
		if text, ok := row[i].(string); ok && c.Type == relation.JSON {
			row[i] = jsontext.Value(text)
		}
		all[c.Name] = row[i]
	}
	return all
}

// fingerprint is a key in a form that is short and the same in every scan.
func fingerprint(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// A jsonWriter writes JSON bit by bit, so that a report of any length takes little
// memory.
type jsonWriter struct {
	enc *jsontext.Encoder
	out *bufio.Writer
	err error // the first, after which nothing is written
}

func newJSONWriter(w io.Writer, options ...jsontext.Options) *jsonWriter {
	out := bufio.NewWriter(w)
	// Names may be no UTF-8: what is wrong in them becomes U+FFFD.
	options = append(options, jsontext.AllowInvalidUTF8(true), json.Deterministic(true))
	return &jsonWriter{enc: jsontext.NewEncoder(out, options...), out: out}
}

// write writes tokens, values and, within an object, names.
func (j *jsonWriter) write(parts ...any) {
	for _, part := range parts {
		if j.err != nil {
			return
		}
		if token, ok := part.(jsontext.Token); ok {
			j.err = j.enc.WriteToken(token)
		} else {
			j.err = json.MarshalEncode(j.enc, part)
		}
	}
}

func (j *jsonWriter) flush() error {
	if j.err != nil {
		return j.err
	}
	return j.out.Flush()
}
