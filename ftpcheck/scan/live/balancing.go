package live

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// balancingCalls are the operations that tell what load balancers send to whom.
type balancingCalls struct {
	loadBalancers  call[balancingInput, loadBalancersPage, awsec2.Options]
	listeners      call[balancingInput, listenersPage, awsec2.Options]
	targetGroups   call[balancingInput, targetGroupsPage, awsec2.Options]
	attributes     call[balancingInput, targetGroupAttributes, awsec2.Options]
	health         call[balancingInput, targetHealth, awsec2.Options]
	classic        call[balancingInput, classicPage, awsec2.Options]
	instanceHealth call[balancingInput, instanceHealth, awsec2.Options]
}

func newBalancingCalls(cfg aws.Config, region string) balancingCalls {
	v2, classic := loadBalancing.client(cfg, region), classicLoadBalancing.client(cfg, region)
	return balancingCalls{
		operation[balancingInput, loadBalancersPage](v2, "DescribeLoadBalancers"),
		operation[balancingInput, listenersPage](v2, "DescribeListeners"),
		operation[balancingInput, targetGroupsPage](v2, "DescribeTargetGroups"),
		operation[balancingInput, targetGroupAttributes](v2, "DescribeTargetGroupAttributes"),
		operation[balancingInput, targetHealth](v2, "DescribeTargetHealth"),
		operation[balancingInput, classicPage](classic, "DescribeLoadBalancers"),
		operation[balancingInput, instanceHealth](classic, "DescribeInstanceHealth"),
	}
}

// balancingInput is what any of these operations is asked: what about, if it must be told, and for
// which page.
type balancingInput struct {
	LoadBalancerArn, TargetGroupArn, LoadBalancerName *string
	Marker                                            *string
	PageSize                                          int32
}

type loadBalancersPage struct {
	LoadBalancers []elb.LoadBalancer
	NextMarker    *string
}

type listenersPage struct {
	Listeners  []elb.Listener
	NextMarker *string
}

type targetGroupsPage struct {
	TargetGroups []elb.TargetGroup
	NextMarker   *string
}

type targetGroupAttributes struct{ Attributes []elb.TargetGroupAttribute }

type targetHealth struct{ TargetHealthDescriptions []elb.TargetHealth }

type classicPage struct {
	LoadBalancerDescriptions []elb.ClassicLoadBalancer
	NextMarker               *string
}

type instanceHealth struct{ InstanceStates []elb.InstanceState }

// balancerSources takes in what the security groups of load balancers let in where these listen.
func (r *placeReader) balancerSources(p *survey, b *elb.Balancing, sources map[string]*exposure.Sources) error {
	ports := b.GroupPorts()
	if len(ports) == 0 || r.request.Recorder != nil {
		return nil
	}
	request := &sg.Request{GroupIDs: slices.Collect(maps.Keys(ports))}
	for page := range p.groups.pages {
		err := r.each(p, page, request, func(g *sg.Group) {
			sources[strings.Clone(g.ID)] = exposure.NewSources(g.RulePermissions(), ports[g.ID]...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// balancing reads what the load balancers of the place send to whom. What is asked for one by one
// is asked for those alone that may pass on FTP.
func (r *placeReader) balancing(ctx context.Context, n *placeNetwork) error {
	b, c := &n.balancing, &r.client.balancing
	const size = 400 // which is the most
	denied := map[string]bool{}
	// read reads one answer, unless the action was denied before.
	read := func(action string, answer func() error) error {
		if denied[action] {
			return nil
		}
		err := answer()
		if f := (*failure)(nil); errors.As(err, &f) {
			denied[action] = f.status == sg.StatusDenied || f.status == sg.StatusDeniedBySCP
		}
		return n.note(err)
	}
	const describe = "elasticloadbalancing:Describe"
	all := []func() error{
		answer(ctx, r, describe+"LoadBalancers", "", &b.LoadBalancers, c.loadBalancers,
			func(token *string) *balancingInput {
				return &balancingInput{PageSize: size, Marker: token}
			},
			func(page *loadBalancersPage) ([]elb.LoadBalancer, *string) {
				return page.LoadBalancers, page.NextMarker
			}),
		answer(ctx, r, describe+"TargetGroups", "", &b.TargetGroups, c.targetGroups,
			func(token *string) *balancingInput {
				return &balancingInput{PageSize: size, Marker: token}
			},
			func(page *targetGroupsPage) ([]elb.TargetGroup, *string) {
				return page.TargetGroups, page.NextMarker
			}),
		answer(ctx, r, describe+"LoadBalancers", "classic", &b.Classic, c.classic,
			func(token *string) *balancingInput {
				return &balancingInput{PageSize: size, Marker: token}
			},
			func(page *classicPage) ([]elb.ClassicLoadBalancer, *string) {
				return page.LoadBalancerDescriptions, page.NextMarker
			}),
	}
	for _, answer := range all {
		if err := n.note(answer()); err != nil {
			return err
		}
	}
	for i := range b.LoadBalancers.Items {
		if x := &b.LoadBalancers.Items[i]; x.Type == "network" {
			err := read(describe+"Listeners", answer(ctx, r, describe+"Listeners", aws.ToString(x.LoadBalancerArn), elb.Of(&b.Listeners, elb.ID(x.LoadBalancerArn)), c.listeners,
				func(token *string) *balancingInput {
					return &balancingInput{LoadBalancerArn: x.LoadBalancerArn, PageSize: size, Marker: token}
				},
				func(page *listenersPage) ([]elb.Listener, *string) {
					return page.Listeners, page.NextMarker
				}))
			if err != nil {
				return err
			}
		}
	}
	for _, arn := range b.Forwarded() {
		err := read(describe+"TargetHealth", answer(ctx, r, describe+"TargetHealth", arn, elb.Of(&b.Health, elb.ID(&arn)), c.health,
			func(*string) *balancingInput {
				return &balancingInput{TargetGroupArn: &arn}
			},
			func(all *targetHealth) ([]elb.TargetHealth, *string) {
				return all.TargetHealthDescriptions, nil
			}))
		if err != nil {
			return err
		}
		err = read(describe+"TargetGroupAttributes", answer(ctx, r, describe+"TargetGroupAttributes", arn, elb.Of(&b.Attributes, elb.ID(&arn)), c.attributes,
			func(*string) *balancingInput {
				return &balancingInput{TargetGroupArn: &arn}
			},
			func(all *targetGroupAttributes) ([]elb.TargetGroupAttribute, *string) {
				return all.Attributes, nil
			}))
		if err != nil {
			return err
		}
	}
	for i := range b.Classic.Items {
		x := &b.Classic.Items[i]
		if !slices.ContainsFunc(x.ListenerDescriptions, func(d elb.ListenerDescription) bool {
			return !strings.HasPrefix(strings.ToUpper(aws.ToString(d.Listener.Protocol)), "HTTP")
		}) {
			continue
		}
		err := read(describe+"InstanceHealth", answer(ctx, r, describe+"InstanceHealth", aws.ToString(x.LoadBalancerName), elb.Of(&b.InstanceHealth, aws.ToString(x.LoadBalancerName)), c.instanceHealth,
			func(*string) *balancingInput {
				return &balancingInput{LoadBalancerName: x.LoadBalancerName}
			},
			func(all *instanceHealth) ([]elb.InstanceState, *string) {
				return all.InstanceStates, nil
			}))
		if err != nil {
			return err
		}
	}
	return nil
}
