-- Promise a link to set a new password to the active user of an address, if there is one.
-- $1 email    citext
-- $2 outboxId uuid
-- $3 now      timestamptz
insert into outbox (id, queue, kind, user_id, due_at)
select $2, 'emails', 'PASSWORD_RESET', id, $3 from users where email = $1 and status = 'ACTIVE'
