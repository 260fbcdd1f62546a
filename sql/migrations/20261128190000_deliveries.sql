-- migrate:up
-- How often a try has ended without anybody knowing whether the provider took the mail, and with which provider: only
-- that one recognises it, so no other may be tried.
alter table outbox add column in_doubt int not null default 0, add column in_doubt_with text,
  -- the promise that failed and is made again by this one
  add column retry_of uuid unique references outbox on delete set null;

-- What the provider says has become of what it was handed. Its words come twice and in any order: each status has a
-- rank, and a delivery moves up only.
create function delivery_rank(status text) returns int language sql immutable as $$
  select array_position(array['sent', 'deferred', 'delivered', 'failed', 'bounced', 'complained'], status)
$$;
alter table deliveries
  add column status text not null default 'sent' check (delivery_rank(status) is not null),
  -- in the provider's words
  add column detail text,
  add column updated_at timestamptz not null default now();
update deliveries set updated_at = created_at;
create index deliveries_by_provider on deliveries (provider, provider_id);

-- Addresses that do not exist, or whose owner called our mail spam: they get only what a booking needs.
create table suppressed_addresses (
  email citext primary key,
  reason text not null check (reason in ('bounced', 'complained')),
  provider text not null,
  created_at timestamptz not null default now()
);

-- A host is warned once per booking and address, and an administrator once a day.
create unique index one_delivery_warning on notifications (user_id, (metadata ->> 'bookingId'), (metadata ->> 'email'))
  where type = 'DELIVERY_FAILED';
create unique index one_provider_warning on notifications (user_id, (metadata ->> 'provider'), (metadata ->> 'day'))
  where type = 'MAIL_PROVIDER_REFUSES';

-- migrate:down
drop index one_provider_warning;
drop index one_delivery_warning;
drop table suppressed_addresses;
drop index deliveries_by_provider;
alter table deliveries drop column status, drop column detail, drop column updated_at;
drop function delivery_rank(text);
alter table outbox drop column retry_of, drop column in_doubt_with, drop column in_doubt;
