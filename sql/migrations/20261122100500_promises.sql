-- migrate:up
-- What Kalends has promised to do, written by the statement of the change that promised it.
create table outbox (
  id uuid primary key,
  -- the BullMQ queue whose worker does it
  queue text not null check (queue in ('emails', 'sms', 'reminders', 'calendar-sync', 'webhooks')),
  -- which message or task of that queue, e.g. BOOKING_CONFIRMATION
  kind text not null,
  booking_id uuid references bookings on delete cascade,
  -- the booking's sequence that it speaks of: a later one supersedes it
  sequence int,
  attendee_id uuid references attendees on delete cascade,
  user_id uuid references users on delete cascade,
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  done_at timestamptz,
  outcome text check (outcome in ('done', 'superseded', 'failed')),
  last_error text,
  created_at timestamptz not null default now(),
  check ((done_at is null) = (outcome is null)),
  check (queue <> 'reminders' or (booking_id is not null and sequence is not null))
);
create index outbox_due on outbox (queue, due_at, id) where done_at is null;
create index outbox_by_booking on outbox (booking_id);
create index outbox_by_attendee on outbox (attendee_id);
create index outbox_by_user on outbox (user_id);

-- Wakes the relay; it polls too, so a lost hint only costs seconds.
create function hint_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', '');
  return null;
end $$;
create trigger outbox_hint after insert on outbox for each statement execute function hint_outbox();

-- What was handed to a provider for a promise, and what it said.
create table deliveries (
  outbox_id uuid primary key references outbox on delete cascade,
  channel text not null check (channel in ('email', 'sms', 'webhook', 'calendar')),
  provider text not null,
  provider_id text,
  attempts int not null,
  created_at timestamptz not null default now()
);

-- Where the mock provider delivers: the development mailbox at /dev/mail.
create table mailbox (
  -- the promise's id: a second delivery of it changes nothing
  id uuid primary key,
  sender text not null,
  recipient text not null,
  subject text not null,
  html text not null,
  text text not null,
  attachments jsonb not null default '[]',
  created_at timestamptz not null default now()
);
create index mailbox_by_time on mailbox (created_at desc, id desc);

create table notifications (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  type text not null,
  title text not null,
  message text not null,
  is_read boolean not null default false,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index idx_notifications_user_unread on notifications (user_id, is_read);
create index notifications_by_user on notifications (user_id, is_read, id desc);

create table analytics_events (
  id uuid primary key,
  user_id uuid references users on delete set null,
  event_type text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index idx_analytics_event_type on analytics_events (event_type);
create index idx_analytics_created_at on analytics_events (created_at);
create index analytics_by_user on analytics_events (user_id);

-- migrate:down
drop table analytics_events;
drop table notifications;
drop table mailbox;
drop table deliveries;
drop table outbox;
drop function hint_outbox();
