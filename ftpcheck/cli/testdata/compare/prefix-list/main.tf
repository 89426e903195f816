provider "aws" {
  region = "eu-west-1"
}

resource "aws_ec2_managed_prefix_list" "partners" {
  name           = "partners"
  address_family = "IPv4"
  max_entries    = 1

  entry {
    cidr = "0.0.0.0/0"
  }
}

resource "aws_security_group" "ftp" {
  name = "ftp"

  ingress {
    protocol        = "tcp"
    from_port       = 21
    to_port         = 21
    prefix_list_ids = [aws_ec2_managed_prefix_list.partners.id]
  }
}
