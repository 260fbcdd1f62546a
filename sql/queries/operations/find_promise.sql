-- Whether there is such a promise.
-- $1 outboxId uuid
select id from outbox where id = $1
