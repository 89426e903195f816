// The cards and charts show what is known, and beside it how many accounts and regions, or
// files, were not read.

locals {
  places_beside_sql = <<-EOQ
    coalesce(' (not read: ' || nullif(count(*) filter (where scan_status <> 'scanned'), 0) || ')', '')
  EOQ
}

query "ftp_exposure_groups" {
  sql = <<-EOQ
    select
      'Security groups scanned' as label,
      coalesce(sum(security_group_count), 0)::bigint as value,
      case when coalesce(sum(security_group_count), 0) > 0 then 'info' else 'alert' end as type
    from
      ftpcheck_scan;
  EOQ
}

query "ftp_exposure_open" {
  sql = <<-EOQ
    select
      'Open to the internet' || ${local.places_beside_sql} as label,
      count(distinct coalesce(arn, group_id, address)) filter (where unrestricted_ftp) as value,
      case when count(*) filter (where unrestricted_ftp or scan_status <> 'scanned') > 0 then 'alert' else 'ok' end as type
    from
      ftpcheck_security_group
    where
      unrestricted_ftp is not false;
  EOQ
}

query "ftp_exposure_reachable" {
  // A group that several accounts see is one group: if it is reached for one of them it is reached,
  // and its owner knows of all that use it.
  sql = <<-EOQ
    with groups as (
      select
        scan_status,
        bool_or(internet_reachable) as reachable
      from
        ftpcheck_security_group
      where
        unrestricted_ftp is not false
      group by
        scan_status,
        coalesce(arn, group_id, title)
    )
    select
      'Of these, reachable now'
        || coalesce(' (not known: ' || nullif(count(*) filter (where scan_status = 'scanned' and reachable is null), 0) || ')', '')
        || ${local.places_beside_sql} as label,
      count(*) filter (where reachable) as value,
      case when count(*) filter (where reachable is not false) > 0 then 'alert' else 'ok' end as type
    from
      groups;
  EOQ
}

query "ftp_exposure_undetermined" {
  sql = <<-EOQ
    select
      'Undetermined' || ${local.places_beside_sql} as label,
      count(distinct coalesce(arn, group_id, address)) as value,
      case when count(*) > 0 then 'alert' else 'ok' end as type
    from
      ftpcheck_security_group
    where
      unrestricted_ftp is null;
  EOQ
}

query "ftp_exposure_places_missed" {
  sql = <<-EOQ
    select
      'Accounts and regions not scanned' as label,
      count(*) as value,
      case when count(*) > 0 then 'alert' else 'ok' end as type
    from
      ftpcheck_scan
    where
      status <> 'scanned'
      and not is_optional;
  EOQ
}

query "ftp_exposure_by_account" {
  sql = <<-EOQ
    select
      coalesce(account_id, 'unknown') as "Account",
      count(*) filter (where unrestricted_ftp) as "Open groups",
      count(*) filter (where scan_status <> 'scanned') as "Not read"
    from
      ftpcheck_security_group
    where
      unrestricted_ftp is not false
      and (unrestricted_ftp or scan_status <> 'scanned')
    group by
      coalesce(account_id, 'unknown')
    order by
      count(*) filter (where unrestricted_ftp) desc,
      coalesce(account_id, 'unknown');
  EOQ
}

query "ftp_exposure_by_region" {
  sql = <<-EOQ
    select
      coalesce(region, 'unknown') as "Region",
      count(distinct coalesce(arn, group_id, address)) filter (where unrestricted_ftp) as "Open groups",
      count(*) filter (where scan_status <> 'scanned') as "Not read"
    from
      ftpcheck_security_group
    where
      unrestricted_ftp is not false
      and (unrestricted_ftp or scan_status <> 'scanned')
    group by
      coalesce(region, 'unknown')
    order by
      count(distinct coalesce(arn, group_id, address)) filter (where unrestricted_ftp) desc,
      coalesce(region, 'unknown');
  EOQ
}

query "ftp_exposure_by_reason" {
  sql = <<-EOQ
    select
      unrestricted_ftp_reason as "Way of being open",
      count(distinct coalesce(arn, group_id, address)) as "Open groups"
    from
      ftpcheck_security_group
    where
      unrestricted_ftp is true
      and scan_status = 'scanned'
    group by
      unrestricted_ftp_reason
    order by
      count(distinct coalesce(arn, group_id, address)) desc,
      unrestricted_ftp_reason;
  EOQ
}

query "ftp_exposure_rules" {
  sql = <<-EOQ
    select
      coalesce(group_name, group_id) as "Group",
      group_id as "Group ID",
      account_id as "Account",
      region as "Region",
      security_group_rule_id as "Rule",
      ${local.port_range_sql} as "Allows",
      source as "Source",
      unrestricted_ftp_reason as "Way of being open",
      coalesce(security_group_arn, group_id, group_address) as "Group ARN"
    from
      ftpcheck_security_group_ingress_permission
    where
      unrestricted_ftp is not false
      and scan_status = 'scanned'
    order by
      account_id,
      region,
      group_id,
      security_group_rule_id,
      source;
  EOQ
}

query "ftp_exposure_missed" {
  sql = <<-EOQ
    select
      title as "Account and region",
      status as "Status",
      case when is_ignored then 'yes' else 'no' end as "Ignored",
      error_code as "Error",
      error_message as "Message"
    from
      ftpcheck_scan
    where
      status <> 'scanned'
      and not is_optional
    order by
      title;
  EOQ
}

dashboard "ftp_exposure" {
  title         = "FTP Exposure"
  documentation = file("./docs/ftp_exposure.md")

  tags = merge(local.common_tags, {
    type = "Dashboard"
  })

  container {
    card {
      query = query.ftp_exposure_groups
      icon  = "inventory_2"
      width = 2
    }

    card {
      query = query.ftp_exposure_open
      icon  = "lock_open"
      width = 2
    }

    card {
      query = query.ftp_exposure_reachable
      icon  = "crisis_alert"
      width = 3
    }

    card {
      query = query.ftp_exposure_undetermined
      icon  = "help"
      width = 2
    }

    card {
      query = query.ftp_exposure_places_missed
      icon  = "visibility_off"
      width = 3
    }
  }

  container {
    title = "Security groups that let the whole internet in"

    chart {
      title = "By account"
      type  = "column"
      query = query.ftp_exposure_by_account
      width = 4
    }

    chart {
      title = "By region"
      type  = "column"
      query = query.ftp_exposure_by_region
      width = 4
    }

    chart {
      title = "By way of being open"
      type  = "donut"
      query = query.ftp_exposure_by_reason
      width = 4
    }
  }

  table {
    title = "Rules that are open or undetermined"
    query = query.ftp_exposure_rules

    column "Group ARN" {
      display = "none"
    }

    column "Group" {
      href = "${dashboard.security_group_ftp_detail.url_path}?input.group_arn={{.'Group ARN' | @uri}}"
    }
  }

  // Other tables cut off what is longer than 500 pixels, as what to do about it is.
  table {
    title = "Accounts and regions that were not scanned"
    type  = "line"
    query = query.ftp_exposure_missed

    column "Message" {
      wrap = "all"
    }
  }
}
