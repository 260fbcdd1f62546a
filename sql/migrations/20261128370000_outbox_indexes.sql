-- migrate:up

-- A promise is of a booking, a guest or a user, seldom of all: what it is not of needs no entry. Every change of a
-- promise writes them all anew.
drop index outbox_by_booking;
create index outbox_by_booking on outbox (booking_id) where booking_id is not null;
drop index outbox_by_attendee;
create index outbox_by_attendee on outbox (attendee_id) where attendee_id is not null;
drop index outbox_by_user;
create index outbox_by_user on outbox (user_id) where user_id is not null;

-- migrate:down

drop index outbox_by_booking;
create index outbox_by_booking on outbox (booking_id);
drop index outbox_by_attendee;
create index outbox_by_attendee on outbox (attendee_id);
drop index outbox_by_user;
create index outbox_by_user on outbox (user_id);
