-- migrate:up
-- Events by month (UTC), so that what is old goes by dropping a table and what is asked of a month reads
-- that month. No foreign key: it would lock a user's row with each of his events, and all users whenever
-- a month comes or goes. A user_id may so outlive its user, as in audit_log.
alter table analytics_events rename to old_analytics_events;
alter table old_analytics_events rename constraint analytics_events_pkey to old_analytics_events_pkey;
drop index idx_analytics_event_type, idx_analytics_created_at, analytics_by_user;

create table analytics_events (
  id uuid not null,
  user_id uuid,
  event_type text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  -- the log's order, and what makes writing a batch again harmless
  primary key (created_at, id)
) partition by range (created_at);
-- whatever falls into no month: nothing is ever refused
create table analytics_events_default partition of analytics_events default;

-- all that the dashboard reads, so that it never looks into the table
create index idx_analytics_created_at on analytics_events (created_at, event_type, user_id);
-- the log by type and by user
create index idx_analytics_event_type on analytics_events (event_type, created_at);
create index analytics_by_user on analytics_events (user_id, created_at);
-- what happened around a meeting type, whoever told it
create index analytics_by_meeting_type on analytics_events ((metadata ->> 'meetingTypeId'), created_at)
  where metadata ->> 'meetingTypeId' is not null;

-- Makes the partition of the month that an instant lies in, unless there is one. Attaching locks the
-- default partition only; who waits longer than a moment for it gives up and is asked again. A month that
-- has gathered much in the default stays there: moving it would make others wait.
create function make_event_partition(p_at timestamptz) returns boolean language plpgsql
set timezone = 'UTC' set lock_timeout = '250ms' as $$
declare
  month timestamptz := date_trunc('month', p_at);
  next_month timestamptz := date_trunc('month', p_at) + interval '1 month';
  name text := 'analytics_events_' || to_char(p_at, 'YYYY_MM');
begin
  if to_regclass(name) is not null or exists
    (select from analytics_events_default where created_at >= month and created_at < next_month offset 10000)
  then
    return false;
  end if;
  lock table analytics_events in share update exclusive mode;
  lock table analytics_events_default in access exclusive mode;
  execute format('create table %I (like analytics_events including all)
    with (autovacuum_vacuum_insert_scale_factor = 0.05)', name);
  execute format('with moved as (
      delete from analytics_events_default where created_at >= $1 and created_at < $2 returning *
    ) insert into %I select * from moved', name) using month, next_month;
  execute format('alter table analytics_events attach partition %I for values from (%L) to (%L)',
    name, month, next_month);
  return true;
exception when lock_not_available then
  return false;
end $$;

-- Makes the partitions of this month and the next three, and drops those that lie wholly before so many
-- days, one at a time. Of any number of callers one does it. Dropping locks all events for a moment, or
-- gives up and is asked again. Whether anything was done, so that there may be more to do.
create function keep_event_partitions(p_now timestamptz, p_retention_days int) returns boolean language plpgsql
set timezone = 'UTC' set lock_timeout = '250ms' as $$
declare
  cutoff timestamptz := p_now - make_interval(days => p_retention_days);
  past record;
  done boolean := false;
  forgotten int;
begin
  if not pg_try_advisory_xact_lock(hashtext('keep_event_partitions')) then
    return false;
  end if;
  for ahead in 0..3 loop
    if make_event_partition(date_trunc('month', p_now) + make_interval(months => ahead)) then
      done := true;
    end if;
  end loop;
  -- Not both in one transaction: whoever reads holds what dropping waits for and waits for the default.
  if done then
    return true;
  end if;
  for past in
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'analytics_events'::regclass and c.relname ~ '^analytics_events_\d{4}_\d{2}$'
      and to_timestamp(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= cutoff
    order by c.relname limit 1
  loop
    begin
      execute format('drop table %I', past.name);
      done := true;
    exception when lock_not_available then
      null;
    end;
  end loop;
  delete from analytics_events_default where (created_at, id) in
    (select created_at, id from analytics_events_default where created_at < cutoff order by created_at limit 10000);
  get diagnostics forgotten = row_count;
  return done or forgotten > 0;
end $$;

do $$
declare
  at timestamptz := (select min(created_at) from old_analytics_events);
begin
  while at < now() loop
    perform make_event_partition(at);
    at := at + interval '1 month';
  end loop;
  perform keep_event_partitions(now(), 36500);
end $$;
insert into analytics_events (id, user_id, event_type, metadata, created_at)
select id, user_id, event_type, metadata, created_at from old_analytics_events;
drop table old_analytics_events;

-- What was booked in a period, by who takes it and by meeting type.
create index bookings_by_host_made on bookings (host_id, created_at);
create index bookings_by_type_made on bookings (meeting_type_id, created_at);

-- migrate:down
drop index bookings_by_host_made, bookings_by_type_made;
alter table analytics_events rename to old_analytics_events;
alter table old_analytics_events rename constraint analytics_events_pkey to old_analytics_events_pkey;
drop index idx_analytics_event_type, idx_analytics_created_at, analytics_by_user, analytics_by_meeting_type;
create table analytics_events (
  id uuid primary key,
  user_id uuid references users on delete set null,
  event_type text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index idx_analytics_event_type on analytics_events (event_type);
create index idx_analytics_created_at on analytics_events (created_at);
create index analytics_by_user on analytics_events (user_id);
insert into analytics_events (id, user_id, event_type, metadata, created_at)
select e.id, u.id, e.event_type, e.metadata, e.created_at
from old_analytics_events e left join users u on u.id = e.user_id;
drop table old_analytics_events;
drop function keep_event_partitions(timestamptz, int);
drop function make_event_partition(timestamptz);
