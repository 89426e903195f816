category "internet" {
  title = "Internet"
  icon  = "public"
  color = "red"
}

category "security_group_rule" {
  title = "Security group rule"
  icon  = "rule"
  color = "orange"
}

category "security_group" {
  title = "Security group"
  icon  = "enhanced_encryption"
  color = "purple"
}

category "public_address" {
  title = "Public address of a network interface"
  icon  = "settings_input_antenna"
  color = "blue"
}

query "security_group_ftp_input" {
  sql = <<-EOQ
    select
      coalesce(title, group_id) as label,
      coalesce(arn, group_id, address) as value,
      json_build_object(
        'group_id', group_id,
        'region', region,
        'account_id', account_id
      ) as tags
    from
      ftpcheck_security_group
    where
      scan_status = 'scanned'
    order by
      coalesce(title, group_id),
      coalesce(arn, group_id, address);
  EOQ
}

query "security_group_ftp_verdict" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      'FTP' as label,
      case
        when unrestricted_ftp then 'Open to the internet'
        when unrestricted_ftp is false then 'Restricted'
        else 'Undetermined'
      end as value,
      case when unrestricted_ftp is false then 'ok' else 'alert' end as type
    from
      ftpcheck_security_group
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned';
  EOQ
}

query "security_group_ftp_reach" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      'Network interfaces' as label,
      coalesce(network_interface_count::text, 'Not read')
        || case when has_public_ip then ', with public addresses' else '' end as value,
      case when has_public_ip is false then 'ok' when has_public_ip and unrestricted_ftp is false then 'ok' else 'alert' end as type
    from
      ftpcheck_security_group
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned';
  EOQ
}

query "security_group_ftp_exception" {
  param "group_arn" {}

  sql = <<-EOQ
    with judged_groups as (
      select
        ${local.group_columns_sql}
      from
        ftpcheck_security_group
    ),
    ${local.security_groups_sql}
    select
      'Exception' as label,
      coalesce(exception_state || case when exception_state <> 'malformed' then ' (' || left(exception, 10) || ')' else '' end, 'None') as value,
      case when exception_state in ('expired', 'malformed') then 'alert' else 'info' end as type
    from
      security_groups
    where
      resource = $1
      and scan_status = 'scanned';
  EOQ
}

query "security_group_ftp_overview" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      group_name as "Name",
      group_id as "Group ID",
      description as "Description",
      vpc_id as "VPC ID",
      region as "Region",
      account_id as "Account ID",
      owner_id as "Owner ID",
      is_default_group as "Default group",
      arn as "ARN"
    from
      ftpcheck_security_group
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned';
  EOQ
}

query "security_group_ftp_permissions" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      security_group_rule_id as "Rule",
      ${local.port_range_sql} as "Allows",
      source as "Source",
      public_ipv4_address_count as "Public IPv4 addresses",
      case
        when unrestricted_ftp then unrestricted_ftp_reason
        when unrestricted_ftp is false then 'no'
        else 'undetermined'
      end as "Unrestricted FTP",
      description as "Description"
    from
      ftpcheck_security_group_ingress_permission
    where
      coalesce(security_group_arn, group_id, group_address) = $1
      and scan_status = 'scanned'
    order by
      unrestricted_ftp is false,
      unrestricted_ftp,
      security_group_rule_id,
      source;
  EOQ
}

query "security_group_ftp_node_internet" {
  param "group_arn" {}

  sql = <<-EOQ
    select distinct
      'internet' as id,
      'Internet' as title
    from
      ftpcheck_security_group_ingress_permission
    where
      coalesce(security_group_arn, group_id, group_address) = $1
      and scan_status = 'scanned'
      and unrestricted_ftp is not false;
  EOQ
}

query "security_group_ftp_node_rule" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      ${local.rule_node_id_sql} as id,
      source as title,
      json_build_object(
        'Rule', security_group_rule_id,
        'Allows', ${local.port_range_sql},
        'Source', source,
        'Way of being open', unrestricted_ftp_reason
      ) as properties
    from
      ftpcheck_security_group_ingress_permission
    where
      coalesce(security_group_arn, group_id, group_address) = $1
      and scan_status = 'scanned'
      and unrestricted_ftp is not false;
  EOQ
}

query "security_group_ftp_node_group" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      coalesce(arn, group_id, address) as id,
      coalesce(title, group_id) as title,
      json_build_object(
        'Group ID', group_id,
        'VPC ID', vpc_id,
        'Region', region,
        'Account ID', account_id
      ) as properties
    from
      ftpcheck_security_group
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned';
  EOQ
}

query "security_group_ftp_edge_internet_rule" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      'internet' as from_id,
      ${local.rule_node_id_sql} as to_id,
      unrestricted_ftp_reason as title
    from
      ftpcheck_security_group_ingress_permission
    where
      coalesce(security_group_arn, group_id, group_address) = $1
      and scan_status = 'scanned'
      and unrestricted_ftp is not false;
  EOQ
}

query "security_group_ftp_edge_rule_group" {
  param "group_arn" {}

  sql = <<-EOQ
    select
      ${local.rule_node_id_sql} as from_id,
      coalesce(security_group_arn, group_id, group_address) as to_id
    from
      ftpcheck_security_group_ingress_permission
    where
      coalesce(security_group_arn, group_id, group_address) = $1
      and scan_status = 'scanned'
      and unrestricted_ftp is not false;
  EOQ
}

query "security_group_ftp_remediation" {
  param "group_arn" {}

  // Rules that are closed together have the same remediation.
  sql = <<-EOQ
    with remediations as (
      select
        remediation,
        string_agg(coalesce(security_group_rule_id, 'a rule'), ', ' order by security_group_rule_id) as rules,
        bool_or(unrestricted_ftp) as is_open
      from
        ftpcheck_security_group_ingress_permission
      where
        coalesce(security_group_arn, group_id, group_address) = $1
        and scan_status = 'scanned'
        and remediation is not null
      group by
        remediation
    )
    select
      rules as "Rules",
      string_agg(substr(line, 3), ' ' order by number) filter (where line ~ '^# ') as "What to know",
      string_agg(line, ' ' order by number) filter (where line ~ '^[^#]') as "Command"
    from
      remediations,
      regexp_split_to_table(remediation, '\n') with ordinality as lines (line, number)
    group by
      rules,
      remediation,
      is_open
    order by
      is_open desc nulls last,
      rules;
  EOQ
}

query "security_group_ftp_node_address" {
  param "group_arn" {}

  sql = <<-EOQ
    select distinct
      address as id,
      address as title
    from
      ftpcheck_security_group,
      jsonb_array_elements_text(public_ips) as address
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned';
  EOQ
}

query "security_group_ftp_edge_group_address" {
  param "group_arn" {}

  sql = <<-EOQ
    select distinct
      coalesce(arn, group_id, address) as from_id,
      address as to_id
    from
      ftpcheck_security_group,
      jsonb_array_elements_text(public_ips) as address
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned';
  EOQ
}

dashboard "security_group_ftp_detail" {
  title         = "FTP Exposure of a Security Group"
  documentation = file("./docs/security_group_ftp_detail.md")

  tags = merge(local.common_tags, {
    type = "Detail"
  })

  input "group_arn" {
    title = "Select a security group:"
    query = query.security_group_ftp_input
    width = 4
  }

  container {
    card {
      query = query.security_group_ftp_verdict
      args  = [self.input.group_arn.value]
      width = 4
    }

    card {
      query = query.security_group_ftp_reach
      args  = [self.input.group_arn.value]
      width = 4
    }

    card {
      query = query.security_group_ftp_exception
      args  = [self.input.group_arn.value]
      width = 4
    }
  }

  graph {
    title     = "From the internet to the network interfaces"
    type      = "graph"
    direction = "left_right"

    node {
      category = category.internet
      query    = query.security_group_ftp_node_internet
      args     = [self.input.group_arn.value]
    }

    node {
      category = category.security_group_rule
      query    = query.security_group_ftp_node_rule
      args     = [self.input.group_arn.value]
    }

    node {
      category = category.security_group
      query    = query.security_group_ftp_node_group
      args     = [self.input.group_arn.value]
    }

    node {
      category = category.public_address
      query    = query.security_group_ftp_node_address
      args     = [self.input.group_arn.value]
    }

    edge {
      query = query.security_group_ftp_edge_internet_rule
      args  = [self.input.group_arn.value]
    }

    edge {
      title = "opens"
      query = query.security_group_ftp_edge_rule_group
      args  = [self.input.group_arn.value]
    }

    edge {
      title = "used by"
      query = query.security_group_ftp_edge_group_address
      args  = [self.input.group_arn.value]
    }
  }

  container {
    table {
      title = "Overview"
      type  = "line"
      query = query.security_group_ftp_overview
      args  = [self.input.group_arn.value]
      width = 4

      column "Description" {
        wrap = "all"
      }

      column "ARN" {
        wrap = "all"
      }
    }

    table {
      title = "Ingress permissions"
      query = query.security_group_ftp_permissions
      args  = [self.input.group_arn.value]
      width = 8
    }
  }

  // A table of this type wraps what is long instead of cutting it off. A command is in one
  // line, so that it can be copied and run; what to know of it stands beside it.
  table {
    title = "How to close FTP"
    type  = "line"
    query = query.security_group_ftp_remediation
    args  = [self.input.group_arn.value]

    column "What to know" {
      wrap = "all"
    }

    column "Command" {
      wrap = "all"
    }
  }
}
