# The role by which ftpcheck reads the security groups of an account. Use it once for each
# account, with a provider of that account.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

variable "principal" {
  type        = string
  description = "The ARN of the one role or user that may assume this role. It must be there already."
}

variable "role_name" {
  type        = string
  description = "The name of the role, which is that of --role-name."
  default     = "ftpcheck"
}

variable "external_id" {
  type        = string
  description = "What role_external_id says. Null if nobody needs to say anything."
  default     = null
}

variable "permissions_boundary" {
  type        = string
  description = "The ARN of the managed policy that bounds the role. Null for none."
  default     = null
}

variable "load_balancers" {
  type        = bool
  description = "Whether the role may read load balancers, for --load-balancers."
  default     = false
}

locals {
  policies = concat(["ftpcheck"], var.load_balancers ? ["ftpcheck-load-balancers"] : [])
}

resource "aws_iam_role" "ftpcheck" {
  name                 = var.role_name
  description          = "Reads security groups, for ftpcheck."
  permissions_boundary = var.permissions_boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      {
        Effect    = "Allow"
        Principal = { AWS = var.principal }
        Action    = "sts:AssumeRole"
      },
      { for id in var.external_id[*] : "Condition" => { StringEquals = { "sts:ExternalId" = id } } },
    )]
  })
}

resource "aws_iam_role_policy" "ftpcheck" {
  for_each = toset(local.policies)
  name     = each.key
  role     = aws_iam_role.ftpcheck.name
  policy   = file("${path.module}/../../${each.key}.json")
}

output "role_arn" {
  description = "The ARN of the role."
  value       = aws_iam_role.ftpcheck.arn
}
