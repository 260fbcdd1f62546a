-- Take promises that are due, for the length of a lease: whoever loses them, they come back.
-- $1 queue      text
-- $2 now        timestamptz
-- $3 leaseUntil timestamptz
-- $4 limit      int4
with due as (
  select id, due_at from outbox
  where done_at is null and due_at <= $2 and queue = $1
  order by due_at, id
  limit $4::int4
  for update skip locked
), claimed as (
  update outbox o set due_at = $3, attempts = attempts + 1
  from due where o.id = due.id
  returning o.id, o.attempts, due.due_at
)
select id, attempts from claimed order by due_at, id
