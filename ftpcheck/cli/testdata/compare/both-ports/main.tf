provider "aws" {
  region = "eu-west-1"
}

resource "aws_security_group" "ftp" {
  name = "ftp"

  ingress {
    protocol    = "tcp"
    from_port   = 20
    to_port     = 21
    cidr_blocks = ["0.0.0.0/0"]
  }
}
