package ec2

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
)

// decodeBySDK does what Decode does, slowly. It does not hand out the first groups of
// the body, which have been.
func decodeBySDK(body []byte, each func(g *Group) error, done int) (nextToken *string, err error) {
	out, places, err := readBySDK(body)
	if err != nil || each == nil {
		return out.NextToken, err
	}
	var g Group
	for i := done; i < len(places); i++ {
		g.Read(&out.SecurityGroups[i])
		g.Start, g.End = places[i].start, places[i].end
		if err := each(&g); err != nil {
			return nil, err
		}
	}
	return out.NextToken, nil
}

// decodeRulesBySDK does what DecodeRules does, slowly.
func decodeRulesBySDK(body []byte, each func(r *Rule) error, done int) (nextToken *string, err error) {
	out, err := sdk(body).DescribeSecurityGroupRules(context.Background(), nil)
	if err != nil {
		return nil, asMalformed(err)
	}
	places, err := find(body, securityGroupRuleSet)
	if err != nil {
		return nil, malformed(err)
	}
	if len(places) != len(out.SecurityGroupRules) {
		return nil, malformed(fmt.Errorf("it has %d security group rules of which %d are found again", len(out.SecurityGroupRules), len(places)))
	}
	if each == nil {
		return out.NextToken, nil
	}
	var r Rule
	for i := done; i < len(out.SecurityGroupRules); i++ {
		r.Read(&out.SecurityGroupRules[i])
		if err := each(&r); err != nil {
			return nil, err
		}
	}
	return out.NextToken, nil
}

// decodeGroupBySDK does what DecodeGroup does, slowly.
func decodeGroupBySDK(element []byte, g *Group) error {
	const before, after = "<" + groupsRoot + "><securityGroupInfo>", "</securityGroupInfo></" + groupsRoot + ">"
	out, places, err := readBySDK(slices.Concat([]byte(before), element, []byte(after)))
	if err != nil {
		return err
	}
	if len(places) != 1 || places[0] != (place{len(before), len(before) + len(element)}) {
		return malformed(errors.New("this is not the element of a security group"))
	}
	g.Read(&out.SecurityGroups[0])
	g.Start, g.End = 0, len(element)
	return nil
}

// A place is where an element is in a body.
type place struct{ start, end int }

// readBySDK has a body decoded by the SDK, and finds out where its groups are. What it
// returns is never nil.
func readBySDK(body []byte) (*ec2.DescribeSecurityGroupsOutput, []place, error) {
	none := new(ec2.DescribeSecurityGroupsOutput)
	out, err := sdk(body).DescribeSecurityGroups(context.Background(), nil)
	if err != nil {
		return none, nil, asMalformed(err)
	}
	places, err := find(body, securityGroupInfo)
	if err != nil {
		return none, nil, malformed(err)
	}
	if len(places) != len(out.SecurityGroups) {
		return none, nil, malformed(fmt.Errorf("it has %d security groups of which %d are found again", len(out.SecurityGroups), len(places)))
	}
	return out, places, nil
}

// sdk returns a client of EC2 that has a body for an answer to everything.
func sdk(body []byte) *ec2.Client {
	return ec2.New(ec2.Options{
		Region:      "us-east-1", // does not matter: nothing is sent
		Credentials: aws.AnonymousCredentials{},
		Retryer:     aws.NopRetryer{},
		HTTPClient:  answered(body),
	})
}

// asMalformed makes the SDK's error one that is a reason to try again, if it is about the
// body.
func asMalformed(err error) error {
	if broken := (*smithy.DeserializationError)(nil); errors.As(err, &broken) {
		return &smithy.DeserializationError{Err: retryable{broken.Err}, Snapshot: broken.Snapshot}
	}
	return err
}

// answered is an HTTP client that has an answer to everything.
type answered []byte

func (a answered) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a))}, nil
}

// find finds the members of the lists of a body in the order in which the SDK has them.
func find(body []byte, list element) (places []place, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	if _, err := rootElement(d); err != nil {
		return nil, err
	}
	return places, children(d, func(name string, _ int) error {
		if !strings.EqualFold(name, names[list]) {
			return d.Skip()
		}
		return children(d, func(name string, start int) error {
			err := d.Skip()
			if strings.EqualFold(name, names[item]) {
				places = append(places, place{start, int(d.InputOffset())})
			}
			return err
		})
	})
}

// children calls read for each child of the element that was begun, with the child's name
// and where it starts. It is read's part to read up to the child's end.
func children(d *xml.Decoder, read func(name string, start int) error) error {
	for {
		start := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := read(t.Name.Local, start); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// malformed returns the error for a body that is not an answer.
func malformed(why error) error {
	return &smithy.DeserializationError{Err: retryable{fmt.Errorf("failed to decode response body, %w", why)}}
}

// retryable is an error that the SDK's retryers take for a reason to try again: an answer
// that is cut off or garbled is an accident of the way. Without this they would not, as
// the SDK's decoder meets the end of a body that is still on its way.
type retryable struct{ error }

func (retryable) RetryableError() bool { return true }
func (e retryable) Unwrap() error      { return e.error }
