package live

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classictypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// balancingCalls are the operations that tell what load balancers send to whom.
type balancingCalls struct {
	loadBalancers  call[elasticloadbalancingv2.DescribeLoadBalancersInput, elasticloadbalancingv2.DescribeLoadBalancersOutput, elasticloadbalancingv2.Options]
	listeners      call[elasticloadbalancingv2.DescribeListenersInput, elasticloadbalancingv2.DescribeListenersOutput, elasticloadbalancingv2.Options]
	targetGroups   call[elasticloadbalancingv2.DescribeTargetGroupsInput, elasticloadbalancingv2.DescribeTargetGroupsOutput, elasticloadbalancingv2.Options]
	attributes     call[elasticloadbalancingv2.DescribeTargetGroupAttributesInput, elasticloadbalancingv2.DescribeTargetGroupAttributesOutput, elasticloadbalancingv2.Options]
	health         call[elasticloadbalancingv2.DescribeTargetHealthInput, elasticloadbalancingv2.DescribeTargetHealthOutput, elasticloadbalancingv2.Options]
	classic        call[elasticloadbalancing.DescribeLoadBalancersInput, elasticloadbalancing.DescribeLoadBalancersOutput, elasticloadbalancing.Options]
	instanceHealth call[elasticloadbalancing.DescribeInstanceHealthInput, elasticloadbalancing.DescribeInstanceHealthOutput, elasticloadbalancing.Options]
}

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
	b, c, size := &n.balancing, &r.client.balancing, new(int32(400)) // which is the most
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
			func(token *string) *elasticloadbalancingv2.DescribeLoadBalancersInput {
				return &elasticloadbalancingv2.DescribeLoadBalancersInput{PageSize: size, Marker: token}
			},
			func(page *elasticloadbalancingv2.DescribeLoadBalancersOutput) ([]types.LoadBalancer, *string) {
				return page.LoadBalancers, page.NextMarker
			}),
		answer(ctx, r, describe+"TargetGroups", "", &b.TargetGroups, c.targetGroups,
			func(token *string) *elasticloadbalancingv2.DescribeTargetGroupsInput {
				return &elasticloadbalancingv2.DescribeTargetGroupsInput{PageSize: size, Marker: token}
			},
			func(page *elasticloadbalancingv2.DescribeTargetGroupsOutput) ([]types.TargetGroup, *string) {
				return page.TargetGroups, page.NextMarker
			}),
		answer(ctx, r, describe+"LoadBalancers", "classic", &b.Classic, c.classic,
			func(token *string) *elasticloadbalancing.DescribeLoadBalancersInput {
				return &elasticloadbalancing.DescribeLoadBalancersInput{PageSize: size, Marker: token}
			},
			func(page *elasticloadbalancing.DescribeLoadBalancersOutput) ([]classictypes.LoadBalancerDescription, *string) {
				return page.LoadBalancerDescriptions, page.NextMarker
			}),
	}
	for _, answer := range all {
		if err := n.note(answer()); err != nil {
			return err
		}
	}
	for i := range b.LoadBalancers.Items {
		if x := &b.LoadBalancers.Items[i]; x.Type == types.LoadBalancerTypeEnumNetwork {
			err := read(describe+"Listeners", answer(ctx, r, describe+"Listeners", aws.ToString(x.LoadBalancerArn), elb.Of(&b.Listeners, elb.ID(x.LoadBalancerArn)), c.listeners,
				func(token *string) *elasticloadbalancingv2.DescribeListenersInput {
					return &elasticloadbalancingv2.DescribeListenersInput{LoadBalancerArn: x.LoadBalancerArn, PageSize: size, Marker: token}
				},
				func(page *elasticloadbalancingv2.DescribeListenersOutput) ([]types.Listener, *string) {
					return page.Listeners, page.NextMarker
				}))
			if err != nil {
				return err
			}
		}
	}
	for _, arn := range b.Forwarded() {
		err := read(describe+"TargetHealth", answer(ctx, r, describe+"TargetHealth", arn, elb.Of(&b.Health, elb.ID(&arn)), c.health,
			func(*string) *elasticloadbalancingv2.DescribeTargetHealthInput {
				return &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: &arn}
			},
			func(all *elasticloadbalancingv2.DescribeTargetHealthOutput) ([]types.TargetHealthDescription, *string) {
				return all.TargetHealthDescriptions, nil
			}))
		if err != nil {
			return err
		}
		err = read(describe+"TargetGroupAttributes", answer(ctx, r, describe+"TargetGroupAttributes", arn, elb.Of(&b.Attributes, elb.ID(&arn)), c.attributes,
			func(*string) *elasticloadbalancingv2.DescribeTargetGroupAttributesInput {
				return &elasticloadbalancingv2.DescribeTargetGroupAttributesInput{TargetGroupArn: &arn}
			},
			func(all *elasticloadbalancingv2.DescribeTargetGroupAttributesOutput) ([]types.TargetGroupAttribute, *string) {
				return all.Attributes, nil
			}))
		if err != nil {
			return err
		}
	}
	for i := range b.Classic.Items {
		x := &b.Classic.Items[i]
		if !slices.ContainsFunc(x.ListenerDescriptions, func(d classictypes.ListenerDescription) bool {
			return !strings.HasPrefix(strings.ToUpper(aws.ToString(d.Listener.Protocol)), "HTTP")
		}) {
			continue
		}
		err := read(describe+"InstanceHealth", answer(ctx, r, describe+"InstanceHealth", aws.ToString(x.LoadBalancerName), elb.Of(&b.InstanceHealth, aws.ToString(x.LoadBalancerName)), c.instanceHealth,
			func(*string) *elasticloadbalancing.DescribeInstanceHealthInput {
				return &elasticloadbalancing.DescribeInstanceHealthInput{LoadBalancerName: x.LoadBalancerName}
			},
			func(all *elasticloadbalancing.DescribeInstanceHealthOutput) ([]classictypes.InstanceState, *string) {
				return all.InstanceStates, nil
			}))
		if err != nil {
			return err
		}
	}
	return nil
}
