provider "aws" {
  region = "eu-west-1"
}

resource "aws_eip" "office" {}

resource "aws_security_group" "ftp" {
  name = "ftp"

  ingress {
    protocol    = "tcp"
    from_port   = 21
    to_port     = 21
    cidr_blocks = ["${aws_eip.office.public_ip}/32"]
  }
}
