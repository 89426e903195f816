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

// An exception is what somebody has accepted to be open: until a day, on some ports and in some
// ways. ftpcheck exceptions ppvars writes them from a file of exceptions.

variable "exceptions" {
  type = list(object({
    exception   = string
    group_id    = string
    account_id  = string
    region      = string
    name        = string
    address     = string
    tags        = map(string)
    rule        = string
    groups      = number
    ports       = list(string)
    reasons     = list(string)
    reachable   = bool
    until       = string
    why         = string
    owner       = string
    ticket      = string
    approved_by = string
  }))
  description = "What somebody has accepted to be open, and where that is written. What an exception does not say is empty. account_id, region, name, address and the values of tags are regular expressions for the whole."
  default     = []
}

variable "exception_tag" {
  type        = string
  description = "The key of the tag with which a security group brings an exception itself, such as ftpcheck:exception. Whoever may tag a group may then accept its risk; an empty key lets nobody."
  default     = ""
}
