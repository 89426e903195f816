provider "aws" {
  region = "eu-west-1"
}

resource "aws_security_group" "ftp" {
  name = "ftp"

  ingress {
    protocol         = "tcp"
    from_port        = 21
    to_port          = 21
    ipv6_cidr_blocks = ["::/0"]
  }
}
