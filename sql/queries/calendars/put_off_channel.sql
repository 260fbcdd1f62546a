-- No channel can be had for a calendar now: ask again later.
-- $1 calendarId uuid
-- $2 claimedAt  timestamptz
-- $3 channelAt  timestamptz
update calendars set channel_at = $3 where id = $1 and channel_at = $2
