provider "aws" {
  region = "eu-west-1"
}

resource "aws_security_group" "ftp" {
  name = "ftp"
}

resource "aws_vpc_security_group_ingress_rule" "all" {
  security_group_id = aws_security_group.ftp.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
