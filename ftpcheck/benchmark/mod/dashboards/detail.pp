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

category "path_open" {
  title = "Lets something through"
  icon  = "lock_open"
  color = "orange"
}

category "path_blocks" {
  title = "Blocks everything"
  icon  = "block"
  color = "green"
}

category "path_unknown" {
  title = "Not known"
  icon  = "help"
  color = "#b58900"
}

category "path_reached" {
  title = "Network interface that the internet reaches now"
  icon  = "crisis_alert"
  color = "red"
}

category "path_behind" {
  title = "Network interface behind what blocks"
  icon  = "settings_input_antenna"
  color = "blue"
}

locals {
  // What became of a column of three values over several paths: it lets something through if it
  // does so on one, and blocks if it does so on all.
  path_state_sql = {
    for column in [
      "route_to_internet", "block_public_access_open", "network_acl_inbound_open", "network_acl_outbound_open", "security_groups_open",
      "route_to_internet and block_public_access_open", "network_acl_inbound_open and network_acl_outbound_open",
    ] : column => "case when bool_or(${column}) then 'open' when bool_or((${column}) is null) then 'unknown' else 'blocks' end"
  }
}

locals {
  // Common table expressions over a group $1: the paths from the internet to the interfaces that use
  // it, and what a packet meets on them. These are the internet, a gateway with a route and a network
  // ACL for each subnet and address family, the groups of the interfaces, and each interface. An
  // interface without IPv6 has no way for it.
  path_stops_sql = <<-EOQ
    paths as materialized (
      select
        coalesce(subnet_id, 'no subnet') || ' ' || address_family as place,
        network_interface_id,
        address_family,
        subnet_id,
        vpc_id,
        public_addresses,
        has_public_address,
        security_groups_open,
        route_to_internet,
        block_public_access_open,
        network_acl_inbound_open,
        network_acl_outbound_open,
        reachable,
        blocked_by,
        unknown_because
      from
        ftpcheck_internet_path
      where
        scan_status = 'scanned'
        and (address_family = 'IPv4' or has_public_address is not false)
        and security_group_ids ?| array(
          select
            group_id
          from
            ftpcheck_security_group
          where
            coalesce(arn, group_id, address) = $1
            and scan_status = 'scanned'
        )
    ),
    stops as (
      select
        'internet' as id,
        'Internet' as title,
        'internet' as state,
        null::json as properties
      where
        exists (select 1 from paths)
      union all
      select
        'gateway ' || place,
        'Gateway, ' || address_family,
        ${local.path_state_sql["route_to_internet and block_public_access_open"]},
        json_build_object(
          'Subnet', subnet_id,
          'VPC', vpc_id,
          'Route to the internet', ${local.path_state_sql["route_to_internet"]},
          'VPC Block Public Access', ${local.path_state_sql["block_public_access_open"]}
        )
      from
        paths
      group by
        place,
        address_family,
        subnet_id,
        vpc_id
      union all
      select
        'acl ' || place,
        'Network ACL, ' || address_family,
        ${local.path_state_sql["network_acl_inbound_open and network_acl_outbound_open"]},
        json_build_object(
          'Subnet', subnet_id,
          'VPC', vpc_id,
          'Inbound', ${local.path_state_sql["network_acl_inbound_open"]},
          'Outbound', ${local.path_state_sql["network_acl_outbound_open"]}
        )
      from
        paths
      group by
        place,
        address_family,
        subnet_id,
        vpc_id
      union all
      select
        'group',
        'Security groups',
        ${local.path_state_sql["security_groups_open"]},
        null::json
      from
        paths
      having
        count(*) > 0
      union all
      select
        network_interface_id,
        network_interface_id || coalesce(', ' || min(public_addresses ->> 0), ''),
        case
          when bool_or(reachable) then 'reached'
          when bool_or(reachable is null) then 'unknown'
          when bool_or(has_public_address is not false) then 'behind'
          else 'blocks'
        end,
        json_build_object(
          'Public address', min(public_addresses ->> 0),
          'Blocked by', (
            select
              string_agg(distinct code, ', ')
            from
              paths as q,
              jsonb_array_elements_text(q.blocked_by) as code
            where
              q.network_interface_id = p.network_interface_id
          ),
          'Not known because of', (
            select
              string_agg(distinct code, ', ')
            from
              paths as q,
              jsonb_array_elements_text(q.unknown_because) as code
            where
              q.network_interface_id = p.network_interface_id
          )
        )
      from
        paths as p
      group by
        network_interface_id
    )
  EOQ
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

  // Of a group that several accounts see, who owns it knows most.
  sql = <<-EOQ
    select
      'Reachable from the internet' as label,
      case
        when internet_reachable then 'Now, at ' || coalesce(reachable_addresses ->> 0, 'an interface')
          || case when jsonb_array_length(reachable_addresses) > 1 then ' and ' || (jsonb_array_length(reachable_addresses) - 1) || ' more' else '' end
        when internet_reachable is false then 'Not now'
        else 'Not known'
      end as value,
      case when internet_reachable is false then 'ok' else 'alert' end as type
    from
      ftpcheck_security_group
    where
      coalesce(arn, group_id, address) = $1
      and scan_status = 'scanned'
    order by
      owner_id is not distinct from account_id desc
    limit 1;
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
    ${local.security_groups_sql},
    ${local.accepted_rules_sql},
    rules as (
      select distinct
        a.rule,
        a.is_accepted,
        a.exception_note
      from
        accepted_rules as a
        join security_groups as g on g.origin = a.origin and g.resource = a.resource and g.account = a.account
      where
        a.resource = $1
        and g.scan_status = 'scanned'
    )
    select
      'Accepted' as label,
      case
        when count(*) filter (where exception_note <> '') = 0 then 'Nothing'
        else count(*) filter (where is_accepted) || ' of ' || count(*) || case when count(*) = 1 then ' open rule' else ' open rules' end
      end as value,
      case when count(*) filter (where exception_note <> '' and not is_accepted) > 0 then 'alert' else 'info' end as type
    from
      rules;
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
    with ${local.accepted_rules_sql}
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
      nullif(regexp_replace(exception_note, '^, (and )?', ''), '') as "Exception",
      description as "Description"
    from
      ftpcheck_security_group_ingress_permission as p
      left join accepted_rules as a on a.origin = p.origin and a.resource = $1 and a.account = coalesce(account_id, '') and a.rule = ${local.rule_node_id_sql}
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

query "security_group_ftp_node_path" {
  param "group_arn" {}

  param "state" {}

  sql = <<-EOQ
    with ${local.path_stops_sql}
    select
      id,
      title,
      properties
    from
      stops
    where
      state = $2
    order by
      id;
  EOQ
}

query "security_group_ftp_edge_path" {
  param "group_arn" {}

  // What leaves a stop that blocks, or of which nobody knows, says so.
  sql = <<-EOQ
    with ${local.path_stops_sql},
    edges as (
      select 'internet' as from_id, 'gateway ' || place as to_id from paths
      union
      select 'gateway ' || place, 'acl ' || place from paths
      union
      select 'acl ' || place, 'group' from paths
      union
      select 'group', network_interface_id from paths
    )
    select
      from_id,
      to_id,
      case state
        when 'blocks' then 'blocked'
        when 'unknown' then 'not known'
      end as title
    from
      edges
      join stops on id = from_id
    order by
      from_id,
      to_id;
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
      query    = query.security_group_ftp_node_path
      args     = [self.input.group_arn.value, "internet"]
    }

    node {
      category = category.path_open
      query    = query.security_group_ftp_node_path
      args     = [self.input.group_arn.value, "open"]
    }

    node {
      category = category.path_blocks
      query    = query.security_group_ftp_node_path
      args     = [self.input.group_arn.value, "blocks"]
    }

    node {
      category = category.path_unknown
      query    = query.security_group_ftp_node_path
      args     = [self.input.group_arn.value, "unknown"]
    }

    node {
      category = category.path_reached
      query    = query.security_group_ftp_node_path
      args     = [self.input.group_arn.value, "reached"]
    }

    node {
      category = category.path_behind
      query    = query.security_group_ftp_node_path
      args     = [self.input.group_arn.value, "behind"]
    }

    edge {
      query = query.security_group_ftp_edge_path
      args  = [self.input.group_arn.value]
    }
  }

  graph {
    title     = "By which rules"
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

    edge {
      query = query.security_group_ftp_edge_internet_rule
      args  = [self.input.group_arn.value]
    }

    edge {
      title = "opens"
      query = query.security_group_ftp_edge_rule_group
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
