-- migrate:up
-- Who keeps promises hears of which queue they are, and nothing of a statement that made none.
create function hint_queues() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', queue) from (select distinct queue from promised) as told;
  return null;
end $$;
drop trigger outbox_hint on outbox;
create trigger outbox_hint after insert on outbox
  referencing new table as promised for each statement execute function hint_queues();
drop function hint_outbox();

-- migrate:down
create function hint_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', '');
  return null;
end $$;
drop trigger outbox_hint on outbox;
create trigger outbox_hint after insert on outbox for each statement execute function hint_outbox();
drop function hint_queues();
