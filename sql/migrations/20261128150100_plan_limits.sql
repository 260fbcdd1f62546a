-- migrate:up
-- How much of what a plan limits somebody has; p_within names the one thing that it is counted in, where there is one.
create function plan_use(p_limit text, p_owner uuid, p_within uuid) returns int language sql stable as $$
  select (case p_limit
    when 'meetingTypes' then (select count(*) from meeting_types where owner_id = p_owner and archived_at is null)
    when 'schedules' then (select count(*) from schedules where user_id = p_owner)
    when 'apiKeys' then (select count(*) from api_keys where user_id = p_owner and revoked_at is null)
    -- of one type, or of the type that has most
    when 'linksPerMeetingType' then coalesce((
      select max(n) from (
        select count(*) as n from booking_links l join meeting_types t on t.id = l.meeting_type_id
        where t.owner_id = p_owner and (p_within is null or t.id = p_within) group by t.id) counted), 0)
  end)::int
$$;

-- True where the owner's plan has room for one more, else plan_limit is raised, with plan and limit as its detail.
-- p_limits is the limit by plan; null is none. Lock, then look: of two that come at once the second counts the first.
create function within_plan(p_limit text, p_owner uuid, p_within uuid, p_limits jsonb) returns boolean
language plpgsql as $$
declare
  owners text;
  most int;
begin
  select plan into owners from users where id = p_owner;
  most := p_limits ->> owners;
  if most is null then
    return true;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('plan ' || p_limit || ' ' || p_owner, 0));
  if plan_use(p_limit, p_owner, p_within) >= most then
    raise exception using errcode = 'KA001', message = 'plan_limit', detail = owners || ' ' || most;
  end if;
  return true;
end $$;

-- migrate:down
drop function within_plan(text, uuid, uuid, jsonb);
drop function plan_use(text, uuid, uuid);
