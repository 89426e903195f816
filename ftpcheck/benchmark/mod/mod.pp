mod "ftpcheck" {
  title         = "FTP Exposure on AWS"
  description   = "Find the EC2 security groups that let the whole internet in on FTP (TCP 20 and 21), and prove that every account and region was looked at."
  color         = "#D9480F"
  documentation = file("./docs/index.md")
  categories    = ["aws", "compliance", "public cloud", "security"]

  opengraph {
    title       = "Powerpipe Mod for FTP Exposure on AWS"
    description = "Find the EC2 security groups that let the whole internet in on FTP, and prove that every account and region was looked at."
  }

  require {
    plugin "ftpcheck" {
      min_version = "0.1.0"
    }
  }
}
