-- What the notification says that was written together with the promise of its mail.
-- $1 userId uuid
-- $2 type   text
-- $3 at     timestamptz
select metadata from notifications where user_id = $1 and type = $2 and created_at = $3
order by id limit 1
