provider "aws" {
  region = "eu-west-1"
}

resource "aws_security_group" "ftp" {
  name = "ftp"
}

resource "aws_vpc_security_group_ingress_rule" "ftp" {
  security_group_id = aws_security_group.ftp.id
  ip_protocol       = "tcp"
  from_port         = 21
  to_port           = 21
  cidr_ipv4         = "0.0.0.0/0"
}
