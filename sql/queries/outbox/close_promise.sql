-- A promise is kept, or there is no more to keep.
-- $1 outboxId   uuid
-- $2 outcome    text
-- $3 error      text
-- $4 channel    text
-- $5 provider   text
-- $6 providerId text
-- $7 now        timestamptz
with closed as (
  update outbox set done_at = $7, outcome = $2, last_error = $3
  where id = $1 and done_at is null
  returning id, attempts
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at)
  select id, $4, $5, $6, attempts, $7 from closed where $2 = 'done' and $4::text is not null
)
select id from closed
