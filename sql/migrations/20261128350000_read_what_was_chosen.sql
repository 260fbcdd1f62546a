-- migrate:up
-- A calendar that is chosen while it is being read is read once more.
create or replace function settle_calendars(p_user uuid, p_now timestamptz) returns int language plpgsql as $$
begin
  delete from external_busy b using calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not calendar_in_use(c.id);
  update calendars c set cursor = null, synced = null, synced_at = null, failing_since = null, last_error = null
    where c.user_id = p_user and (c.cursor is not null or c.synced is not null) and not calendar_in_use(c.id);
  update external_busy b set title = null from calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not c.keeps_titles and b.title is not null;
  return promise_sync(array(
    select c.id from calendars c where c.user_id = p_user and c.cursor is null and calendar_in_use(c.id)), p_now);
end $$;

-- migrate:down
create or replace function settle_calendars(p_user uuid, p_now timestamptz) returns int language plpgsql as $$
declare
  promised int;
begin
  delete from external_busy b using calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not calendar_in_use(c.id);
  update calendars c set cursor = null, synced = null, synced_at = null, failing_since = null, last_error = null
    where c.user_id = p_user and (c.cursor is not null or c.synced is not null) and not calendar_in_use(c.id);
  update external_busy b set title = null from calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not c.keeps_titles and b.title is not null;
  insert into outbox (id, queue, kind, subject_id, user_id, version, due_at, created_at)
    select gen_random_uuid(), 'calendar-sync', 'calendar.sync', c.id, c.user_id, 1, p_now, p_now
    from calendars c join calendar_connections n on n.id = c.connection_id
    where c.user_id = p_user and c.cursor is null and n.status <> 'needs_reauth' and calendar_in_use(c.id)
      and not exists (select from outbox o
        where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = c.id and o.done_at is null)
    on conflict do nothing;
  get diagnostics promised = row_count;
  return promised;
end $$;
