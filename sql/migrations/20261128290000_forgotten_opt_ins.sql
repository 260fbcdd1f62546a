-- migrate:up
-- Whoever is nobody wants no SMS.
create or replace function forget_guests(p_attendees uuid[], p_bookings uuid[], p_now timestamptz) returns int
language plpgsql as $$
declare
  party uuid[];
  names text[];
  met uuid[];
  empty uuid[];
begin
  select array_agg(id), array_agg(name) into party, names from (
    select id, name from attendees
    where (id = any (p_attendees) or brought_by = any (p_attendees)) and erased_at is null
    order by id for update) as locked;
  party := coalesce(party, '{}');
  -- also where they sat before they moved
  met := array(
    select booking_id from attendees where id = any (party)
    union select booking_id from booking_history where actor_kind = 'guest' and actor_id = any (party)
    union select unnest(p_bookings));
  -- a meeting goes on without whom somebody else brought along
  update bookings b set seats_taken = b.seats_taken - gone.people, version = b.version + 1
  from (select a.booking_id, count(*)::int as people from attendees a
    where a.id = any (party) and a.brought_by is not null and a.brought_by <> all (party) and a.status = 'ACTIVE'
    group by a.booking_id) as gone
  where b.id = gone.booking_id and b.capacity > 1 and b.status in ('PENDING', 'CONFIRMED');
  update attendees a set name = 'Erased guest', email = a.id || '@erased.invalid', phone = null, sms_opt_in = false, answers = '[]',
    time_zone = 'UTC', locale = 'en', token_version = a.token_version + 1, erased_at = p_now,
    status = case when b.status in ('PENDING', 'CONFIRMED') and a.brought_by <> all (party)
      then 'CANCELLED' else a.status end
  from bookings b where a.id = any (party) and b.id = a.booking_id;
  empty := array(
    select b.id from bookings b where b.id = any (met)
      and not exists (select from attendees a where a.booking_id = b.id and a.erased_at is null)
    order by b.id for update);
  update bookings b set notes = null, host_notes = null, cancel_reason = null, tracking = '{}',
    title = coalesce((select t.title from meeting_types t where t.id = b.meeting_type_id), 'Meeting'),
    location = jsonb_build_object('type', b.location -> 'type', 'url', null, 'meetingId', null, 'password', null, 'details', null),
    version = b.version + 1, forgotten_at = coalesce(b.forgotten_at, p_now)
  where b.id = any (empty);
  -- who booked first brought the traces of how he came
  update bookings set tracking = '{}', version = version + 1
  where id = any (met) and id <> all (empty) and tracking <> '{}';
  update booking_history h set reason = null,
    was = case when h.booking_id = any (empty) then without_words(h.was) else h.was end
  where h.booking_id = any (met)
    and (h.booking_id = any (empty) or h.actor_kind = 'guest' and h.actor_id = any (party))
    and (h.reason is not null or h.was is not null);
  update notifications n set metadata = n.metadata - 'told' - 'email' - 'phone' - 'domain'
    || case when n.metadata ? 'guest' then '{"guest": null}' else '{}' end::jsonb
    || case when n.metadata ? 'by' then '{"by": null}' else '{}' end::jsonb
    || case when n.metadata ? 'title' then jsonb_build_object('title', b.title) else '{}' end
  from bookings b
  where b.id = any (met) and n.metadata ->> 'bookingId' = b.id::text
    and (b.id = any (empty) or n.metadata ->> 'guest' = any (names) or n.metadata ->> 'by' = any (names)
      or n.metadata ?| '{told,email,phone,domain}');
  delete from mailbox where id in (select id from outbox where booking_id = any (met));
  -- what providers and endpoints answered may repeat what they were told
  update deliveries set detail = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and detail is not null;
  update webhook_attempts set response = null, error = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and (response is not null or error is not null);
  update outbox set last_error = null where booking_id = any (met) and last_error is not null;
  -- whoever is nobody has no address
  update outbox set done_at = p_now, outcome = 'superseded'
  where attendee_id = any (party) and user_id is null and done_at is null;
  return cardinality(party);
end $$;
update attendees set sms_opt_in = false where erased_at is not null and sms_opt_in;

-- migrate:down
create or replace function forget_guests(p_attendees uuid[], p_bookings uuid[], p_now timestamptz) returns int
language plpgsql as $$
declare
  party uuid[];
  names text[];
  met uuid[];
  empty uuid[];
begin
  select array_agg(id), array_agg(name) into party, names from (
    select id, name from attendees
    where (id = any (p_attendees) or brought_by = any (p_attendees)) and erased_at is null
    order by id for update) as locked;
  party := coalesce(party, '{}');
  -- also where they sat before they moved
  met := array(
    select booking_id from attendees where id = any (party)
    union select booking_id from booking_history where actor_kind = 'guest' and actor_id = any (party)
    union select unnest(p_bookings));
  -- a meeting goes on without whom somebody else brought along
  update bookings b set seats_taken = b.seats_taken - gone.people, version = b.version + 1
  from (select a.booking_id, count(*)::int as people from attendees a
    where a.id = any (party) and a.brought_by is not null and a.brought_by <> all (party) and a.status = 'ACTIVE'
    group by a.booking_id) as gone
  where b.id = gone.booking_id and b.capacity > 1 and b.status in ('PENDING', 'CONFIRMED');
  update attendees a set name = 'Erased guest', email = a.id || '@erased.invalid', phone = null, answers = '[]',
    time_zone = 'UTC', locale = 'en', token_version = a.token_version + 1, erased_at = p_now,
    status = case when b.status in ('PENDING', 'CONFIRMED') and a.brought_by <> all (party)
      then 'CANCELLED' else a.status end
  from bookings b where a.id = any (party) and b.id = a.booking_id;
  empty := array(
    select b.id from bookings b where b.id = any (met)
      and not exists (select from attendees a where a.booking_id = b.id and a.erased_at is null)
    order by b.id for update);
  update bookings b set notes = null, host_notes = null, cancel_reason = null, tracking = '{}',
    title = coalesce((select t.title from meeting_types t where t.id = b.meeting_type_id), 'Meeting'),
    location = jsonb_build_object('type', b.location -> 'type', 'url', null, 'meetingId', null, 'password', null, 'details', null),
    version = b.version + 1, forgotten_at = coalesce(b.forgotten_at, p_now)
  where b.id = any (empty);
  -- who booked first brought the traces of how he came
  update bookings set tracking = '{}', version = version + 1
  where id = any (met) and id <> all (empty) and tracking <> '{}';
  update booking_history h set reason = null,
    was = case when h.booking_id = any (empty) then without_words(h.was) else h.was end
  where h.booking_id = any (met)
    and (h.booking_id = any (empty) or h.actor_kind = 'guest' and h.actor_id = any (party))
    and (h.reason is not null or h.was is not null);
  update notifications n set metadata = n.metadata - 'told' - 'email' - 'phone' - 'domain'
    || case when n.metadata ? 'guest' then '{"guest": null}' else '{}' end::jsonb
    || case when n.metadata ? 'by' then '{"by": null}' else '{}' end::jsonb
    || case when n.metadata ? 'title' then jsonb_build_object('title', b.title) else '{}' end
  from bookings b
  where b.id = any (met) and n.metadata ->> 'bookingId' = b.id::text
    and (b.id = any (empty) or n.metadata ->> 'guest' = any (names) or n.metadata ->> 'by' = any (names)
      or n.metadata ?| '{told,email,phone,domain}');
  delete from mailbox where id in (select id from outbox where booking_id = any (met));
  -- what providers and endpoints answered may repeat what they were told
  update deliveries set detail = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and detail is not null;
  update webhook_attempts set response = null, error = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and (response is not null or error is not null);
  update outbox set last_error = null where booking_id = any (met) and last_error is not null;
  -- whoever is nobody has no address
  update outbox set done_at = p_now, outcome = 'superseded'
  where attendee_id = any (party) and user_id is null and done_at is null;
  return cardinality(party);
end $$;
