// What an auditor tunes. Give other values with --var, or in a .ppvars file.

variable "common_dimensions" {
  type        = list(string)
  description = "The dimensions of every result: any of account_id, region, vpc_id and connection_name. Only Steampipe knows the connection."
  default     = ["account_id", "region"]
}

variable "tag_dimensions" {
  type        = list(string)
  description = "Keys of security group tags whose values are dimensions of every result on a security group, such as Owner."
  default     = []
}

variable "max_public_ipv4_addresses" {
  type        = number
  description = "From how many public IPv4 addresses a rule may allow FTP. The default is the size of a /16."
  default     = 65536
}

// An exception is a date and a reason, such as "2027-03-31 partner migration". It holds
// to the end of that day, UTC. After that, or if it is written in any other way, it does
// not count, and the result says so. The first of these that names a group decides.

variable "exceptions" {
  type        = map(string)
  description = "Exceptions by the ID of the security group: { \"sg-0123\" = \"2027-03-31 partner migration\" }."
  default     = {}
}

variable "exceptions_by_tag" {
  type = list(object({
    key       = string
    value     = string
    exception = string
  }))
  description = "Exceptions of all security groups that have a tag: [{ key = \"purpose\", value = \"honeypot\", exception = \"2027-03-31 research\" }]."
  default     = []
}

variable "exception_tag" {
  type        = string
  description = "The key of the tag with which a security group carries its own exception as the value. Whoever may tag a group may except it; an empty key lets nobody."
  default     = "ftpcheck:exception"
}
