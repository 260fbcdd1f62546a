-- migrate:up
-- Rows lie about in the order of their age only until the first are deleted: then new ones take their places, and an index of
-- ranges (brin), whose ranges never shrink, finds that every one of them may hold old rows. The sweep would read whole tables.
drop index outbox_by_age;
drop index notifications_by_age;
drop index audit_by_age;
drop index idempotency_keys_by_age;
create index outbox_done_by_age on outbox (created_at) where done_at is not null;
create index notifications_by_age on notifications (is_read, created_at);
create index audit_by_age on audit_log (created_at);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- migrate:down
drop index outbox_done_by_age;
drop index notifications_by_age;
drop index audit_by_age;
drop index idempotency_keys_by_age;
create index outbox_by_age on outbox using brin (created_at);
create index notifications_by_age on notifications using brin (created_at);
create index audit_by_age on audit_log using brin (created_at);
create index idempotency_keys_by_age on idempotency_keys using brin (created_at);
