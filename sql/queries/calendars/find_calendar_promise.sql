-- What a promise about calendars is about.
-- $1 outboxId uuid
select kind from outbox where id = $1
