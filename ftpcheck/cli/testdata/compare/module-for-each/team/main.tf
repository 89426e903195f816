variable "name" {}

variable "sources" {}

resource "aws_security_group" "this" {
  name = var.name
}

resource "aws_security_group_rule" "ftp" {
  for_each          = toset(var.sources)
  type              = "ingress"
  security_group_id = aws_security_group.this.id
  protocol          = "tcp"
  from_port         = 21
  to_port           = 21
  cidr_blocks       = [each.key]
}
