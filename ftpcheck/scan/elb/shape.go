package elb

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
)

// answerLists are the lists of answers, by action. Both versions have load balancers.
var answerLists = map[string][]string{
	"DescribeLoadBalancers":         {"LoadBalancers", "LoadBalancerDescriptions"},
	"DescribeListeners":             {"Listeners"},
	"DescribeTargetGroups":          {"TargetGroups"},
	"DescribeTargetGroupAttributes": {"Attributes"},
	"DescribeTargetHealth":          {"TargetHealthDescriptions"},
	"DescribeInstanceHealth":        {"InstanceStates"},
}

// lists are the elements that hold members and nothing else, besides those of answers.
var lists = map[string]bool{"DefaultActions": true, "ListenerDescriptions": true, "Instances": true, "SecurityGroups": true, "LoadBalancerArns": true}

func init() {
	for _, names := range answerLists {
		for _, n := range names {
			lists[n] = true
		}
	}
}

// Knows reports whether the action is one of Elastic Load Balancing.
func Knows(action string) bool { return answerLists[action] != nil }

// Check returns an error unless a body has the shape of the answer to an action: as the only
// element besides metadata its result, with its list once, and in every list members alone. To the
// SDK, an answer without its list is one whose list is empty.
func Check(action string, body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	type level struct {
		name string
		seen map[string]bool
	}
	var path []level
	found := false
	for {
		token, err := d.Token()
		switch {
		case err == io.EOF && found:
			return nil
		case err == io.EOF:
			return shape("it has no %s", answerLists[action][0])
		case err != nil:
			return shape("it is no valid XML")
		}
		switch t := token.(type) {
		case xml.StartElement:
			name := t.Name.Local
			if len(path) == 0 {
				if name != action+"Response" {
					return shape("its root element is %.40q, not %sResponse", name, action)
				}
			} else {
				in := &path[len(path)-1]
				switch {
				case lists[in.name] && name != "member":
					return shape("its %s holds %.40q where only members belong", in.name, name)
				case !lists[in.name] && in.seen[name]:
					return shape("it has %.40q twice", name)
				}
				in.seen[name] = true
				if len(path) == 2 && in.name == action+"Result" {
					for _, l := range answerLists[action] {
						found = found || l == name
					}
				}
			}
			path = append(path, level{name, map[string]bool{}})
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 0 && lists[path[len(path)-1].name] && len(bytes.TrimSpace(t)) > 0 {
				return shape("its %s holds text where only members belong", path[len(path)-1].name)
			}
		}
	}
}

func shape(format string, args ...any) error {
	return &ec2.ShapeError{Problem: fmt.Sprintf(format, args...)}
}
