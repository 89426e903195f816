control "place_scanned" {
  title         = "Every account and region was scanned"
  description   = "An account or region that was not read is an error: what is there is unknown. So is a scan that found no security group at all."
  documentation = file("./docs/place_scanned.md")
  severity      = "high"
  query         = query.place_scanned
  tags          = local.common_tags
}

control "internet_reachable_ftp" {
  title         = "The internet reaches nothing through groups that let all of it in on FTP"
  description   = "A security group with unrestricted FTP through which the internet reaches a network interface now, past routes, network ACLs and VPC Block Public Access, is open to everybody."
  documentation = file("./docs/internet_reachable_ftp.md")
  severity      = "critical"
  query         = query.internet_reachable_ftp
  tags          = merge(local.common_tags, local.framework_tags)
}

control "security_group_ftp" {
  title         = "Security groups do not let the whole internet in on FTP"
  description   = "No security group has inbound rules that allow unfettered access to TCP ports 20 and 21, by one rule or by several together."
  documentation = file("./docs/security_group_ftp.md")
  severity      = "high"
  query         = query.security_group_ftp
  tags          = merge(local.common_tags, local.framework_tags)
}

control "security_group_ftp_control" {
  title         = "Security groups do not let the whole internet in on FTP control (TCP 21)"
  description   = "No security group has inbound rules that allow unfettered access to TCP port 21, on which FTP clients log in."
  documentation = file("./docs/security_group_ftp.md")
  severity      = "high"
  query         = query.security_group_ftp
  args = {
    ports = "21"
  }
  tags = merge(local.common_tags, local.framework_tags)
}

control "security_group_ftp_data" {
  title         = "Security groups do not let the whole internet in on FTP data (TCP 20)"
  description   = "No security group has inbound rules that allow unfettered access to TCP port 20, which FTP uses for data."
  documentation = file("./docs/security_group_ftp.md")
  severity      = "medium"
  query         = query.security_group_ftp
  args = {
    ports = "20"
  }
  tags = merge(local.common_tags, local.framework_tags)
}

control "default_security_group_ftp" {
  title         = "Default security groups do not let the whole internet in on FTP"
  description   = "Whatever is launched without a security group of its own gets the default group of its VPC, so FTP that is open there is open by accident."
  documentation = file("./docs/default_security_group_ftp.md")
  severity      = "high"
  query         = query.security_group_ftp
  args = {
    groups = "default"
  }
  tags = merge(local.common_tags, local.framework_tags)
}

control "security_group_ftp_sources" {
  title         = "Security groups do not allow FTP from very many public addresses"
  description   = "A rule that lets in less than the whole internet may still let in more than anybody means to."
  documentation = file("./docs/security_group_ftp_sources.md")
  severity      = "medium"
  query         = query.security_group_ftp_sources
  tags          = merge(local.common_tags, { nist_800_53_rev_5 = local.framework_tags.nist_800_53_rev_5 })
}

benchmark "ftp_access" {
  title         = "Inbound FTP access is restricted"
  description   = "No EC2 security group lets the whole internet in on FTP (TCP 20 and 21), and every account and region was looked at."
  documentation = file("./docs/ftp_access.md")

  children = [
    control.place_scanned,
    control.internet_reachable_ftp,
    control.security_group_ftp,
    control.security_group_ftp_control,
    control.security_group_ftp_data,
    control.default_security_group_ftp,
    control.security_group_ftp_sources,
  ]

  tags = merge(local.common_tags, local.framework_tags, {
    type = "Benchmark"
  })
}
