package fakeaws

import (
	"fmt"
	"slices"
	"strings"
)

// A LoadBalancer is a load balancer. Its network interfaces are those of the region that call it by
// [LoadBalancerName] in their descriptions.
type LoadBalancer struct {
	Name string
	// Type is network if empty, or application or classic.
	Type string
	// VPC is as in [VPC] if empty.
	VPC string
	// Groups are the IDs of its security groups.
	Groups    []string
	Listeners []Listener
}

// A Listener is a listener of a load balancer, with a target group of its own. All listeners of a
// classic load balancer have the instances of the first.
type Listener struct {
	Port int
	// Protocol is TCP if empty.
	Protocol string
	// To is the port of the targets, which are IDs of instances, or addresses.
	To      int
	Targets []string
	// TargetType is instance or ip, as the first target is, if it is empty.
	TargetType string
	// KeepsClient keeps the addresses of clients.
	KeepsClient bool
	// State is that of the health of the targets, healthy if empty. CheckPort is the port on which
	// it is checked, that of the targets if zero.
	State     string
	CheckPort int
}

const (
	elbVersion        = "2015-12-01"
	classicELBVersion = "2012-06-01"
)

var elbAPI = &api{
	content: "text/xml",
	actions: map[string]func(*call) (any, error){
		"DescribeLoadBalancers":         describeLoadBalancers,
		"DescribeListeners":             describeListeners,
		"DescribeTargetGroups":          describeTargetGroups,
		"DescribeTargetGroupAttributes": describeTargetGroupAttributes,
		"DescribeTargetHealth":          describeTargetHealth,
		"DescribeInstanceHealth":        describeInstanceHealth,
	},
	// An answer is the elements of the result.
	answer: func(c *call, answer any) []byte {
		return document(node(c.action+"Response",
			node(c.action+"Result", answer.([]element)...),
			node("ResponseMetadata", text("RequestId", c.requestID())),
		), "http://elasticloadbalancing.amazonaws.com/doc/"+c.params.Get("Version")+"/", c.order)
	},
	failure: stsAPI.failure, // in the same form
}

// members is list, as this service has it.
func members[T any](name string, things []T, item func(T) element) element {
	e := list(name, things, item)
	for i := range e.children {
		e.children[i].name = "member"
	}
	return e
}

func member(text string) element { return element{text: text} }

// loadBalancerID is the last part of ARNs.
func loadBalancerID(parts ...string) string { return derivedID("", parts...)[1:17] }

// LoadBalancerName is what the descriptions of its interfaces call a network load balancer, behind
// "ELB ".
func LoadBalancerName(account, region, name string) string {
	return "net/" + name + "/" + loadBalancerID(account, region, name)
}

func (c *call) elbARN(format string, args ...any) string {
	return fmt.Sprintf("arn:%s:elasticloadbalancing:%s:%s:", partition(c.region), c.region, c.account()) + fmt.Sprintf(format, args...)
}

func (c *call) loadBalancerARN(l *LoadBalancer) string {
	name := LoadBalancerName(c.account(), c.region, l.Name)
	if l.Type == "application" {
		name = "app" + strings.TrimPrefix(name, "net")
	}
	return c.elbARN("loadbalancer/%s", name)
}

func (c *call) targetGroupARN(l *LoadBalancer, x *Listener) string {
	name := fmt.Sprintf("%s-%d", l.Name, x.Port)
	return c.elbARN("targetgroup/%s/%s", name, loadBalancerID(c.account(), c.region, "targets", name))
}

// loadBalancers are those of the region, of one version or the other, with all that is derived.
func (c *call) loadBalancers(classic bool) (all []*LoadBalancer) {
	for _, l := range c.contents().LoadBalancers {
		if l.Type == "" {
			l.Type = "network"
		}
		if l.VPC == "" {
			l.VPC = derivedID("vpc", c.account(), c.region)
		}
		l.Listeners = slices.Clone(l.Listeners)
		for i := range l.Listeners {
			x := &l.Listeners[i]
			if x.Protocol == "" {
				x.Protocol = "TCP"
			}
			if x.State == "" {
				x.State = "healthy"
			}
			if x.CheckPort == 0 {
				x.CheckPort = x.To
			}
			if x.TargetType == "" {
				x.TargetType = "ip"
				if len(x.Targets) > 0 && strings.HasPrefix(x.Targets[0], "i-") {
					x.TargetType = "instance"
				}
			}
		}
		if (l.Type == "classic") == classic {
			all = append(all, &l)
		}
	}
	return all
}

// elbPage answers with a page of things.
func elbPage[T any](c *call, all []T, name string, item func(T) element) (any, error) {
	usual := c.server.world.PageSize
	if usual <= 0 {
		usual = 400
	}
	things, next, err := page(c, slices.Values(all), 1, 400, min(usual, 400))
	if err != nil {
		return nil, err
	}
	return []element{members(name, things, item), text("NextMarker", next)}, nil
}

func describeLoadBalancers(c *call) (any, error) {
	if c.params.Get("Version") == classicELBVersion {
		return elbPage(c, c.loadBalancers(true), "LoadBalancerDescriptions", c.classicLoadBalancer)
	}
	return elbPage(c, c.loadBalancers(false), "LoadBalancers", func(l *LoadBalancer) element {
		return node("",
			text("LoadBalancerArn", c.loadBalancerARN(l)), text("LoadBalancerName", l.Name), text("Type", l.Type), text("VpcId", l.VPC),
			text("Scheme", "internet-facing"), text("CanonicalHostedZoneId", "Z26RNL4JYFTOTI"), node("State", text("Code", "active")), text("IpAddressType", "ipv4"),
			members("SecurityGroups", l.Groups, member),
		)
	})
}

func (c *call) classicLoadBalancer(l *LoadBalancer) element {
	check := "TCP:80"
	var instances []string
	if len(l.Listeners) > 0 {
		check, instances = fmt.Sprintf("TCP:%d", l.Listeners[0].CheckPort), l.Listeners[0].Targets
	}
	return node("",
		text("LoadBalancerName", l.Name), text("VPCId", l.VPC), text("Scheme", "internet-facing"), text("CanonicalHostedZoneNameID", "Z35SXDOTRQ7X7K"),
		members("AvailabilityZones", []string{c.region + "a"}, member), members("SecurityGroups", l.Groups, member),
		members("ListenerDescriptions", l.Listeners, func(x Listener) element {
			return node("", node("Listener", text("Protocol", x.Protocol), number("LoadBalancerPort", x.Port), text("InstanceProtocol", x.Protocol), number("InstancePort", x.To)),
				members("PolicyNames", nil, member))
		}),
		members("Instances", instances, func(id string) element { return node("", text("InstanceId", id)) }),
		node("HealthCheck", text("Target", check), number("Interval", 30), number("Timeout", 5), number("HealthyThreshold", 2), number("UnhealthyThreshold", 2)),
	)
}

func describeListeners(c *call) (any, error) {
	for _, l := range c.loadBalancers(false) {
		if arn := c.loadBalancerARN(l); arn == c.params.Get("LoadBalancerArn") {
			return elbPage(c, l.Listeners, "Listeners", func(x Listener) element {
				to := c.targetGroupARN(l, &x)
				return node("",
					text("ListenerArn", strings.Replace(arn, ":loadbalancer/", ":listener/", 1)+"/"+loadBalancerID(l.Name, fmt.Sprint(x.Port))), text("LoadBalancerArn", arn),
					text("Protocol", x.Protocol), number("Port", x.Port),
					members("DefaultActions", []string{to}, func(to string) element {
						return node("", text("Type", "forward"), text("TargetGroupArn", to),
							node("ForwardConfig", members("TargetGroups", []string{to}, func(to string) element { return node("", text("TargetGroupArn", to), number("Weight", 1)) })))
					}),
				)
			})
		}
	}
	return nil, fail(400, "LoadBalancerNotFound", "One or more load balancers not found")
}

// A targetGroup is that of a listener.
type targetGroup struct {
	arn      string
	balancer *LoadBalancer
	*Listener
}

func (c *call) targetGroups() (all []targetGroup) {
	for _, l := range c.loadBalancers(false) {
		for i := range l.Listeners {
			all = append(all, targetGroup{c.targetGroupARN(l, &l.Listeners[i]), l, &l.Listeners[i]})
		}
	}
	return all
}

// targetGroup is the one that the call asks for.
func (c *call) targetGroup() (targetGroup, error) {
	for _, g := range c.targetGroups() {
		if g.arn == c.params.Get("TargetGroupArn") {
			return g, nil
		}
	}
	return targetGroup{}, fail(400, "TargetGroupNotFound", "One or more target groups not found")
}

func describeTargetGroups(c *call) (any, error) {
	return elbPage(c, c.targetGroups(), "TargetGroups", func(g targetGroup) element {
		return node("",
			text("TargetGroupArn", g.arn), text("TargetGroupName", fmt.Sprintf("%s-%d", g.balancer.Name, g.Port)), text("Protocol", g.Protocol), number("Port", g.To),
			text("VpcId", g.balancer.VPC), text("TargetType", g.TargetType), text("IpAddressType", "ipv4"), text("HealthCheckPort", "traffic-port"),
			members("LoadBalancerArns", []string{c.loadBalancerARN(g.balancer)}, member),
		)
	})
}

func describeTargetGroupAttributes(c *call) (any, error) {
	g, err := c.targetGroup()
	if err != nil {
		return nil, err
	}
	return []element{members("Attributes", [][2]string{{"proxy_protocol_v2.enabled", "false"}, {"preserve_client_ip.enabled", fmt.Sprint(g.KeepsClient)}}, func(a [2]string) element {
		return node("", text("Key", a[0]), text("Value", a[1]))
	})}, nil
}

func describeTargetHealth(c *call) (any, error) {
	g, err := c.targetGroup()
	if err != nil {
		return nil, err
	}
	return []element{members("TargetHealthDescriptions", g.Targets, func(id string) element {
		return node("", node("Target", text("Id", id), number("Port", g.To)), text("HealthCheckPort", fmt.Sprint(g.CheckPort)), node("TargetHealth", text("State", g.State)))
	})}, nil
}

func describeInstanceHealth(c *call) (any, error) {
	for _, l := range c.loadBalancers(true) {
		if l.Name != c.params.Get("LoadBalancerName") {
			continue
		}
		var of Listener
		if len(l.Listeners) > 0 {
			of = l.Listeners[0]
		}
		return []element{members("InstanceStates", of.Targets, func(id string) element {
			state := "InService"
			if of.State != "healthy" {
				state = "OutOfService"
			}
			return node("", text("InstanceId", id), text("State", state), text("ReasonCode", "N/A"), text("Description", "N/A"))
		})}, nil
	}
	return nil, fail(400, "LoadBalancerNotFound", "There is no ACTIVE Load Balancer named '%s'", c.params.Get("LoadBalancerName"))
}
