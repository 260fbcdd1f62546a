-- migrate:up
-- Who listens to his notifications hears that they changed, in whichever process. A hint and never data: payload is the user.
create function hint_notifications() returns trigger language plpgsql as $$
begin
  perform pg_notify('notifications', user_id::text) from (select distinct user_id from changed) as told;
  return null;
end $$;
create trigger notifications_told after insert on notifications
  referencing new table as changed for each statement execute function hint_notifications();
create trigger notifications_read after update on notifications
  referencing new table as changed for each statement execute function hint_notifications();
create trigger notifications_deleted after delete on notifications
  referencing old table as changed for each statement execute function hint_notifications();

-- migrate:down
drop trigger notifications_told on notifications;
drop trigger notifications_read on notifications;
drop trigger notifications_deleted on notifications;
drop function hint_notifications();
