-- A provider pushes to a new channel of a calendar: the older ones are of no more use. What changed before it stood is
-- looked for. No row: meanwhile somebody else has taken the calendar, or it is gone.
-- $1 channelId  uuid
-- $2 calendarId uuid
-- $3 claimedAt  timestamptz
-- $4 externalId text
-- $5 resourceId text
-- $6 expiresAt  timestamptz
-- $7 renewAt    timestamptz
-- $8 now        timestamptz
with calendar as (
  update calendars set channel_at = $7 where id = $2 and channel_at = $3
  returning id
), old as (
  update calendar_channels h set close_at = $8 from calendar where h.calendar_id = calendar.id and h.close_at is null
), added as (
  insert into calendar_channels (id, calendar_id, external_id, resource_id, expires_at, renew_at, created_at)
  select $1, id, $4, $5, $6, $7, $8 from calendar
)
select promise_sync(array[id], $8) as promised from calendar
