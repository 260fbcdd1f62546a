-- Block an address or a domain; again changes the reason at most.
-- $1 id      uuid
-- $2 userId  uuid
-- $3 pattern citext
-- $4 reason  text
-- $5 now     timestamptz
insert into blocked_guests as b (id, user_id, pattern, reason, created_at) values ($1, $2, $3, $4, $5)
on conflict (user_id, pattern) do update set reason = coalesce(excluded.reason, b.reason)
returning id, pattern, reason, created_at
