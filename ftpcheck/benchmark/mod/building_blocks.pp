// Parts that the queries share. The SQL is that of PostgreSQL 14, which Steampipe has.

locals {
  common_tags = {
    category = "Compliance"
    plugin   = "ftpcheck"
    service  = "AWS/EC2"
  }

  // Dimensions of results on an account and region.
  place_dimensions_sql = <<-EOQ
    %{~if contains(var.common_dimensions, "connection_name")}, sp_connection_name as connection_name%{endif~}
    %{~if contains(var.common_dimensions, "region")}, region%{endif~}
    %{~if contains(var.common_dimensions, "account_id")}, account_id%{endif~}
  EOQ

  // The columns that a result has besides those of tags.
  column_names = ["resource", "status", "reason", "vpc_id", "connection_name", "region", "account_id"]

  // The columns of security groups that the parts below need. With scan_status among them, an
  // account and region that was not read is a row, and does not fail the query.
  group_columns_sql = "arn, group_id, address, owner_id, title, tags, vpc_id, region, account_id, origin, scan_status, sp_connection_name"

  // Common table expressions over judged_groups, which a query makes of the columns above
  // and those that it needs itself. Of a group that is shared, who owns it knows most: the rows
  // of the accounts that only see it are left out where there is the owner's.
  security_groups_sql = <<-EOQ
    security_groups as materialized (
      select
        coalesce(arn, group_id, address, title) as resource,
        coalesce(title, group_id) as name,
        coalesce(account_id, '') as account,
        j.*
      from
        judged_groups as j
      where
        (owner_id = account_id) is not false
        or arn is null
        or arn not in (select arn from judged_groups where owner_id = account_id and arn is not null)
    )
  EOQ

  // What a reason says of an account and region, or file, that was not read.
  unread_place_sql = <<-EOQ
    'Nothing is known of ' || name || ', because it was not read (' || scan_status || '). The control place_scanned says what to do.'
  EOQ

  // Common table expressions over security_groups and read_rules, which a query makes of the
  // rules that it needs and of the places whose rules were not read. Rules are read after the
  // groups, and may be denied or throttled when these were not: a group without rules is fine
  // only if they were read. rules_unread is then true.
  rules_read_sql = <<-EOQ
    unread_rules as (
      select origin, region, account_id from read_rules where scan_status <> 'scanned'
      except
      select origin, region, account_id from security_groups where scan_status <> 'scanned'
    ),
    checked_groups as (
      select
        exists (
          select
            1
          from
            unread_rules as u
          where
            u.origin = g.origin
            and coalesce(u.account_id, g.account) = g.account
            and coalesce(u.region, g.region, '') = coalesce(g.region, '')
        ) as rules_unread,
        g.*
      from
        security_groups as g
    )
  EOQ

  // What a reason says of a group whose rules were not read.
  unread_rules_sql = <<-EOQ
    'Nothing is known of the rules of group ' || name || ', because they were not read. Run the benchmark again.'
  EOQ

  // What an ingress permission allows, in words.
  port_range_sql = <<-EOQ
    case
      when ip_protocol = '-1' then 'all protocols'
      when lower(ip_protocol) not in ('tcp', '6') then ip_protocol
      when from_port is null or from_port = -1 then 'all tcp ports'
      when from_port = to_port then 'tcp ' || from_port
      else 'tcp ' || from_port || '-' || to_port
    end
  EOQ

  // What stands for an ingress permission in a graph, also if its rule ID is not known.
  rule_node_id_sql = <<-EOQ
    coalesce(
      security_group_rule_id,
      format('%s %s %s %s %s', coalesce(group_id, address), ip_protocol, from_port, to_port, source)
    )
  EOQ
}

// To Powerpipe a block of locals is one thing: a local that refers to another of its own
// block is a cycle.
locals {
  // Dimensions of results on a security group. A tag whose key is the name of another
  // column gets a prefix, so that nobody can tag a group ok. A tag that is not there is
  // empty, as Powerpipe shows a null as <nil>.
  group_dimensions_sql = <<-EOQ
    %{~for key in var.tag_dimensions}, coalesce(tags ->> '${replace(key, "'", "''")}', '') as "${contains(local.column_names, key) ? "tag_" : ""}${replace(key, "\"", "\"\"")}"%{endfor~}
    %{~if contains(var.common_dimensions, "vpc_id")}, coalesce(vpc_id, '') as vpc_id%{endif~}
    ${local.place_dimensions_sql}
  EOQ
}
