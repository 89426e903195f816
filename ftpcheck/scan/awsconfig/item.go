// Package awsconfig is what AWS Config says of resources: configuration items, in the shapes of
// its queries, snapshots, histories and other answers, and how they become what package ec2 has.
//
// AWS Config writes what EC2 says with the same words in another spelling (ipPermissions), and
// some of it twice: ipRanges repeats ipv4Ranges. It knows no rule IDs.
package awsconfig

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The types of the resources that bear on a verdict, and of the interfaces that use groups.
const (
	SecurityGroup    = "AWS::EC2::SecurityGroup"
	PrefixList       = "AWS::EC2::PrefixList"
	NetworkInterface = "AWS::EC2::NetworkInterface"
)

// Selected is what a query must select: whole items. Conditions on rules would match across the
// elements of lists, so that nobody knows what they leave out.
const Selected = "SELECT accountId, awsRegion, arn, resourceId, resourceType, tags, configuration, configurationItemCaptureTime, configurationItemStatus"

// An Item is what AWS Config recorded of one resource at one time.
type Item struct {
	Account, Region string
	ARN             string // empty if it was not selected
	Type, ID        string
	Captured        time.Time
	Deleted         bool // the resource is gone
	NotRecorded     bool // the resource is known to exist, and nothing else of it

	state         float64 // later for a later item of the resource
	tags          tags
	configuration jsontext.Value // an object
}

// A written item has the members of an item as AWS Config writes them. Snapshots and histories in
// S3 call some of them otherwise than the API does.
type written struct {
	AccountID     string         `json:"accountId"`
	AWSAccountID  string         `json:"awsAccountId"`
	Region        string         `json:"awsRegion"`
	ARN           string         `json:"arn"`
	CapitalARN    string         `json:"ARN"`
	Type          string         `json:"resourceType"`
	ID            string         `json:"resourceId"`
	Status        string         `json:"configurationItemStatus"`
	Captured      moment         `json:"configurationItemCaptureTime"`
	State         number         `json:"configurationStateId"`
	Tags          tags           `json:"tags"`
	Configuration jsontext.Value `json:"configuration"`
}

// Decode makes an item of its JSON, which may be a text that holds the JSON, as in the results of
// queries. Of resources that bear neither on a verdict nor on reach it has nothing but the type.
func Decode(text jsontext.Value) (*Item, *sg.BadValue) {
	text, err := unquoted(text)
	if err != nil || text.Kind() != '{' {
		return nil, &sg.BadValue{Problem: "this is no item of AWS Config. Save its answer as it is"}
	}
	var kind struct {
		Type string `json:"resourceType"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, notUnderstood("", "item", err)
	}
	switch {
	case kind.Type == "":
		return nil, lacks("", "item", "resourceType")
	case kind.Type != SecurityGroup && kind.Type != PrefixList && !slices.Contains(NetworkTypes, kind.Type):
		return &Item{Type: kind.Type}, nil
	}
	var w written
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, notUnderstood("", "item", err)
	}
	i := &Item{Account: w.AccountID, Region: w.Region, ARN: w.ARN, Type: w.Type, ID: w.ID, Captured: w.Captured.Time, state: float64(w.State), tags: w.Tags}
	if i.Account == "" {
		i.Account = w.AWSAccountID
	}
	if i.ARN == "" {
		i.ARN = w.CapitalARN
	}
	switch w.Status {
	case "ResourceDeleted", "ResourceDeletedNotRecorded":
		i.Deleted = true
	case "ResourceNotRecorded":
		i.NotRecorded = true
	}
	for _, member := range []struct {
		name  string
		there bool
	}{
		{"resourceId", i.ID != ""},
		{"accountId", i.Account != ""},
		{"awsRegion", i.Region != ""},
		{"configurationItemCaptureTime", !i.Captured.IsZero()},
	} {
		if !member.there {
			return nil, lacks(i.ID, "item", member.name)
		}
	}
	if i.Deleted || i.NotRecorded {
		return i, nil
	}
	if i.configuration, err = unquoted(w.Configuration); err != nil || i.configuration.Kind() != '{' {
		return nil, lacks(i.ID, "item", "configuration")
	}
	return i, nil
}

// Newer reports whether the item is a later one of its resource than another.
func (i *Item) Newer(than *Item) bool {
	if !i.Captured.Equal(than.Captured) {
		return i.Captured.After(than.Captured)
	}
	return i.state > than.state
}

// Bare is the item without what it says of the resource.
func (i *Item) Bare() *Item {
	bare := *i
	bare.tags, bare.configuration = nil, nil
	return &bare
}

// Key names the resource among all others.
func (i *Item) Key() string { return sg.PlaceKey(i.Account, i.Region) + "/" + i.Type + "/" + i.ID }

func lacks(id, what, member string) *sg.BadValue {
	if id != "" {
		what += " of " + id
	}
	return &sg.BadValue{Problem: fmt.Sprintf("the %s has no %s. Save AWS Config's answer as it is, and let a query select all of these: %s", what, member, Selected)}
}

func notUnderstood(id, what string, err error) *sg.BadValue {
	if id != "" {
		what += " of " + id
	}
	bad := &sg.BadValue{Problem: fmt.Sprintf("the %s is not as AWS Config writes it. Save its answer as it is", what)}
	if semantic, ok := err.(*json.SemanticError); ok && semantic.JSONPointer != "" {
		bad.Problem = fmt.Sprintf("the %s is not as AWS Config writes it, at %s. Save its answer as it is", what, semantic.JSONPointer)
	}
	return bad
}

// unquoted is the JSON that a text holds. What is no text stays as it is.
func unquoted(v jsontext.Value) (jsontext.Value, error) {
	if v.Kind() != '"' {
		return v, nil
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err == nil && !jsontext.Value(text).IsValid() {
		return nil, fmt.Errorf("no JSON")
	}
	return text, err
}

// A moment is a time, which the versions of the AWS CLI print in different ways.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(text []byte) (err error) {
	if jsontext.Value(text).Kind() == '0' {
		seconds, err := strconv.ParseFloat(string(text), 64)
		whole, part := math.Modf(seconds)
		m.Time = time.Unix(int64(whole), int64(math.Round(part*1e3))*1e6).UTC()
		return err
	}
	var s string
	if err := json.Unmarshal(text, &s); err != nil || s == "" {
		return err
	}
	m.Time, err = time.Parse(time.RFC3339, s)
	m.Time = m.UTC()
	return err
}

// A number is one, or a text with one.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	text, err := unquoted(text)
	if err != nil {
		return nil // it only orders items of the same time
	}
	f, _ := strconv.ParseFloat(string(text), 64)
	*n = number(f)
	return nil
}

// tags are a map or, in the results of queries, a list.
type tags map[string]string

func (t *tags) UnmarshalJSON(text []byte) error {
	if jsontext.Value(text).Kind() != '[' {
		return json.Unmarshal(text, (*map[string]string)(t))
	}
	var list []struct {
		Key   *string `json:"key"`
		Value *string `json:"value"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*t = tags{}
	for _, tag := range list {
		if tag.Key == nil || *tag.Key == "" || tag.Value == nil {
			return fmt.Errorf("a tag has no key or no value")
		}
		(*t)[*tag.Key] = *tag.Value
	}
	return nil
}
