-- migrate:up
-- A connection is well again with the last of its calendars that failed. By a trigger, since of several that recover at
-- once each sees the others as they were: whoever locks the connection last looks last.
create function calendar_recovered() returns trigger language plpgsql as $$
begin
  perform from calendar_connections where id = new.connection_id and status in ('stale', 'error') for update;
  if found and not exists (
    select from calendars where connection_id = new.connection_id and failing_since is not null)
  then
    update calendar_connections set status = 'ok', failing_since = null, last_error = null, told_at = null
    where id = new.connection_id;
  end if;
  return null;
end $$;
create trigger connection_recovers after update of failing_since on calendars
  for each row when (old.failing_since is not null and new.failing_since is null)
  execute function calendar_recovered();

-- migrate:down
drop trigger connection_recovers on calendars;
drop function calendar_recovered();
