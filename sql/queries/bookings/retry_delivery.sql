-- What did not arrive is promised anew, once: the failed promise stays as it was.
-- $1 bookingId  uuid
-- $2 deliveryId uuid
-- $3 newId      uuid
-- $4 now        timestamptz
insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at, retry_of)
select $3, o.queue, o.kind, o.booking_id, o.sequence, o.attendee_id, o.user_id, $4, $4, o.id
from outbox o left join deliveries d on d.outbox_id = o.id
where o.id = $2 and o.booking_id = $1 and o.done_at is not null
  and case when d.status is null then o.outcome = 'failed' else d.status in ('failed', 'bounced') end
on conflict (retry_of) do update set retry_of = excluded.retry_of
returning id
