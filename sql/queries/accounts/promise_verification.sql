-- Promise another link to confirm an address, if an active user has it and has not confirmed it.
-- $1 email    citext
-- $2 outboxId uuid
-- $3 now      timestamptz
insert into outbox (id, queue, kind, user_id, due_at)
select $2, 'emails', 'EMAIL_VERIFICATION', id, $3 from users
where email = $1 and status = 'ACTIVE' and email_verified_at is null
