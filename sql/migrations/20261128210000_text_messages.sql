-- migrate:up
-- Whether a guest wants to be told by SMS: he says so with his booking.
alter table attendees add column sms_opt_in boolean not null default false;

-- Numbers that answered STOP: of no host any more, until they answer START.
create table sms_opt_outs (
  phone text primary key,
  created_at timestamptz not null default now()
);

-- Since when a try may be on its way: SMS have no key by which a provider knows a repeat, so that it is looked up first.
alter table outbox add column in_flight_since timestamptz;

-- Who wants it is told by SMS too of what he is mailed about: no statement that promises a mail can forget it.
create function promise_sms() returns trigger language plpgsql as $$
begin
  -- what it promises itself comes here as well
  if not exists (select from promised where queue = 'emails' and booking_id is not null) then
    return null;
  end if;
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
  select gen_random_uuid(), 'sms', p.kind, p.booking_id, p.sequence, p.attendee_id, p.user_id, p.due_at, p.created_at
  from promised p
  join bookings b on b.id = p.booking_id
  join meeting_types t on t.id = b.meeting_type_id
  left join attendees a on a.id = p.attendee_id
  left join users u on u.id = p.user_id
  where p.queue = 'emails' and p.retry_of is null
    and p.kind in ('BOOKING_CONFIRMATION', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED')
    and t.notifications ->> 'sms' = 'true'
    and case when p.user_id is null then a.sms_opt_in else u.phone is not null end;
  return null;
end $$;
create trigger outbox_sms after insert on outbox
  referencing new table as promised for each statement execute function promise_sms();

-- migrate:down
drop trigger outbox_sms on outbox;
drop function promise_sms();
alter table outbox drop column in_flight_since;
drop table sms_opt_outs;
alter table attendees drop column sms_opt_in;
