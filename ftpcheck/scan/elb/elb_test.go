package elb

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
)

func read[T any](items ...T) ec2.Answer[T] { return ec2.Answer[T]{Read: true, Items: items} }

const prefix = "arn:aws:elasticloadbalancing:us-east-1:111122223333:"

func text(format string, args ...any) *string { return aws.String(fmt.Sprintf(format, args...)) }

// balancing is one network load balancer that sends port 2121 to port 21 of an instance, and one
// classic one that does so.
func balancing() *Balancing {
	health := read(TargetHealth{Target: &Target{Id: text("i-1"), Port: new(int32(21))}, HealthCheckPort: text("21"),
		TargetHealth: &State{State: "healthy"}})
	attributes := read(TargetGroupAttribute{Key: text("preserve_client_ip.enabled"), Value: text("true")})
	listeners := read(Listener{ListenerArn: text(prefix + "listener/net/ftp/a1/c1"), LoadBalancerArn: text(prefix + "loadbalancer/net/ftp/a1"), Protocol: "TCP", Port: new(int32(2121)),
		DefaultActions: []Action{{Type: "forward", TargetGroupArn: text(prefix + "targetgroup/ftp/b1")}}})
	states := read(InstanceState{InstanceId: text("i-1"), State: text("InService")})
	return &Balancing{
		LoadBalancers: read(LoadBalancer{LoadBalancerArn: text(prefix + "loadbalancer/net/ftp/a1"), Type: "network", VpcId: text("vpc-1"), SecurityGroups: []string{"sg-1"}}),
		Listeners:     map[string]*ec2.Answer[Listener]{"a1": &listeners},
		TargetGroups:  read(TargetGroup{TargetGroupArn: text(prefix + "targetgroup/ftp/b1"), TargetType: "instance", IpAddressType: "ipv4"}),
		Attributes:    map[string]*ec2.Answer[TargetGroupAttribute]{"b1": &attributes},
		Health:        map[string]*ec2.Answer[TargetHealth]{"b1": &health},
		Classic: read(ClassicLoadBalancer{LoadBalancerName: text("old"), VPCId: text("vpc-1"), Instances: []Instance{{InstanceId: text("i-1")}}, SecurityGroups: []string{"sg-2"},
			ListenerDescriptions: []ListenerDescription{{Listener: &ClassicListener{Protocol: text("TCP"), LoadBalancerPort: 2121, InstancePort: new(int32(21))}}}, HealthCheck: &ClassicHealthCheck{Target: text("TCP:21")}}),
		InstanceHealth: map[string]*ec2.Answer[InstanceState]{"old": &states},
	}
}

// said is what Exposure says, in a line for each listener and target.
func said(all []exposure.LoadBalancer) (lines []string) {
	for _, l := range all {
		lines = append(lines, fmt.Sprintf("%s whole %v", l.Name, l.Listeners.Whole))
		for _, x := range l.Listeners.Items {
			lines = append(lines, fmt.Sprintf("%s %d whole %v", l.Name, x.Port, x.Targets.Whole))
			for _, t := range x.Targets.Items {
				to := t.InstanceID
				if to == "" {
					to = t.Address.String()
				} else if t.Family == exposure.IPv6 {
					to += " by IPv6"
				}
				keeps := map[rule.Answer]string{rule.Yes: "keeps", rule.No: "does not keep", rule.Unknown: "perhaps keeps"}[t.KeepsClient]
				lines = append(lines, fmt.Sprintf("%s %d to %s port %d, %s, healthy %v", l.Name, x.Port, to, t.Port, keeps, t.Healthy))
			}
		}
	}
	return lines
}

func TestExposure(t *testing.T) {
	const net, old = "net/ftp/a1", "old"
	whole := []string{net + " whole true", net + " 2121 whole true", net + " 2121 to i-1 port 21, keeps, healthy true",
		old + " whole true", old + " 2121 whole true", old + " 2121 to i-1 port 21, does not keep, healthy true"}
	if diff := cmp.Diff(whole, said(balancing().Exposure())); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	listener := func(b *Balancing) *Listener { return &b.Listeners["a1"].Items[0] }
	group := func(b *Balancing) *TargetGroup { return &b.TargetGroups.Items[0] }
	target := func(b *Balancing) *TargetHealth { return &b.Health["b1"].Items[0] }
	older := func(b *Balancing) *ClassicLoadBalancer { return &b.Classic.Items[0] }
	unhealthy := []string{net + " 2121 to i-1 port 21, keeps, healthy false"}
	unknown := []string{net + " 2121 whole false"}
	noTarget := []string{}
	for _, tt := range []struct {
		name   string
		change func(*Balancing)
		of     string
		want   []string // lines on its port, but for that which says that the targets are whole
	}{
		{"not healthy", func(b *Balancing) { target(b).TargetHealth.State = "draining" }, net, unhealthy},
		{"checked on another port", func(b *Balancing) { target(b).HealthCheckPort = text("80") }, net, unhealthy},
		{"checked on nobody knows which port", func(b *Balancing) { target(b).HealthCheckPort = nil }, net, unhealthy},
		{"shifted away", func(b *Balancing) {
			target(b).AdministrativeOverride = &AdministrativeOverride{State: "zonal_shift_active"}
		}, net, unhealthy},
		{"of no weight", func(b *Balancing) {
			listener(b).DefaultActions[0].ForwardConfig = &ForwardConfig{TargetGroups: []TargetGroupTuple{{TargetGroupArn: group(b).TargetGroupArn, Weight: new(int32(0))}}}
		}, net, unhealthy},
		{"the health was not read", func(b *Balancing) { b.Health = nil }, net, unknown},
		{"the health was denied", func(b *Balancing) { *b.Health["b1"] = ec2.Answer[TargetHealth]{} }, net, unknown},
		{"the target group was not read", func(b *Balancing) { b.TargetGroups.Items = nil }, net, unknown},
		{"another action", func(b *Balancing) { listener(b).DefaultActions[0].Type = "juggle" }, net, []string{net + " 2121 whole false", whole[2]}},
		{"a type that is not known", func(b *Balancing) { group(b).TargetType = "ufo" }, net, unknown},
		{"an application load balancer", func(b *Balancing) { group(b).TargetType = "alb"; b.Health = nil }, net, noTarget},
		{"a function", func(b *Balancing) { group(b).TargetType = "lambda"; b.Health = nil }, net, noTarget},
		{"an address", func(b *Balancing) {
			group(b).TargetType, target(b).Target.Id = "ip", text("10.0.0.5")
		}, net, []string{net + " 2121 to 10.0.0.5 port 21, keeps, healthy true"}},
		{"an address that is none", func(b *Balancing) { group(b).TargetType = "ip" }, net, unknown},
		{"an instance by IPv6", func(b *Balancing) { group(b).IpAddressType = "ipv6" }, net, []string{net + " 2121 to i-1 by IPv6 port 21, keeps, healthy true"}},
		{"the attributes were not read", func(b *Balancing) { b.Attributes = nil }, net, []string{net + " 2121 to i-1 port 21, perhaps keeps, healthy true"}},
		{"the client's address is not kept", func(b *Balancing) { b.Attributes["b1"].Items[0].Value = text("false") }, net, []string{net + " 2121 to i-1 port 21, does not keep, healthy true"}},
		{"out of service", func(b *Balancing) { b.InstanceHealth["old"].Items[0].State = text("OutOfService") }, old, []string{old + " 2121 to i-1 port 21, does not keep, healthy false"}},
		{"checked elsewhere", func(b *Balancing) { older(b).HealthCheck.Target = text("HTTP:80/21") }, old, []string{old + " 2121 to i-1 port 21, does not keep, healthy false"}},
		{"checked by HTTP on the port", func(b *Balancing) { older(b).HealthCheck.Target = text("HTTP:21/index.html") }, old, []string{whole[5]}},
		{"SSL", func(b *Balancing) { older(b).ListenerDescriptions[0].Listener.Protocol = text("ssl") }, old, []string{whole[5]}},
	} {
		b := balancing()
		tt.change(b)
		var got []string
		for _, line := range said(b.Exposure()) {
			if strings.HasPrefix(line, tt.of+" 2121 ") && !strings.HasSuffix(line, " whole true") {
				got = append(got, line)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for name, change := range map[string]func(*Balancing) (of string, want []string){
		"UDP": func(b *Balancing) (string, []string) {
			listener(b).Protocol = "UDP"
			return net, []string{net + " whole true"}
		},
		"a protocol of tomorrow": func(b *Balancing) (string, []string) {
			listener(b).Protocol = "SCTP"
			return net, []string{net + " whole false"}
		},
		"the listeners were not read": func(b *Balancing) (string, []string) { b.Listeners = nil; return net, []string{net + " whole false"} },
		"HTTP": func(b *Balancing) (string, []string) {
			older(b).ListenerDescriptions[0].Listener.Protocol = text("HTTP")
			return old, []string{old + " whole true"}
		},
		"an older protocol of tomorrow": func(b *Balancing) (string, []string) {
			older(b).ListenerDescriptions[0].Listener.Protocol = text("SCTP")
			return old, []string{old + " whole false"}
		},
		"an application load balancer itself": func(b *Balancing) (string, []string) {
			b.LoadBalancers.Items[0].Type = "application"
			return net, nil
		},
	} {
		b := balancing()
		of, want := change(b)
		got := slices.DeleteFunc(said(b.Exposure()), func(line string) bool { return !strings.HasPrefix(line, of) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if diff := cmp.Diff(map[string][]int32{"sg-1": {2121}, "sg-2": {2121}}, balancing().GroupPorts()); diff != "" {
		t.Errorf("ports of groups (-want +got):\n%s", diff)
	}
}

// What is read in several answers is what one would have said, and is written as it was read.
func TestEachAnswer(t *testing.T) {
	b, all := balancing(), &Balancing{}
	all.Add(&Balancing{LoadBalancers: b.LoadBalancers, Listeners: b.Listeners, Health: b.Health})
	all.Add(&Balancing{TargetGroups: b.TargetGroups, Attributes: b.Attributes, Classic: b.Classic, InstanceHealth: b.InstanceHealth})
	if diff := cmp.Diff(b.Exposure(), all.Exposure(), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("(-one +several):\n%s", diff)
	}
	kept := map[string]string{}
	if err := b.EachAnswer(func(command, member string, _ any) error { kept[command] = member; return nil }); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"describe-load-balancers": "LoadBalancers", "describe-listeners.a1": "Listeners", "describe-target-groups": "TargetGroups", "describe-target-group-attributes.b1": "Attributes",
		"describe-target-health.b1": "TargetHealthDescriptions", "describe-classic-load-balancers": "LoadBalancerDescriptions", "describe-instance-health.old": "InstanceStates"}
	if !maps.Equal(kept, want) {
		t.Errorf("%v, want %v", kept, want)
	}
	if err := new(Balancing).EachAnswer(func(command, _ string, _ any) error { return fmt.Errorf("%s was not read", command) }); err != nil {
		t.Error(err)
	}
}

// A body that is not AWS's answer, whatever the SDK makes of it, is an error that says why.
func TestCheck(t *testing.T) {
	const listeners = "DescribeListeners"
	answer := func(result string) string {
		return "<DescribeListenersResponse><DescribeListenersResult>" + result + "</DescribeListenersResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeListenersResponse>"
	}
	for body, want := range map[string]string{
		answer("<Listeners/>"): "",
		answer("<Listeners>\n<member><Port>21</Port></member>\n</Listeners><NextMarker>2</NextMarker>"): "",
		answer("<Listeners><member><DefaultActions/></member></Listeners>"):                             "",
		"":                                       "it has no Listeners",
		"<html></html>":                          `its root element is "html", not DescribeListenersResponse`,
		answer(""):                               "it has no Listeners",
		answer("<Other><Listeners/></Other>"):    "it has no Listeners",
		answer("<Listeners/><Listeners/>"):       `it has "Listeners" twice`,
		answer("<Listeners>text</Listeners>"):    "its Listeners holds text where only members belong",
		answer("<Listeners><item/></Listeners>"): `its Listeners holds "item" where only members belong`,
		answer("<Listeners><member><Port>21</Port><Port>22</Port></member></Listeners>"): `it has "Port" twice`,
		answer("<Listeners><member>"): "it is no valid XML",
	} {
		got := ""
		if err := Check(listeners, []byte(body)); err != nil {
			got = strings.TrimPrefix(err.Error(), "this is no answer of AWS: ")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if !Knows(listeners) || Knows("DescribeVpcs") {
		t.Error("it does not know its actions")
	}
}
