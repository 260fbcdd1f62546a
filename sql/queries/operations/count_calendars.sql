-- How the calendars that are looked at stand: how many fail, how many accounts let us in no more, and since when the one that
-- waits longest has been promised to be looked at.
-- $1 now timestamptz
select
  (select count(*)::int from calendars where failing_since is not null) as failing,
  (select count(*)::int from calendar_connections where status = 'needs_reauth') as needing_reauth,
  (select count(*)::int from calendar_connections where status in ('stale', 'error')) as unreachable,
  (select min(created_at) from outbox
    where queue = 'calendar-sync' and kind = 'calendar.sync' and done_at is null and created_at <= $1) as waiting_since
