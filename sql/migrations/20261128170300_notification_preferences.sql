-- migrate:up
-- A boolean spoke of the mail; now every channel has its own.
update users set notification_preferences = (
  select coalesce(jsonb_object_agg(case key when 'BOOKING_CREATED' then 'BOOKING_CONFIRMED' else key end,
    jsonb_build_object('email', value)), '{}')
  from jsonb_each(notification_preferences) where jsonb_typeof(value) = 'boolean'
);

-- What somebody does not want to read in the app is never written: no statement can forget to ask.
create function refuse_unwanted_notification() returns trigger language plpgsql as $$
begin
  if exists (select from users where id = new.user_id and notification_preferences -> new.type ->> 'inApp' = 'false') then
    return null;
  end if;
  return new;
end $$;
create trigger notifications_wanted before insert on notifications
  for each row execute function refuse_unwanted_notification();

-- unwanted: whom it was for has turned it off
alter table outbox drop constraint outbox_outcome_check;
alter table outbox add constraint outbox_outcome_check check (outcome in ('done', 'superseded', 'failed', 'unwanted'));

-- migrate:down
update outbox set outcome = 'superseded' where outcome = 'unwanted';
alter table outbox drop constraint outbox_outcome_check;
alter table outbox add constraint outbox_outcome_check check (outcome in ('done', 'superseded', 'failed'));
drop trigger notifications_wanted on notifications;
drop function refuse_unwanted_notification();
update users set notification_preferences = (
  select coalesce(jsonb_object_agg(key, value -> 'email'), '{}')
  from jsonb_each(notification_preferences) where value ? 'email'
);
