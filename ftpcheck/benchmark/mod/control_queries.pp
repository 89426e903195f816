// The queries of the controls. Each gives one row for each thing that it checks, with
// the columns that Powerpipe asks for (resource, status, reason) and dimensions.
//
// A reason never begins with the name of a group, which may be =1+1, because Powerpipe's
// CSV leaves such things to the spreadsheet that opens it.
//
// A security group whose verdict is not known is an error, never ok, and so is an account and
// region that could not be read.

query "security_group_ftp" {
  title       = "Security groups that let the whole internet in on FTP"
  description = "One row for each security group, with the rules that open it on the ports asked for."

  param "ports" {
    description = "20, 21, or 20 or 21."
    default     = "20 or 21"
  }

  param "groups" {
    description = "all, or default for the default groups of VPCs only."
    default     = "all"
  }

  sql = <<-EOQ
    with judged_groups as (
      select
        is_default_group, ${local.group_columns_sql}
      from
        ftpcheck_security_group
    ),
    ${local.security_groups_sql},
    ${local.accepted_rules_sql},
    -- The rules that are open, or not known.
    read_rules as materialized (
      select distinct
        coalesce(security_group_arn, group_id, group_address) as resource,
        ${local.rule_node_id_sql} as rule,
        coalesce(account_id, '') as account,
        origin,
        region,
        account_id,
        scan_status,
        unrestricted_ftp,
        unrestricted_ftp_ports as ports,
        coalesce(security_group_rule_id, address, 'a rule') || ' allows TCP '
          || array_to_string(array(select jsonb_array_elements_text(unrestricted_ftp_ports)), ' and ')
          || ' from ' || source || ' (' || unrestricted_ftp_reason || ', '
          || ${local.port_range_sql}
          || ')' as sentence
      from
        ftpcheck_security_group_ingress_permission
      where
        unrestricted_ftp is not false
    ),
    ${local.rules_read_sql},
    rules as (
      select distinct
        r.resource,
        r.account,
        unrestricted_ftp,
        ports,
        unrestricted_ftp is true and a.is_accepted is true as is_accepted,
        sentence || coalesce(exception_note, '') as sentence
      from
        read_rules as r
        left join accepted_rules as a on a.origin = r.origin and a.resource = r.resource and a.account = r.account and a.rule = r.rule
      where
        scan_status = 'scanned'
    ),
    findings as (
      select
        resource,
        account,
        bool_and(is_accepted) as accepted,
        bool_or(is_accepted) as partly_accepted,
        bool_or(unrestricted_ftp and not is_accepted) as unrestricted,
        array_to_string((array_agg(sentence order by is_accepted, unrestricted_ftp, sentence))[1:5], '; ')
          || case when count(*) > 5 then '; and ' || (count(*) - 5) || ' more' else '' end as rules
      from
        rules
      where
        exists (
          select
          from
            jsonb_array_elements_text(ports) as port
          where
            port = any (string_to_array($1, ' or '))
        )
      group by
        resource,
        account
    )
    select
      g.resource,
      case
        when scan_status <> 'scanned' or rules_unread then 'error'
        when f.rules is null then 'ok'
        when f.accepted then 'skip'
        when f.unrestricted then 'alarm'
        else 'error'
      end as status,
      case
        when scan_status <> 'scanned' then ${local.unread_place_sql}
        when rules_unread then ${local.unread_rules_sql}
        when f.rules is null then 'Group ' || name || ' does not let the whole internet in on TCP ' || $1 || '.'
        when f.unrestricted or f.accepted then 'Group ' || name || ' lets the whole internet in on TCP ' || $1 || ': ' || f.rules || '.'
        else 'It could not be determined whether group ' || name || ' lets the whole internet in on TCP ' || $1
          || case when f.partly_accepted then ' by more than what was accepted: ' else ': ' end || f.rules || '.'
      end as reason
      ${local.group_dimensions_sql}
    from
      checked_groups as g
      left join findings as f on f.resource = g.resource and f.account = g.account
    where
      $2 = 'all'
      or is_default_group
      or scan_status <> 'scanned'
    order by
      g.resource,
      g.account;
  EOQ
}

query "internet_reachable_ftp" {
  title       = "Security groups through which the internet reaches something on FTP now"
  description = "One row for each security group: whether it lets the whole internet in on FTP, and the internet reaches a network interface through it now."

  sql = <<-EOQ
    with judged_groups as (
      select
        unrestricted_ftp,
        unrestricted_ftp_permission_count,
        undetermined_permission_count,
        internet_reachable,
        reachable_addresses,
        internet_unknown_because,
        ${local.group_columns_sql}
      from
        ftpcheck_security_group
    ),
    ${local.security_groups_sql},
    ${local.accepted_rules_sql},
    accepted_groups as (
      select
        origin,
        resource,
        account,
        count(*) filter (where is_accepted) as accepted_rule_count,
        string_agg(distinct exception_note, '' order by exception_note) as exception_note
      from
        accepted_rules
      group by
        origin,
        resource,
        account
    ),
    checked_groups as (
      select
        -- Those of all its rules that are open, of which none may be missing here.
        accepted_rule_count = unrestricted_ftp_permission_count and undetermined_permission_count = 0 as is_accepted,
        coalesce(exception_note, '')
          || case when accepted_rule_count > 0 and undetermined_permission_count > 0 then ', but not all of its rules could be determined' else '' end as exception_note,
        case
          when unrestricted_ftp then 'Group ' || name || ' lets the whole internet in on FTP'
          else 'It could not be determined whether group ' || name || ' lets the whole internet in on FTP'
        end as subject,
        g.*
      from
        security_groups as g
        left join accepted_groups as a on a.origin = g.origin and a.resource = g.resource and a.account = g.account
    )
    select
      resource,
      case
        when scan_status <> 'scanned' then 'error'
        when unrestricted_ftp is false then 'ok'
        when internet_reachable is false then 'ok'
        when is_accepted then 'skip'
        when internet_reachable then 'alarm'
        else 'error'
      end as status,
      case
        when scan_status <> 'scanned' then ${local.unread_place_sql}
        when unrestricted_ftp is false then 'Group ' || name || ' does not let the whole internet in on FTP.'
        when internet_reachable is false then subject || ', but the internet reaches no network interface through it now.'
        when internet_reachable then subject || ', and the internet reaches ' || coalesce(reachable_addresses ->> 0, 'a network interface')
          || case when jsonb_array_length(reachable_addresses) > 1 then ' and ' || (jsonb_array_length(reachable_addresses) - 1) || ' more' else '' end
          || ' through it now' || exception_note || '.'
        else subject || ', and it is not known whether the internet reaches a network interface through it ('
          || array_to_string(array(select jsonb_array_elements_text(internet_unknown_because)), ', ') || ')' || exception_note || '.'
      end as reason
      ${local.group_dimensions_sql}
    from
      checked_groups
    order by
      resource,
      account;
  EOQ
}

query "security_group_ftp_sources" {
  title       = "Security groups that allow FTP from too many public addresses"
  description = "One row for each security group: from how many public IPv4 addresses it allows FTP."

  sql = <<-EOQ
    with judged_groups as (
      select
        ${local.group_columns_sql}
      from
        ftpcheck_security_group
    ),
    ${local.security_groups_sql},
    ${local.accepted_rules_sql},
    read_rules as materialized (
      select distinct
        coalesce(security_group_arn, group_id, group_address) as resource,
        ${local.rule_node_id_sql} as rule,
        coalesce(account_id, '') as account,
        origin,
        region,
        account_id,
        scan_status,
        coalesce(security_group_rule_id, 'a rule') || ' from ' || source as sentence,
        public_ipv4_address_count as addresses
      from
        ftpcheck_security_group_ingress_permission
      where
        allows_ftp_control
        or allows_ftp_data
        or scan_status <> 'scanned'
    ),
    ${local.rules_read_sql},
    rules as (
      select distinct
        r.resource,
        r.account,
        sentence || coalesce(exception_note, '') as sentence,
        a.is_accepted is true as is_accepted,
        addresses
      from
        read_rules as r
        left join accepted_rules as a on a.origin = r.origin and a.resource = r.resource and a.account = r.account and a.rule = r.rule
      where
        scan_status = 'scanned'
    ),
    -- What was accepted does not count, and stands behind what does.
    sources as (
      select
        resource,
        account,
        max(addresses) filter (where not is_accepted) as most,
        coalesce(sum(addresses) filter (where not is_accepted), 0) as total,
        sum(addresses) as total_with_accepted,
        count(*) filter (where addresses is null and not is_accepted) as unknown,
        min(sentence) filter (where addresses is null and not is_accepted) as unknown_rule,
        (array_agg(sentence order by is_accepted, addresses desc nulls last, sentence))[1] as widest_rule,
        (array_agg(sentence order by not is_accepted, addresses desc nulls last, sentence))[1] as widest_accepted_rule
      from
        rules
      group by
        resource,
        account
    )
    select
      g.resource,
      case
        when scan_status <> 'scanned' or rules_unread then 'error'
        when s.resource is null then 'ok'
        when most > ${var.max_public_ipv4_addresses} then 'alarm'
        when unknown > 0 then 'error'
        when total > ${var.max_public_ipv4_addresses} then 'info'
        when total_with_accepted > ${var.max_public_ipv4_addresses} then 'skip'
        else 'ok'
      end as status,
      case
        when scan_status <> 'scanned' then ${local.unread_place_sql}
        when rules_unread then ${local.unread_rules_sql}
        when s.resource is null then 'Group ' || name || ' does not allow FTP.'
        when most > ${var.max_public_ipv4_addresses} then 'Group ' || name || ' allows FTP from ' || most || ' public IPv4 addresses with one rule, more than ${var.max_public_ipv4_addresses}: ' || widest_rule || '.'
        when unknown > 0 then 'It could not be determined from how many public IPv4 addresses group ' || name || ' allows FTP: the source could not be read of ' || unknown_rule || '.'
        when total > ${var.max_public_ipv4_addresses} then 'Group ' || name || ' allows FTP from up to ' || total || ' public IPv4 addresses with all rules together, more than ${var.max_public_ipv4_addresses}, though with none alone; the widest is ' || widest_rule || '.'
        when total_with_accepted > ${var.max_public_ipv4_addresses} then 'Group ' || name || ' allows FTP from up to ' || total_with_accepted || ' public IPv4 addresses, more than ${var.max_public_ipv4_addresses}, by what was accepted: ' || widest_accepted_rule || '.'
        else 'Group ' || name || ' allows FTP from up to ' || total || ' public IPv4 addresses.'
      end as reason
      ${local.group_dimensions_sql}
    from
      checked_groups as g
      left join sources as s on s.resource = g.resource and s.account = g.account
    order by
      g.resource,
      g.account;
  EOQ
}

query "place_scanned" {
  title       = "Accounts and regions that were scanned"
  description = "One row for each account and region, or file, that was or should have been read, and one more if nothing was."

  sql = <<-EOQ
    with places as (
      select
        *
      from
        ftpcheck_scan
    ),
    results as (
      select
        title as resource,
        case
          when status = 'scanned' then 'ok'
          when is_optional or is_ignored then 'skip'
          else 'error'
        end as status,
        case
          when status = 'scanned' then 'Read. Security groups: ' || security_group_count || ', ingress permissions: ' || ingress_permission_count || '.' || coalesce(' Not all is known: ' || error_message, '')
          when is_optional then 'Not scanned, and nobody asked for it (' || status || '): ' || coalesce(error_message, 'no message')
          when is_ignored then 'Not scanned, so nothing is known of it. It is left out by choice: ' || coalesce(error_message, status)
          else coalesce(error_message, 'Not scanned (' || status || ').')
        end as reason
        ${local.place_dimensions_sql}
      from
        places
      where
        -- A file of something else proves nothing by having been read.
        status <> 'scanned'
        or content = 'security_groups'
    ),
    nowhere as (
      select
        'every account and region' as resource,
        'error' as status,
        'No security group was read anywhere, so nothing is known.' as reason
        ${local.place_dimensions_sql}
      from
        (
          select
            null::text as sp_connection_name,
            null::text as region,
            null::text as account_id
          from
            places
          having
            coalesce(sum(security_group_count), 0) = 0
        ) as nothing
    )
    select
      *
    from
      results
    union all
    select
      *
    from
      nowhere
    order by
      resource;
  EOQ
}
