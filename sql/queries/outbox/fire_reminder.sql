-- A reminder is due: promise its mail, unless the meeting it speaks of is no longer so.
-- $1 outboxId uuid
-- $2 mailId   uuid
-- $3 now      timestamptz
with due as (
  update outbox o set done_at = $3,
    outcome = case when b.status = 'CONFIRMED' and b.sequence = o.sequence and lower(b.during) > $3
      and not exists (select from attendees a where a.id = o.attendee_id and a.status = 'CANCELLED')
      then 'done' else 'superseded' end
  from bookings b
  where o.id = $1 and o.done_at is null and b.id = o.booking_id
  returning o.kind, o.booking_id, o.sequence, o.attendee_id, o.user_id, o.outcome
)
insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
select $2, 'emails', kind, booking_id, sequence, attendee_id, user_id, $3, $3 from due where outcome = 'done'
returning id
