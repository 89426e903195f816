#!/bin/sh
# Makes the files in this folder: what real programs print of one small account. It needs moto's
# server at $MOTO_URL without anything in it, the AWS CLI 1 and 2 at $AWS1 and $AWS2, and a Python
# with boto3 and PyYAML at $PYTHON.
set -eu
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_PAGER="" AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true

aws1() { "$AWS1" --endpoint-url "$MOTO_URL" ec2 "$@"; }
aws2() { "$AWS2" --endpoint-url "$MOTO_URL" ec2 "$@"; }

vpc=$(aws2 describe-vpcs --query 'Vpcs[0].VpcId' --output text)
group() {
  name=$1
  shift
  id=$(aws2 create-security-group --group-name "$name" --description "$name" --vpc-id "$vpc" --query GroupId --output text)
  aws2 authorize-security-group-ingress --group-id "$id" --ip-permissions "$@" > /dev/null
}
group open-by-halves 'IpProtocol=tcp,FromPort=20,ToPort=21,IpRanges=[{CidrIp=0.0.0.0/1,Description=one: half},{CidrIp=128.0.0.0/1}]'
group open-ipv6 'IpProtocol=-1,Ipv6Ranges=[{CidrIpv6=::/0}]'
group closed 'IpProtocol=tcp,FromPort=21,ToPort=21,IpRanges=[{CidrIp=10.0.0.0/8}]' 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'

for output in json yaml yaml-stream text table; do
  aws2 describe-security-groups --output "$output" > "aws2.$output"
done
for output in json text table; do
  aws1 describe-security-groups --output "$output" > "aws1.$output"
done
aws2 describe-security-groups --query SecurityGroups --output json > aws2-query.json
aws2 describe-security-groups --query SecurityGroups --output yaml > aws2-query.yaml
aws2 describe-security-group-rules --output json > aws2-rules.json
aws2 describe-security-group-rules --output yaml > aws2-rules.yaml
aws2 describe-security-groups --output json --max-items 2 > page1.json
token=$(sed -n 's/.*"NextToken": "\(.*\)".*/\1/p' page1.json)
aws2 describe-security-groups --output json --starting-token "$token" > page2.json
aws2 describe-security-groups --output json | iconv -t UTF-16LE > utf16le.json
aws2 describe-security-groups --output json | iconv -t UTF-16 > utf16.json
aws2 describe-security-groups --output json | jq -c '.SecurityGroups[]' > jq-lines.json 2> /dev/null || rm jq-lines.json

"$PYTHON" - <<'PYTHON'
import boto3, json, os, yaml
client = boto3.client("ec2", endpoint_url=os.environ["MOTO_URL"])
answer = client.describe_security_groups()
pages = list(client.get_paginator("describe_security_groups").paginate(PaginationConfig={"PageSize": 5}))
full = client.get_paginator("describe_security_groups").paginate().build_full_result()
json.dump(answer, open("boto3.json", "w"), default=str)
json.dump(pages, open("boto3-pages.json", "w"), default=str, indent=2)
json.dump(full, open("boto3-full.json", "w"), default=str)
with open("boto3-lines.json", "w") as lines:
    for group in full["SecurityGroups"]:
        lines.write(json.dumps(group) + "\n")
with open("boto3.yaml", "w") as text:
    yaml.safe_dump(full, text)
PYTHON
