-- What the notification says that was written together with the promise of its mail; no more where what it says of a
-- calendar that cannot be reached is over.
-- $1 userId uuid
-- $2 type   text
-- $3 at     timestamptz
select metadata from notifications where user_id = $1 and type = $2 and created_at = $3
  and ($2 <> 'CALENDAR_UNREACHABLE' or exists (
    select from calendar_connections c where c.id = (metadata ->> 'connectionId')::uuid and c.status <> 'ok'))
order by id limit 1
