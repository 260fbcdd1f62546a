-- What cannot be mended without knowing whether it was done: meetings of the next week of which nobody was ever to be told
-- though their type, unchanged since, has its people told, and mails that are done of which no delivery was written down.
-- $1 now timestamptz
with soon as (
  select b.id, t.updated_at <= b.updated_at and (t.notifications ->> 'confirmation')::boolean as is_told
  from bookings b join meeting_types t on t.id = b.meeting_type_id
  where b.status = 'CONFIRMED' and upper(b.during) > $1 and upper(b.during) <= $1::timestamptz + interval '7 days'
    -- of older ones the promises may have been let go
    and b.created_at > $1::timestamptz - interval '7 days'
)
select 'untold' as gap, id as booking_id from soon
where is_told and not exists (select from outbox o where o.booking_id = soon.id and o.queue = 'emails')
union all
select distinct 'unrecorded', soon.id from soon join outbox o on o.booking_id = soon.id
where o.queue = 'emails' and o.outcome = 'done' and not exists (select from deliveries d where d.outbox_id = o.id)
limit 1000
