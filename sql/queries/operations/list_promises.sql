-- Promises that have failed, for good or for now, the newest first.
-- $1 state text
-- $2 queue text
-- $3 at    timestamptz
-- $4 id    uuid
-- $5 limit int4
select id, queue, kind, case when done_at is null then 'retrying' else 'failed' end as state, booking_id, attendee_id,
  user_id, attempts, last_error, due_at, done_at, created_at
from outbox
where case $1::text
    when 'failed' then outcome = 'failed'
    when 'retrying' then done_at is null and last_error is not null
    else outcome = 'failed' or (done_at is null and last_error is not null)
  end
  and ($2::text is null or queue = $2)
  and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
order by created_at desc, id desc
limit $5::int4
