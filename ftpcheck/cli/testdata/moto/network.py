# A network in which a group is open, and interfaces with it: one that the internet reaches, and
# others for each of which something else is in the way. It prints their IDs, with what each is called.
import json

import boto3

ec2 = boto3.client("ec2", "us-west-2")
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
public, denied, private = (ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24")["Subnet"]["SubnetId"] for n in (1, 2, 3))
gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
for subnet in public, denied:
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)

acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
for egress, action, number, more in (
    (False, "deny", 90, {"Protocol": "6", "PortRange": {"From": 20, "To": 21}}),
    (False, "allow", 100, {"Protocol": "-1"}),
    (True, "allow", 100, {"Protocol": "-1"}),
):
    ec2.create_network_acl_entry(NetworkAclId=acl, Egress=egress, RuleAction=action, RuleNumber=number, CidrBlock="0.0.0.0/0", **more)
associations = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [denied]}])["NetworkAcls"][0]["Associations"]
ec2.replace_network_acl_association(NetworkAclId=acl, AssociationId=next(a["NetworkAclAssociationId"] for a in associations if a["SubnetId"] == denied))

group = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc)["GroupId"]
ec2.authorize_security_group_ingress(
    GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
)
names = {}
for name, subnet in (("public", public), ("denied", denied), ("private", private), ("alone", public)):
    interface = ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
    names[interface] = name
    if name != "alone":
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)

print(json.dumps(names))
