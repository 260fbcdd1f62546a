-- migrate:up
-- What went wrong is looked at by people, and counted whenever somebody measures.
create index outbox_failed on outbox (created_at, id) include (queue, done_at) where outcome = 'failed';
create index outbox_retrying on outbox (created_at, id) where done_at is null and last_error is not null;

-- migrate:down
drop index outbox_retrying;
drop index outbox_failed;
