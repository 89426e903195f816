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
    -- The rules that are open, or not known.
    read_rules as materialized (
      select distinct
        coalesce(security_group_arn, group_id, group_address) as resource,
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
        resource,
        account,
        unrestricted_ftp,
        ports,
        sentence
      from
        read_rules
      where
        scan_status = 'scanned'
    ),
    findings as (
      select
        resource,
        account,
        bool_or(unrestricted_ftp) as unrestricted,
        array_to_string((array_agg(sentence order by unrestricted_ftp, sentence))[1:5], '; ')
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
        when exception_state = 'valid' then 'skip'
        when f.unrestricted then 'alarm'
        else 'error'
      end as status,
      case
        when scan_status <> 'scanned' then ${local.unread_place_sql}
        when rules_unread then ${local.unread_rules_sql}
        when f.rules is null then 'Group ' || name || ' does not let the whole internet in on TCP ' || $1 || '.'
        when f.unrestricted then 'Group ' || name || ' lets the whole internet in on TCP ' || $1 || ': ' || f.rules || ${local.exception_sql}
        else 'It could not be determined whether group ' || name || ' lets the whole internet in on TCP ' || $1 || ': ' || f.rules || ${local.exception_sql}
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
        unrestricted_ftp, internet_reachable, reachable_addresses, internet_unknown_because, ${local.group_columns_sql}
      from
        ftpcheck_security_group
    ),
    ${local.security_groups_sql},
    checked_groups as (
      select
        case
          when unrestricted_ftp then 'Group ' || name || ' lets the whole internet in on FTP'
          else 'It could not be determined whether group ' || name || ' lets the whole internet in on FTP'
        end as subject,
        g.*
      from
        security_groups as g
    )
    select
      resource,
      case
        when scan_status <> 'scanned' then 'error'
        when unrestricted_ftp is false then 'ok'
        when internet_reachable is false then 'ok'
        when exception_state = 'valid' then 'skip'
        when internet_reachable then 'alarm'
        else 'error'
      end as status,
      case
        when scan_status <> 'scanned' then ${local.unread_place_sql}
        when unrestricted_ftp is false then 'Group ' || name || ' does not let the whole internet in on FTP.'
        when internet_reachable is false then subject || ', but the internet reaches no network interface through it now.'
        when internet_reachable then subject || ', and the internet reaches ' || coalesce(reachable_addresses ->> 0, 'a network interface')
          || case when jsonb_array_length(reachable_addresses) > 1 then ' and ' || (jsonb_array_length(reachable_addresses) - 1) || ' more' else '' end
          || ' through it now' || ${local.exception_sql}
        else subject || ', and it is not known whether the internet reaches a network interface through it ('
          || array_to_string(array(select jsonb_array_elements_text(internet_unknown_because)), ', ') || ')' || ${local.exception_sql}
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
    read_rules as materialized (
      select distinct
        coalesce(security_group_arn, group_id, group_address) as resource,
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
        resource,
        account,
        sentence,
        addresses
      from
        read_rules
      where
        scan_status = 'scanned'
    ),
    sources as (
      select
        resource,
        account,
        max(addresses) as most,
        sum(addresses) as total,
        count(*) filter (where addresses is null) as unknown,
        min(sentence) filter (where addresses is null) as unknown_rule,
        (array_agg(sentence order by addresses desc nulls last, sentence))[1] as widest_rule
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
        when exception_state = 'valid' and (total > ${var.max_public_ipv4_addresses} or unknown > 0) then 'skip'
        when most > ${var.max_public_ipv4_addresses} then 'alarm'
        when unknown > 0 then 'error'
        when total > ${var.max_public_ipv4_addresses} then 'info'
        else 'ok'
      end as status,
      case
        when scan_status <> 'scanned' then ${local.unread_place_sql}
        when rules_unread then ${local.unread_rules_sql}
        when s.resource is null then 'Group ' || name || ' does not allow FTP.'
        when most > ${var.max_public_ipv4_addresses} then 'Group ' || name || ' allows FTP from ' || most || ' public IPv4 addresses with one rule, more than ${var.max_public_ipv4_addresses}: ' || widest_rule || ${local.exception_sql}
        when unknown > 0 then 'It could not be determined from how many public IPv4 addresses group ' || name || ' allows FTP: the source could not be read of ' || unknown_rule || ${local.exception_sql}
        when total > ${var.max_public_ipv4_addresses} then 'Group ' || name || ' allows FTP from up to ' || total || ' public IPv4 addresses with all rules together, more than ${var.max_public_ipv4_addresses}, though with none alone; the widest is ' || widest_rule || ${local.exception_sql}
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
