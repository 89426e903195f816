package saved

import (
	"context"
	"fmt"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What is here reads the answers about load balancers. Some do not say what they are about, so the
// name of the file must.

func (f *cliFile) loadBalancers(d *document.Document) error {
	return balancingItems(f, d, &f.networkFile().balancing.LoadBalancers, func(x *elb.LoadBalancer) place { return placeOfARN(x.LoadBalancerArn) })
}

func (f *cliFile) targetGroups(d *document.Document) error {
	return balancingItems(f, d, &f.networkFile().balancing.TargetGroups, func(x *elb.TargetGroup) place { return placeOfARN(x.TargetGroupArn) })
}

func (f *cliFile) classicLoadBalancers(d *document.Document) error {
	return balancingItems(f, d, &f.networkFile().balancing.Classic, func(x *elb.ClassicLoadBalancer) (at place) {
		for _, zone := range x.AvailabilityZones {
			at.region = regionOfZone(zone)
		}
		return at
	})
}

// listeners reads the listeners of one load balancer, which they name.
func (f *cliFile) listeners(d *document.Document) error {
	var of ec2.Answer[elb.Listener]
	err := balancingItems(f, d, &of, func(x *elb.Listener) place { return placeOfARN(x.ListenerArn) })
	b := &f.networkFile().balancing
	if id := balancingID.FindString(nameOf(f.c.Origin)); id != "" {
		elb.Of(&b.Listeners, id).Read = true // also if there are none
	}
	for _, x := range of.Items {
		answer := elb.Of(&b.Listeners, elb.ID(x.LoadBalancerArn))
		answer.Read, answer.Items = true, append(answer.Items, x)
	}
	return err
}

func (f *cliFile) targetHealth(d *document.Document) error {
	id, err := f.about("target group", "describe-target-health")
	if err != nil {
		return err
	}
	return balancingItems(f, d, elb.Of(&f.networkFile().balancing.Health, id), func(*elb.TargetHealth) place { return place{} })
}

func (f *cliFile) targetGroupAttributes(d *document.Document) error {
	id, err := f.about("target group", "describe-target-group-attributes")
	if err != nil {
		return err
	}
	return balancingItems(f, d, elb.Of(&f.networkFile().balancing.Attributes, id), func(*elb.TargetGroupAttribute) place { return place{} })
}

func (f *cliFile) instanceHealth(d *document.Document) error {
	m := classicName.FindStringSubmatch(nameOf(f.c.Origin))
	if m == nil {
		return &document.Error{Code: document.InvalidValue, Offset: -1,
			Problem: "this is the health of the instances of a classic load balancer, but nothing says of which. Give the file its name, as in describe-instance-health.NAME.json"}
	}
	return balancingItems(f, d, elb.Of(&f.networkFile().balancing.InstanceHealth, m[1]), func(*elb.InstanceState) place { return place{} })
}

var (
	// balancingID is the last part of the ARN of a load balancer or target group.
	balancingID = regexp.MustCompile(`[0-9a-f]{16}`)
	classicName = regexp.MustCompile(`^describe-instance-health\.([0-9A-Za-z-]+)\.json`)
)

// about is the ID of what the file is about, as its name has it.
func (f *cliFile) about(what, command string) (id string, err error) {
	if id = balancingID.FindString(nameOf(f.c.Origin)); id == "" {
		return "", &document.Error{Code: document.InvalidValue, Offset: -1,
			Problem: fmt.Sprintf("this is of a %s, but nothing says of which. Give the file a name with the last part of the ARN in it, as in %s.0123456789abcdef.json", what, command)}
	}
	return id, nil
}

func placeOfARN(text *string) place {
	of, _ := arn.Parse(aws.ToString(text))
	return place{of.AccountID, of.Region}
}

// balancingItems reads a list of things of load balancers, each of which tells something of its place.
func balancingItems[T any](f *cliFile, d *document.Document, answer *ec2.Answer[T], at func(*T) place) error {
	answer.Read = true
	return each(f, d, func(x *T) error {
		if lacks := elb.Lacks(x); lacks != "" {
			return &sg.BadValue{Problem: lacks}
		}
		answer.Items = append(answer.Items, *x)
		if bad := f.networkFile().takes(x, at(x)); bad != nil {
			return bad
		}
		return nil
	}, anyCase)
}

// readBalancerSources takes in what the security groups of load balancers let in where these listen,
// before all other groups, as what reaches these depends on it.
func (r *savedRead) readBalancerSources(ctx context.Context, files []*sg.Coverage, decoders map[*sg.Coverage]Decoder) error {
	if !r.request.WantsNetworks() {
		return nil
	}
	var all elb.Balancing
	for _, f := range r.networkFiles {
		all.Add(&f.balancing)
	}
	if r.groupPorts = all.GroupPorts(); len(r.groupPorts) == 0 {
		return nil
	}
	r.balancerSources = map[string]*exposure.Sources{}
	for _, c := range files {
		unused := *c // it is read for its groups later, and its record made
		err := r.judgedIn(ctx, &unused, decoders[c], func(g *sg.Group) {
			if ports := r.groupPorts[g.ID]; ports != nil {
				r.balancerSources[g.ID] = exposure.NewSources(g.RulePermissions(), ports...)
			}
		})
		if err != nil && ctx.Err() != nil {
			return err
		}
	}
	return nil
}
