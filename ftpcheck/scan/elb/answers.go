package elb

import "time"

// What answers hold, with the members by the names that the AWS CLI prints. Left out is what only
// load balancers of HTTP have.

// A LoadBalancer is one of the second version: network, application or gateway.
type LoadBalancer struct {
	AvailabilityZones []struct {
		LoadBalancerAddresses []LoadBalancerAddress
		OutpostId             *string
		SourceNatIpv6Prefixes []string
		SubnetId, ZoneName    *string
	}
	CanonicalHostedZoneId                                *string
	CreatedTime                                          *time.Time
	CustomerOwnedIpv4Pool, DNSName                       *string
	EnablePrefixForIpv6SourceNat                         string
	EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic *string
	IpAddressType                                        string
	IpamPools                                            *struct{ Ipv4IpamPoolId *string }
	LoadBalancerArn, LoadBalancerName                    *string
	Scheme                                               string
	SecurityGroups                                       []string
	State                                                *struct {
		Code   string
		Reason *string
	}
	Type  string
	VpcId *string
}

// A LoadBalancerAddress is where a load balancer is in an availability zone.
type LoadBalancerAddress struct{ AllocationId, IPv6Address, IpAddress, PrivateIPv4Address *string }

// A Listener is that of a [LoadBalancer].
type Listener struct {
	AlpnPolicy   []string
	Certificates []struct {
		CertificateArn *string
		IsDefault      *bool
	}
	DefaultActions               []Action
	ListenerArn, LoadBalancerArn *string
	Port                         *int32
	Protocol                     string
	SslPolicy                    *string
}

// An Action is what a listener does with what comes.
type Action struct {
	Type           string
	ForwardConfig  *ForwardConfig
	Order          *int32
	TargetGroupArn *string
}

// A ForwardConfig is to which target groups an action forwards.
type ForwardConfig struct {
	TargetGroupStickinessConfig *struct {
		DurationSeconds *int32
		Enabled         *bool
	}
	TargetGroups []TargetGroupTuple
}

// A TargetGroupTuple is a target group, and how much of what comes it is sent.
type TargetGroupTuple struct {
	TargetGroupArn *string
	Weight         *int32
}

// A TargetGroup is where listeners can forward to.
type TargetGroup struct {
	HealthCheckEnabled                               *bool
	HealthCheckIntervalSeconds                       *int32
	HealthCheckPath, HealthCheckPort                 *string
	HealthCheckProtocol                              string
	HealthCheckTimeoutSeconds, HealthyThresholdCount *int32
	IpAddressType                                    string
	LoadBalancerArns                                 []string
	Matcher                                          *struct{ GrpcCode, HttpCode *string }
	Port                                             *int32
	Protocol                                         string
	ProtocolVersion                                  *string
	TargetControlPort                                *int32
	TargetGroupArn, TargetGroupName                  *string
	TargetType                                       string
	UnhealthyThresholdCount                          *int32
	VpcId                                            *string
}

// A TargetGroupAttribute is a setting of a target group.
type TargetGroupAttribute struct{ Key, Value *string }

// A TargetHealth is how a target of a group is.
type TargetHealth struct {
	AdministrativeOverride *AdministrativeOverride
	AnomalyDetection       *struct{ MitigationInEffect, Result string }
	HealthCheckPort        *string
	Target                 *Target
	TargetHealth           *State
}

// An AdministrativeOverride keeps what comes from a target that may be healthy.
type AdministrativeOverride struct {
	Description   *string
	Reason, State string
}

// A Target is an instance, an address or whatever else is in a target group.
type Target struct {
	Id, AvailabilityZone *string
	Port                 *int32
	QuicServerId         *string
}

// A State is what the health checks of a target have found.
type State struct {
	Description   *string
	Reason, State string
}

// A ClassicLoadBalancer is one of the first version.
type ClassicLoadBalancer struct {
	AvailabilityZones         []string
	BackendServerDescriptions []struct {
		InstancePort *int32
		PolicyNames  []string
	}
	CanonicalHostedZoneName, CanonicalHostedZoneNameID *string
	CreatedTime                                        *time.Time
	DNSName                                            *string
	HealthCheck                                        *ClassicHealthCheck
	Instances                                          []Instance
	ListenerDescriptions                               []ListenerDescription
	LoadBalancerName                                   *string
	Policies                                           *struct {
		AppCookieStickinessPolicies []struct{ CookieName, PolicyName *string }
		LBCookieStickinessPolicies  []struct {
			CookieExpirationPeriod *int64
			PolicyName             *string
		}
		OtherPolicies []string
	}
	Scheme              *string
	SecurityGroups      []string
	SourceSecurityGroup *struct{ GroupName, OwnerAlias *string }
	Subnets             []string
	VPCId               *string
}

// A ClassicHealthCheck is how a [ClassicLoadBalancer] finds out which of its instances are in service.
type ClassicHealthCheck struct {
	HealthyThreshold, Interval  *int32
	Target                      *string
	Timeout, UnhealthyThreshold *int32
}

// An Instance is one to which a [ClassicLoadBalancer] sends.
type Instance struct{ InstanceId *string }

// A ListenerDescription is a listener of a [ClassicLoadBalancer], with its policies.
type ListenerDescription struct {
	Listener    *ClassicListener
	PolicyNames []string
}

// A ClassicListener is that of a [ClassicLoadBalancer].
type ClassicListener struct {
	InstancePort                                 *int32
	LoadBalancerPort                             int32
	Protocol, InstanceProtocol, SSLCertificateId *string
}

// An InstanceState is whether an instance is in service.
type InstanceState struct{ Description, InstanceId, ReasonCode, State *string }
