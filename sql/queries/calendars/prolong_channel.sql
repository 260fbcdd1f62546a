-- A provider pushes for longer to a channel that it has.
-- $1 channelId  uuid
-- $2 calendarId uuid
-- $3 claimedAt  timestamptz
-- $4 expiresAt  timestamptz
-- $5 renewAt    timestamptz
with calendar as (
  update calendars set channel_at = $5 where id = $2 and channel_at = $3
)
update calendar_channels set expires_at = $4, renew_at = $5 where id = $1 and calendar_id = $2
