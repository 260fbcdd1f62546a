-- migrate:up
-- A booking whose guest has not yet said, by the link of his mail, that it is his: it holds the time for some minutes.
alter table bookings add awaits_guest boolean not null default false,
  add check (not awaits_guest or status not in ('CONFIRMED', 'COMPLETED', 'NO_SHOW'));
alter table booking_history drop constraint booking_history_event_check;
alter table booking_history add constraint booking_history_event_check check (event in (
  'booked', 'verified', 'joined', 'left', 'moved_in', 'moved_away', 'confirmed', 'declined', 'expired', 'rescheduled', 'reassigned', 'edited',
  'cancelled', 'restored', 'completed', 'no_show', 'no_show_undone'));

-- migrate:down
delete from booking_history where event = 'verified';
alter table booking_history drop constraint booking_history_event_check;
alter table booking_history add constraint booking_history_event_check check (event in (
  'booked', 'joined', 'left', 'moved_in', 'moved_away', 'confirmed', 'declined', 'expired', 'rescheduled', 'reassigned',
  'edited', 'cancelled',
  'restored', 'completed', 'no_show', 'no_show_undone'));
alter table bookings drop column awaits_guest;
