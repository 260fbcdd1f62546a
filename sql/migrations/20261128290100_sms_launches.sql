-- migrate:up
-- Since when the last try may be on its way: in_flight_since tells from where on to look for it, this when the provider's
-- list has it.
alter table outbox add column launched_at timestamptz;
update outbox set launched_at = in_flight_since where in_flight_since is not null and done_at is null;

-- migrate:down
alter table outbox drop column launched_at;
