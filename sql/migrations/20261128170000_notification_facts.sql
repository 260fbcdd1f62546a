-- migrate:up
-- Notifications are facts; the words are found when they are read, in the reader's language and zone. What was written
-- in words already keeps them.
update notifications
set metadata = metadata || jsonb_build_object('told', jsonb_build_object('title', title, 'message', message));
alter table notifications drop column title, drop column message;

-- By when they were told, not by their ids: those are made by another clock.
drop index notifications_by_user;
create index notifications_by_user on notifications (user_id, is_read, created_at desc, id desc);

-- migrate:down
drop index notifications_by_user;
create index notifications_by_user on notifications (user_id, is_read, id desc);
alter table notifications add column title text, add column message text;
update notifications set title = coalesce(metadata -> 'told' ->> 'title', type),
  message = coalesce(metadata -> 'told' ->> 'message', ''), metadata = metadata - 'told';
alter table notifications alter column title set not null, alter column message set not null;
