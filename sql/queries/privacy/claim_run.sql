-- Take the next look for what is old, if it is due: one worker does it. No row: not yet.
-- $1 name   text
-- $2 now    timestamptz
-- $3 nextAt timestamptz
insert into retention_runs as r (name, next_at) values ($1, $3)
on conflict (name) do update set next_at = $3 where r.next_at <= $2
returning name
