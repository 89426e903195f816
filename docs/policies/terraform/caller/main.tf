# What ftpcheck may do in the management account, or in that of a delegated administrator of AWS
# Organizations: find the accounts, enter each by its role, and read its own.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

variable "caller_role" {
  type        = string
  description = "The name of the role that runs ftpcheck, which is given the policies. Null for none, to attach them by hand."
  default     = null
}

variable "role_name" {
  type        = string
  description = "The name of the role in each account, which is role_name of the module role."
  default     = "ftpcheck"
}

variable "load_balancers" {
  type        = bool
  description = "Whether ftpcheck may read the load balancers of this account, for --load-balancers."
  default     = false
}

variable "aggregator" {
  type        = bool
  description = "Whether ftpcheck reads an aggregator of AWS Config that is in this account."
  default     = false
}

locals {
  policies = concat(
    ["ftpcheck", "ftpcheck-organization"],
    var.load_balancers ? ["ftpcheck-load-balancers"] : [],
    var.aggregator ? ["ftpcheck-aggregator"] : [],
  )
}

data "aws_partition" "current" {}

resource "aws_iam_policy" "ftpcheck" {
  for_each = toset(local.policies)
  name     = each.key
  policy = replace(
    file("${path.module}/../../${each.key}.json"),
    "arn:aws:iam::*:role/OrganizationAccountAccessRole",
    "arn:${data.aws_partition.current.partition}:iam::*:role/${var.role_name}",
  )
}

resource "aws_iam_role_policy_attachment" "ftpcheck" {
  for_each   = { for name, policy in aws_iam_policy.ftpcheck : name => policy.arn if var.caller_role != null }
  role       = var.caller_role
  policy_arn = each.value
}

output "policy_arns" {
  description = "The ARNs of the policies, by name."
  value       = { for name, policy in aws_iam_policy.ftpcheck : name => policy.arn }
}
