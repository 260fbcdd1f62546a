-- A channel is stopped.
-- $1 channelId uuid
delete from calendar_channels where id = $1
