# Groups in two regions of moto's own account and in one of another, each open in a way of its own,
# and two that are closed. It prints what the test cannot know.
import json

import boto3


def client(service, region="us-east-1", **credentials):
    return boto3.client(service, region, **credentials)


def group(ec2, name, *permissions):
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    for permission in permissions:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    return made


def tcp(first, last, **sources):
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **sources}


def ipv4(*ranges):
    return {"IpRanges": [{"CidrIp": r} for r in ranges]}


east, west = client("ec2"), client("ec2", "eu-west-1")
everybody = east.create_managed_prefix_list(
    PrefixListName="everybody", AddressFamily="IPv4", MaxEntries=5, Entries=[{"Cidr": "10.0.0.0/8"}, {"Cidr": "0.0.0.0/0"}]
)["PrefixList"]["PrefixListId"]
opened = group(east, "open", tcp(20, 21, **ipv4("0.0.0.0/0")))
group(east, "by-list", tcp(21, 21, PrefixListIds=[{"PrefixListId": everybody}]))
group(east, "closed", tcp(21, 21, **ipv4("10.0.0.0/8")), tcp(443, 443, **ipv4("0.0.0.0/0")))
east.create_network_interface(SubnetId=east.describe_subnets()["Subnets"][0]["SubnetId"], Groups=[opened])
group(west, "all-ipv6", {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
group(west, "halves", tcp(21, 21, **ipv4("0.0.0.0/1", "128.0.0.0/1")))

role = client("sts").assume_role(RoleArn="arn:aws:iam::210987654321:role/OrganizationAccountAccessRole", RoleSessionName="test")["Credentials"]
theirs = client("ec2", aws_access_key_id=role["AccessKeyId"], aws_secret_access_key=role["SecretAccessKey"], aws_session_token=role["SessionToken"])
group(theirs, "theirs", tcp(0, 65535, **ipv4("0.0.0.0/0")))

print(json.dumps({"list": everybody}))
