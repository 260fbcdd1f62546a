-- Reminders are due: promise the message of each, tell a host in the app and the endpoints that want it, unless it is of
-- no use any more; then say why.
-- $1 items jsonb
with asked as (
  select * from jsonb_to_recordset($1) as a(item int, "outboxId" uuid, "messageId" uuid, "noticeId" uuid, now timestamptz)
), wanted as (
  select o.id, a.item, a."messageId" as message_id, a."noticeId" as notice_id, a.now
  from asked a join outbox o on o.id = a."outboxId" and o.done_at is null
  -- of an array the planner knows that it is short, and looks them up by their keys
  where o.id = any(array(select "outboxId" from asked))
  -- in one order for everybody: whoever holds some of them is waited for
  order by o.id for update of o
), due as (
  select o.*, w.item, w.message_id, w.notice_id, w.now, b.status, b.title, lower(b.during) as start, upper(b.during) as "end",
    b.sequence as present_sequence, b.version as present_version,
    o.kind like 'BOOKING\_FOLLOW\_UP%' as is_after, o.kind like '%\_SMS' as is_sms,
    o.kind like '%\_WEBHOOK' as is_webhook,
    case when o.user_id is null then (select a.sms_opt_in from attendees a where a.id = o.attendee_id)
      else (select u.phone is not null from users u where u.id = o.user_id) end as takes_sms,
    exists (select from attendees a where a.id = o.attendee_id and (a.status = 'CANCELLED' or a.booking_id <> b.id)) as is_gone,
    exists (select from attendees a where a.id = o.attendee_id and a.no_show) as is_missed,
    exists (select from outbox x where x.booking_id = o.booking_id and x.queue = 'reminders' and x.kind = o.kind
      and x.sequence = o.sequence and x.attendee_id is not distinct from o.attendee_id
      and x.user_id is not distinct from o.user_id and x.reminds_at > o.reminds_at and x.reminds_at <= w.now) as is_overtaken
  from wanted w join outbox o using (id) join bookings b on b.id = o.booking_id
  where o.id = any(array(select id from wanted))
), judged as (
  select *, case
    when sequence <> present_sequence then 'The booking has changed since'
    when is_gone then 'The guest has left'
    when is_after and status not in ('CONFIRMED', 'COMPLETED') then 'The meeting did not take place'
    when is_after and is_missed then 'The guest did not come'
    when not is_after and status <> 'CONFIRMED' then 'The meeting does not take place'
    when not is_after and start <= now then 'The meeting has begun'
    when is_after and greatest(reminds_at, "end") < now - interval '24 hours' then 'It is a day late'
    when is_overtaken then 'A later reminder is due already'
  end as trouble
  from due
), fired as (
  -- who is asked how it was has to have been there: not before the end
  update outbox o set
    due_at = case when j.trouble is null and j.is_after and j."end" > j.now then j."end" else o.due_at end,
    done_at = case when j.trouble is null and j.is_after and j."end" > j.now then null else j.now end,
    outcome = case when j.trouble is not null then 'superseded'
      when j.is_after and j."end" > j.now then null
      when j.is_sms and j.takes_sms is not true then 'unwanted'
      else 'done' end,
    last_error = j.trouble
  from judged j where o.id = j.id and o.id = any(array(select id from judged)) and o.done_at is null
  returning o.id, o.booking_id, o.sequence, o.attendee_id, o.user_id, o.outcome, o.reminds_at, j.is_after,
    j.is_sms, j.is_webhook, j.present_version as version, j.title, j.start, j.item, j.message_id, j.notice_id, j.now
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select notice_id, user_id, 'REMINDER', jsonb_build_object('bookingId', booking_id, 'title', title, 'start', start, 'guest',
    -- of several guests none
    (select case when count(*) = 1 then min(name) end from attendees a
      where a.booking_id = fired.booking_id and a.status = 'ACTIVE' and a.brought_by is null)), now
  from fired where outcome = 'done' and user_id is not null and not is_after and not is_sms and not is_webhook
), hooked as (
  insert into outbox (id, queue, kind, booking_id, sequence, endpoint_id, version, reminds_at, due_at, created_at)
  select gen_random_uuid(), 'webhooks', 'booking.reminder', fired.booking_id, fired.sequence, e.id, fired.version,
    fired.reminds_at, fired.now, fired.now
  from fired cross join lateral webhook_endpoints_of(fired.booking_id, 'booking.reminder', null) as e(id)
  where fired.outcome = 'done' and (fired.is_webhook or not fired.is_after)
  -- the same reminder to another reader has told already
  on conflict do nothing
), messages as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
  select message_id, case when is_sms then 'sms' else 'emails' end, case when is_after then 'BOOKING_FOLLOW_UP' else 'BOOKING_REMINDER' end,
    booking_id, sequence, attendee_id, user_id,
    -- since the reminder was, so that what waits for its turn leaves in that order; a follow-up since the end
    case when is_after then now else least(reminds_at, now) end, now
  from fired where outcome = 'done' and not is_webhook
)
select item, id from fired
