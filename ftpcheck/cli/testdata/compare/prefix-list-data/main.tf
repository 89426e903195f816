provider "aws" {
  region = "eu-west-1"
}

data "aws_ec2_managed_prefix_list" "partners" {
  name = "partners"
}

resource "aws_security_group" "ftp" {
  name = "ftp"

  ingress {
    protocol        = "tcp"
    from_port       = 21
    to_port         = 21
    prefix_list_ids = [data.aws_ec2_managed_prefix_list.partners.id]
  }
}
