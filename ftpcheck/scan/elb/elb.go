// Package elb is what Elastic Load Balancing says of load balancers, in both of its versions: that of
// network load balancers and the classic one.
package elb

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
)

// Balancing is what was read of the load balancers of a place. What is asked for one by one is by
// the ID of what it is about, or by the name of a classic load balancer; see [ID].
type Balancing struct {
	LoadBalancers ec2.Answer[LoadBalancer]
	Listeners     map[string]*ec2.Answer[Listener]             // of load balancers
	TargetGroups  ec2.Answer[TargetGroup]                      // all
	Attributes    map[string]*ec2.Answer[TargetGroupAttribute] // of target groups
	Health        map[string]*ec2.Answer[TargetHealth]         // of target groups

	Classic        ec2.Answer[ClassicLoadBalancer]
	InstanceHealth map[string]*ec2.Answer[InstanceState] // of classic load balancers
}

// ID is the last part of the ARN of a load balancer or target group, by which files are named that
// do not say what they are about.
func ID(arn *string) string {
	text := aws.ToString(arn)
	return text[strings.LastIndex(text, "/")+1:]
}

// name is that by which interfaces call a load balancer, as in "net/ftp/0123456789abcdef".
func name(arn *string) string {
	_, name, _ := strings.Cut(aws.ToString(arn), ":loadbalancer/")
	return name
}

// Of is the answer about one thing, which is made if there is none.
func Of[T any](answers *map[string]*ec2.Answer[T], id string) *ec2.Answer[T] {
	if *answers == nil {
		*answers = map[string]*ec2.Answer[T]{}
	}
	if (*answers)[id] == nil {
		(*answers)[id] = &ec2.Answer[T]{}
	}
	return (*answers)[id]
}

// EachAnswer calls keep for each list that was read, with the AWS CLI's command that prints it, with
// the ID of what it is about behind it, and the member in which it is there.
func (b *Balancing) EachAnswer(keep func(command, member string, items any) error) error {
	err := each(nil, map[string]*ec2.Answer[LoadBalancer]{"": &b.LoadBalancers}, keep, "describe-load-balancers", "LoadBalancers")
	err = each(err, b.Listeners, keep, "describe-listeners", "Listeners")
	err = each(err, map[string]*ec2.Answer[TargetGroup]{"": &b.TargetGroups}, keep, "describe-target-groups", "TargetGroups")
	err = each(err, b.Attributes, keep, "describe-target-group-attributes", "Attributes")
	err = each(err, b.Health, keep, "describe-target-health", "TargetHealthDescriptions")
	err = each(err, map[string]*ec2.Answer[ClassicLoadBalancer]{"": &b.Classic}, keep, "describe-classic-load-balancers", "LoadBalancerDescriptions")
	return each(err, b.InstanceHealth, keep, "describe-instance-health", "InstanceStates")
}

func each[T any](err error, answers map[string]*ec2.Answer[T], keep func(command, member string, items any) error, command, member string) error {
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if err == nil && answers[id].Read {
			err = keep(strings.TrimSuffix(command+"."+id, "."), member, answers[id].Items)
		}
	}
	return err
}

// Add adds what another answer says of the same place.
func (b *Balancing) Add(o *Balancing) {
	b.LoadBalancers.Add(o.LoadBalancers)
	b.TargetGroups.Add(o.TargetGroups)
	b.Classic.Add(o.Classic)
	add(&b.Listeners, o.Listeners)
	add(&b.Attributes, o.Attributes)
	add(&b.Health, o.Health)
	add(&b.InstanceHealth, o.InstanceHealth)
}

func add[T any](to *map[string]*ec2.Answer[T], from map[string]*ec2.Answer[T]) {
	for id, a := range from {
		Of(to, id).Add(*a)
	}
}

// Exposure are the load balancers as package exposure has them.
func (b *Balancing) Exposure() (all []exposure.LoadBalancer) {
	groups := map[string]*TargetGroup{}
	for i := range b.TargetGroups.Items {
		groups[ID(b.TargetGroups.Items[i].TargetGroupArn)] = &b.TargetGroups.Items[i]
	}
	for i := range b.LoadBalancers.Items {
		x := &b.LoadBalancers.Items[i]
		if x.Type != "network" {
			continue
		}
		l := exposure.LoadBalancer{Name: name(x.LoadBalancerArn), VPCID: aws.ToString(x.VpcId)}
		if answer := b.Listeners[ID(x.LoadBalancerArn)]; answer != nil {
			l.Listeners.Whole = answer.Read
			for n := range answer.Items {
				listener := &answer.Items[n]
				switch passesTCP(listener) {
				case rule.No:
					continue
				case rule.Unknown:
					l.Listeners.Whole = false
					continue
				}
				l.Listeners.Items = append(l.Listeners.Items, exposure.Listener{Port: aws.ToInt32(listener.Port), Targets: b.targets(listener, groups)})
			}
		}
		all = append(all, l)
	}
	for i := range b.Classic.Items {
		all = append(all, b.classic(&b.Classic.Items[i]))
	}
	return all
}

// passesTCP says whether a listener takes TCP, bare or in TLS.
func passesTCP(l *Listener) rule.Answer {
	switch l.Protocol {
	case "TCP", "TLS", "TCP_UDP", "TCP_QUIC":
		return rule.Yes
	case "UDP", "QUIC":
		return rule.No
	}
	return rule.Unknown
}

// targets are those of all target groups to which a listener forwards.
func (b *Balancing) targets(l *Listener, groups map[string]*TargetGroup) exposure.List[exposure.Target] {
	list := exposure.Whole[exposure.Target]()
	for i := range l.DefaultActions {
		a := &l.DefaultActions[i]
		if a.Type != "forward" {
			list.Whole = false
		}
		for _, to := range forwardsTo(a) {
			id := ID(to.TargetGroupArn)
			g, health := groups[id], b.Health[id]
			switch {
			case g == nil:
				list.Whole = false
			case g.TargetType == "alb" || g.TargetType == "lambda": // which speak HTTP
			case health == nil || !health.Read || g.TargetType != "instance" && g.TargetType != "ip":
				list.Whole = false
			default:
				for n := range health.Items {
					t, ok := target(g, &health.Items[n], b.keepsClient(id))
					if t.Healthy = t.Healthy && (to.Weight == nil || *to.Weight > 0); !ok {
						list.Whole = false
						continue
					}
					list.Items = append(list.Items, t)
				}
			}
		}
	}
	return list
}

// forwardsTo are the target groups of an action. One alone is there twice.
func forwardsTo(a *Action) []TargetGroupTuple {
	if a.ForwardConfig != nil && len(a.ForwardConfig.TargetGroups) > 0 {
		return a.ForwardConfig.TargetGroups
	}
	return []TargetGroupTuple{{TargetGroupArn: a.TargetGroupArn}}
}

// target is one of a group. It reports false if it is none that AWS can have given.
func target(g *TargetGroup, x *TargetHealth, keeps rule.Answer) (t exposure.Target, ok bool) {
	t = exposure.Target{Port: aws.ToInt32(x.Target.Port), KeepsClient: keeps}
	overridden := x.AdministrativeOverride != nil && x.AdministrativeOverride.State != "no_override"
	t.Healthy = x.TargetHealth.State == "healthy" && !overridden &&
		aws.ToString(x.HealthCheckPort) == strconv.Itoa(int(t.Port)) // else it says nothing about this port
	if g.TargetType == "ip" {
		a, err := netip.ParseAddr(aws.ToString(x.Target.Id))
		t.Address = a
		return t, err == nil
	}
	t.InstanceID, t.Family = aws.ToString(x.Target.Id), exposure.IPv4
	if g.IpAddressType == "ipv6" {
		t.Family = exposure.IPv6
	}
	return t, true
}

// keepsClient says whether the targets of a group see the addresses of clients.
func (b *Balancing) keepsClient(group string) rule.Answer {
	if a := b.Attributes[group]; a != nil {
		for _, x := range a.Items {
			if aws.ToString(x.Key) == "preserve_client_ip.enabled" {
				switch aws.ToString(x.Value) {
				case "true":
					return rule.Yes
				case "false":
					return rule.No
				}
			}
		}
	}
	return rule.Unknown
}

// classic is a classic load balancer, which sends with its own address.
func (b *Balancing) classic(x *ClassicLoadBalancer) exposure.LoadBalancer {
	l := exposure.LoadBalancer{Name: aws.ToString(x.LoadBalancerName), VPCID: aws.ToString(x.VPCId), Listeners: exposure.Whole[exposure.Listener]()}
	inService := map[string]bool{}
	if health := b.InstanceHealth[l.Name]; health != nil {
		for _, s := range health.Items {
			inService[aws.ToString(s.InstanceId)] = aws.ToString(s.State) == "InService"
		}
	}
	for _, d := range x.ListenerDescriptions {
		switch strings.ToUpper(aws.ToString(d.Listener.Protocol)) {
		case "HTTP", "HTTPS":
			continue
		case "TCP", "SSL":
		default:
			l.Listeners.Whole = false
			continue
		}
		listener := exposure.Listener{Port: d.Listener.LoadBalancerPort, Targets: exposure.Whole[exposure.Target]()}
		port := aws.ToInt32(d.Listener.InstancePort)
		for _, i := range x.Instances {
			id := aws.ToString(i.InstanceId)
			listener.Targets.Items = append(listener.Targets.Items, exposure.Target{InstanceID: id, Family: exposure.IPv4, Port: port,
				KeepsClient: rule.No, Healthy: inService[id] && checks(x.HealthCheck, port)})
		}
		l.Listeners.Items = append(l.Listeners.Items, listener)
	}
	return l
}

// checks reports whether a health check, as "TCP:21" or "HTTP:80/index.html", is of a port.
func checks(h *ClassicHealthCheck, port int32) bool {
	if h == nil {
		return false
	}
	_, target, _ := strings.Cut(aws.ToString(h.Target), ":")
	target, _, _ = strings.Cut(target, "/")
	return target == strconv.Itoa(int(port))
}

// GroupPorts are the ports on which load balancers listen that have a security group, by its ID.
func (b *Balancing) GroupPorts() map[string][]int32 {
	ports := map[string][]int32{}
	groups := map[string][]string{} // by name and VPC
	for i := range b.LoadBalancers.Items {
		x := &b.LoadBalancers.Items[i]
		groups[name(x.LoadBalancerArn)+" "+aws.ToString(x.VpcId)] = x.SecurityGroups
	}
	for i := range b.Classic.Items {
		x := &b.Classic.Items[i]
		groups[aws.ToString(x.LoadBalancerName)+" "+aws.ToString(x.VPCId)] = x.SecurityGroups
	}
	for _, l := range b.Exposure() {
		for _, id := range groups[l.Name+" "+l.VPCID] {
			for _, x := range l.Listeners.Items {
				ports[id] = append(ports[id], x.Port)
			}
		}
	}
	return ports
}

// Forwarded are the ARNs of the target groups to which network load balancers forward TCP, in order,
// of those that have instances or addresses.
func (b *Balancing) Forwarded() (arns []string) {
	for _, answer := range b.Listeners {
		for i := range answer.Items {
			if passesTCP(&answer.Items[i]) != rule.Yes {
				continue
			}
			for n := range answer.Items[i].DefaultActions {
				for _, to := range forwardsTo(&answer.Items[i].DefaultActions[n]) {
					arns = append(arns, aws.ToString(to.TargetGroupArn))
				}
			}
		}
	}
	slices.Sort(arns)
	return slices.DeleteFunc(slices.Compact(arns), func(arn string) bool {
		return slices.ContainsFunc(b.TargetGroups.Items, func(g TargetGroup) bool {
			return aws.ToString(g.TargetGroupArn) == arn && g.TargetType != "instance" && g.TargetType != "ip"
		})
	})
}

// Things are what of the load balancers decides, by what it is called, as those of [ec2.Network].
func (b *Balancing) Things() map[string]any {
	things := map[string]any{}
	for i := range b.LoadBalancers.Items {
		x := &b.LoadBalancers.Items[i]
		things["load balancer "+name(x.LoadBalancerArn)] = []any{x.Type, aws.ToString(x.VpcId), x.SecurityGroups}
	}
	for i := range b.TargetGroups.Items {
		x := &b.TargetGroups.Items[i]
		things["target group "+ID(x.TargetGroupArn)] = []any{x.TargetType, x.IpAddressType}
	}
	for i := range b.Classic.Items {
		x := b.classic(&b.Classic.Items[i])
		things["classic load balancer "+x.Name+" of "+x.VPCID] = x
	}
	for id, a := range b.Listeners {
		for i := range a.Items {
			x := &a.Items[i]
			things["listener "+ID(x.ListenerArn)+" of load balancer "+id] = []any{x.Protocol, aws.ToInt32(x.Port), x.DefaultActions}
		}
	}
	for id, a := range b.Health {
		things["the health of the targets of "+id] = a.Items
	}
	for id, a := range b.Attributes {
		things["the attributes of target group "+id] = a.Items
	}
	for id, a := range b.InstanceHealth {
		things["the health of the instances of "+id] = a.Items
	}
	return things
}

// Lacks says what a thing does not have though AWS always gives it; empty if it has all.
func Lacks(thing any) string {
	missing := func(kind, id string, there ...bool) string {
		if id == "" {
			return kind + " has no name"
		}
		if slices.Contains(there, false) {
			return fmt.Sprintf("%s %s does not have all that AWS says of one", kind, id)
		}
		return ""
	}
	has := func(texts ...*string) bool {
		return !slices.ContainsFunc(texts, func(s *string) bool { return aws.ToString(s) == "" })
	}
	switch x := thing.(type) {
	case *LoadBalancer:
		return missing("load balancer", name(x.LoadBalancerArn), has(x.VpcId), x.Type != "")
	case *Listener:
		return missing("listener", ID(x.ListenerArn), has(x.LoadBalancerArn), x.Protocol != "", x.Port != nil, len(x.DefaultActions) > 0,
			!slices.ContainsFunc(x.DefaultActions, func(a Action) bool {
				return a.Type == "" || a.Type == "forward" && slices.ContainsFunc(forwardsTo(&a), func(g TargetGroupTuple) bool { return !has(g.TargetGroupArn) })
			}))
	case *TargetGroup:
		return missing("target group", ID(x.TargetGroupArn), x.TargetType != "", x.TargetType != "instance" || x.IpAddressType != "")
	case *TargetGroupAttribute:
		return missing("target group attribute", aws.ToString(x.Key), x.Value != nil)
	case *TargetHealth:
		if x.Target == nil || !has(x.Target.Id) {
			return "target has no ID"
		}
		return missing("target", *x.Target.Id, x.Target.Port != nil, x.TargetHealth != nil && x.TargetHealth.State != "")
	case *ClassicLoadBalancer:
		return missing("classic load balancer", aws.ToString(x.LoadBalancerName), has(x.VPCId), x.ListenerDescriptions != nil, x.Instances != nil,
			!slices.ContainsFunc(x.ListenerDescriptions, func(d ListenerDescription) bool {
				return d.Listener == nil || !has(d.Listener.Protocol) || d.Listener.LoadBalancerPort == 0 || d.Listener.InstancePort == nil
			}), !slices.ContainsFunc(x.Instances, func(i Instance) bool { return !has(i.InstanceId) }))
	case *InstanceState:
		return missing("instance", aws.ToString(x.InstanceId), has(x.State))
	}
	return ""
}

// Identity is what tells a thing from others of an answer.
func Identity(thing any) string {
	switch x := thing.(type) {
	case *LoadBalancer:
		return aws.ToString(x.LoadBalancerArn)
	case *Listener:
		return aws.ToString(x.ListenerArn)
	case *TargetGroup:
		return aws.ToString(x.TargetGroupArn)
	case *TargetGroupAttribute:
		return aws.ToString(x.Key)
	case *TargetHealth:
		return fmt.Sprintf("%s port %d", cmp.Or(aws.ToString(x.Target.Id), "-"), aws.ToInt32(x.Target.Port))
	case *ClassicLoadBalancer:
		return aws.ToString(x.LoadBalancerName)
	case *InstanceState:
		return aws.ToString(x.InstanceId)
	}
	return ""
}
