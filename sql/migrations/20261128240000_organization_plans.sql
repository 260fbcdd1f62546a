-- migrate:up
-- How much of what a plan limits somebody has; p_within names the one thing that it is counted in, where there is one.
create or replace function plan_use(p_limit text, p_owner uuid, p_within uuid) returns int language sql stable as $$
  select (case p_limit
    when 'meetingTypes' then (select count(*) from meeting_types where owner_id = p_owner and archived_at is null)
    when 'schedules' then (select count(*) from schedules where user_id = p_owner)
    when 'apiKeys' then (select count(*) from api_keys where user_id = p_owner and revoked_at is null)
    when 'organizations' then (select count(*) from organizations where owner_id = p_owner and deleted_at is null)
    -- of one type, or of the type that has most
    when 'linksPerMeetingType' then coalesce((
      select max(n) from (
        select count(*) as n from booking_links l join meeting_types t on t.id = l.meeting_type_id
        where t.owner_id = p_owner and (p_within is null or t.id = p_within) group by t.id) counted), 0)
    -- also of organizations that are his
    when 'webhooks' then (select count(*) from webhook_endpoints
      where owner_id = p_owner or organization_id in (select id from organizations where owner_id = p_owner))
    -- of one organization, or of the one that has most
    when 'organizationMembers' then coalesce((
      select max(n) from (
        select count(*) as n from organization_members m join organizations o on o.id = m.organization_id
        where o.owner_id = p_owner and o.deleted_at is null and (p_within is null or o.id = p_within)
        group by o.id) counted), 0)
  end)::int
$$;

-- migrate:down
create or replace function plan_use(p_limit text, p_owner uuid, p_within uuid) returns int language sql stable as $$
  select (case p_limit
    when 'meetingTypes' then (select count(*) from meeting_types where owner_id = p_owner and archived_at is null)
    when 'schedules' then (select count(*) from schedules where user_id = p_owner)
    when 'apiKeys' then (select count(*) from api_keys where user_id = p_owner and revoked_at is null)
    -- of one type, or of the type that has most
    when 'linksPerMeetingType' then coalesce((
      select max(n) from (
        select count(*) as n from booking_links l join meeting_types t on t.id = l.meeting_type_id
        where t.owner_id = p_owner and (p_within is null or t.id = p_within) group by t.id) counted), 0)
    -- also of organizations that are his
    when 'webhooks' then (select count(*) from webhook_endpoints
      where owner_id = p_owner or organization_id in (select id from organizations where owner_id = p_owner))
  end)::int
$$;
