// Which of the rules that are open somebody has accepted. An exception is bound to what was
// accepted: it covers a rule or not, and a group is excepted if all its rules are.

locals {
  // Without exceptions nothing is read for them. With some, whether the internet reaches a group
  // must be known, which takes reading networks.
  has_exceptions = length(var.exceptions) > 0 || var.exception_tag != ""

  exceptions_json = replace(jsonencode(var.exceptions), "'", "''")
  exception_tag   = replace(var.exception_tag, "'", "''")
}

locals {
  // Common table expressions, the last of which has the rules that are open, as origin, resource,
  // account and rule, with is_accepted and exception_note: what a reason says of the exception
  // that covers the rule or, if none does, of the first that is about it. A note begins with a
  // comma, or is empty. Whatever is not known of an exception makes it cover nothing.
  accepted_rules_sql = <<-EOQ
    %{~if local.has_exceptions}
    open_rules as materialized (
      select
        origin,
        coalesce(security_group_arn, group_id, group_address) as resource,
        coalesce(account_id, '') as account,
        ${local.rule_node_id_sql} as rule,
        format('%s/%s/%s/%s', origin, owner_id, region, coalesce(group_id, group_address)) as group_identity,
        group_id,
        coalesce(owner_id, account_id, '') as owner,
        coalesce(region, '') as region,
        coalesce(group_name, '') as group_name,
        coalesce(group_address, '') as group_address,
        group_tags,
        security_group_rule_id,
        address,
        case when lower(ip_protocol) = '6' then 'tcp' else lower(ip_protocol) end
          || case when ip_protocol = '-1' then ' -1 -1 ' else format(' %s %s ', coalesce(from_port, -1), coalesce(to_port, -1)) end
          || source as allowed,
        unrestricted_ftp_ports as ports,
        unrestricted_ftp_reason as way
      from
        ftpcheck_security_group_ingress_permission
      where
        unrestricted_ftp
        and scan_status = 'scanned'
    ),
    reached_groups as materialized (
      select
        origin,
        coalesce(arn, group_id, address) as resource,
        coalesce(account_id, '') as account,
        bool_and(internet_reachable is false) as is_out_of_reach,
        bool_or(internet_reachable) as is_reachable
      from
        ftpcheck_security_group
      where
        unrestricted_ftp
        and scan_status = 'scanned'
      group by
        origin,
        coalesce(arn, group_id, address),
        coalesce(account_id, '')
    ),
    listed_exceptions as materialized (
      select
        number,
        e ->> 'exception' as written_in,
        e ->> 'group_id' as group_id,
        '^(' || nullif(e ->> 'account_id', '') || ')$' as owner_pattern,
        '^(' || nullif(e ->> 'region', '') || ')$' as region_pattern,
        '^(' || nullif(e ->> 'name', '') || ')$' as name_pattern,
        '^(' || nullif(e ->> 'address', '') || ')$' as address_pattern,
        e -> 'tags' as tags,
        e ->> 'rule' as rule,
        (e ->> 'groups')::numeric as groups,
        (e -> 'ports') || (e -> 'reasons') || case when e ->> 'reachable' = 'true' then '["reachable"]'::jsonb else '[]'::jsonb end as accepts,
        e ->> 'until' as until,
        e ->> 'approved_by' as approved_by,
        coalesce(nullif(e ->> 'why', ''), e ->> 'ticket') as why
      from
        jsonb_array_elements('${local.exceptions_json}'::jsonb) with ordinality as listed (e, number)
    ),
    -- Tags are words: a day, what was accepted, and from some word on why.
    tagged_rules as (
      select
        (
          select
            min(n)
          from
            unnest(words) with ordinality as w (word, n)
          where
            n > 1
            and word <> all (array['20', '21', 'any_ipv4', 'any_ipv6', 'prefix_list', 'combined', 'reachable'])
        ) as why_at,
        r.*
      from
        (
          select
            array_remove(regexp_split_to_array(group_tags ->> '${local.exception_tag}', '[ \t\n\v\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+'), '') as words,
            o.*
          from
            open_rules as o
          where
            group_tags ? '${local.exception_tag}'
        ) as r
    ),
    -- The exceptions that are about each rule. Those of tags have no number, and come last.
    exceptions_about as materialized (
      select
        e.number,
        e.written_in,
        e.groups,
        e.accepts,
        e.until,
        e.approved_by,
        e.why,
        r.origin,
        r.resource,
        r.account,
        r.rule,
        r.group_identity,
        r.ports,
        r.way
      from
        listed_exceptions as e
        join open_rules as r on e.group_id = '' or e.group_id = r.group_id
      where
        (e.owner_pattern is null or r.owner ~ e.owner_pattern)
        and (e.region_pattern is null or r.region ~ e.region_pattern)
        and (e.name_pattern is null or r.group_name ~ e.name_pattern)
        and (e.address_pattern is null or r.group_address ~ e.address_pattern)
        and (e.rule = '' or e.rule in (r.security_group_rule_id, r.address, r.allowed))
        and not exists (
          select
          from
            jsonb_each_text(e.tags) as tag (key, pattern)
          where
            ((r.group_tags ->> tag.key) ~ ('^(' || tag.pattern || ')$')) is not true
        )
      union all
      select
        null,
        'the tag ${local.exception_tag} of ' || coalesce(group_id, group_address),
        1,
        to_jsonb(words[2:why_at - 1]),
        words[1],
        'whoever tagged it',
        array_to_string(words[why_at:], ' '),
        origin,
        resource,
        account,
        rule,
        group_identity,
        ports,
        way
      from
        tagged_rules
    ),
    -- The last days, counted from the first of the month: February 30 is then in March, where a
    -- cast to date would fail, and the whole query with it.
    dated_exceptions as (
      select
        case
          when until ~ '^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}$' then to_date(left(until, 7), 'YYYY-MM') + right(until, 2)::int - 1
        end as last_day,
        a.*
      from
        exceptions_about as a
    ),
    exception_breadths as (
      select
        number,
        count(distinct group_identity) as open_groups
      from
        exceptions_about
      group by
        number
    ),
    -- Why an exception does not cover a rule: the first that is not known to be as it must.
    weighed_exceptions as (
      select
        case
          when (to_char(last_day, 'MM') = substr(until, 6, 2)) is not true then 'malformed'
          when (accepts ?| array['20', '21'] and accepts ?| array['any_ipv4', 'any_ipv6', 'prefix_list', 'combined']) is not true then 'malformed'
          when d.number is not null and (open_groups <= groups) is not true then 'too_broad'
          when (last_day >= (now() at time zone 'UTC')::date) is not true then 'expired'
          when exists (select from jsonb_array_elements_text(ports) as port where (accepts ? port) is not true) then 'port'
          when (accepts ? way) is not true then 'way'
          when (accepts ? 'reachable' or is_out_of_reach) is not true then 'reachable'
          else 'covers'
        end as outcome,
        open_groups,
        is_reachable,
        d.*
      from
        dated_exceptions as d
        left join exception_breadths as b on b.number = d.number
        left join reached_groups as g on g.origin = d.origin and g.resource = d.resource and g.account = d.account
    ),
    told_exceptions as (
      select
        case outcome
          when 'covers' then ', accepted until ' || until || ' by ' || approved_by || ': ' || why
          when 'malformed' then ', and the exception in ' || written_in || ' does not count, as it is not a day, ports, reasons and why, such as 2027-03-31 21 any_ipv4 partner migration'
          else ', and the exception in ' || written_in || ' does not cover it, as it ' || case outcome
            when 'too_broad' then 'may cover ' || groups || case when groups = 1 then ' group' else ' groups' end || ', and is about ' || open_groups || ' that are open'
            when 'expired' then 'expired on ' || until
            when 'port' then 'does not accept port '
              || (select string_agg(port, ' and ' order by port) from jsonb_array_elements_text(ports) as port where (accepts ? port) is not true)
            when 'way' then 'does not accept ' || way
            else 'holds while the internet reaches nothing through the group, and ' || case when is_reachable then 'now it does' else 'whether it does is not known' end
          end
        end as note,
        w.*
      from
        weighed_exceptions as w
    ),
    accepted_rules as materialized (
      select
        r.origin,
        r.resource,
        r.account,
        r.rule,
        count(*) filter (where outcome = 'covers') > 0 as is_accepted,
        coalesce((array_agg(note order by outcome <> 'covers', number))[1], '') as exception_note
      from
        open_rules as r
        left join told_exceptions as t on t.origin = r.origin and t.resource = r.resource and t.account = r.account and t.rule = r.rule
      group by
        r.origin,
        r.resource,
        r.account,
        r.rule
    )
    %{~else}
    accepted_rules as (
      select
        null::text as origin,
        null::text as resource,
        null::text as account,
        null::text as rule,
        null::boolean as is_accepted,
        null::text as exception_note
      where
        false
    )
    %{~endif}
  EOQ
}
