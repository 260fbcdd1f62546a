-- migrate:up
-- Whoever makes a schedule the default takes that from the one before, in the same statement. The
-- partial unique index alone would refuse the second of two at once: it waits for the first, but the
-- statement does not see what that one did. A volatile function does, once it has the lock.
create function take_default() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('default schedule of ' || new.user_id, 0));
  update schedules set is_default = false, version = version + 1
  where user_id = new.user_id and is_default and id <> new.id;
  return new;
end $$;
create trigger schedules_take_default_on_insert before insert on schedules
  for each row when (new.is_default) execute function take_default();
create trigger schedules_take_default_on_update before update on schedules
  for each row when (new.is_default and not old.is_default) execute function take_default();

-- migrate:down
drop trigger schedules_take_default_on_update on schedules;
drop trigger schedules_take_default_on_insert on schedules;
drop function take_default();
