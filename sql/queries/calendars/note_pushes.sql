-- Providers have said that something has changed: promise to look. What they push of channels that are gone is old.
-- $1 pushes jsonb
-- $2 now    timestamptz
with pushed as (
  select h.id, h.calendar_id, bool_or(p.event = 'removed') as is_removed, bool_or(p.event <> 'changed') as needs_channel
  from jsonb_to_recordset($1) as p("channelId" uuid, event text)
    join calendar_channels h on h.id = p."channelId" and h.expires_at > $2
  group by h.id
), ended as (
  update calendar_channels h set renew_at = $2, close_at = case when p.is_removed then $2 else h.close_at end
  from pushed p where h.id = p.id and p.needs_channel
), watched as (
  update calendars c set channel_at = $2 from pushed p where c.id = p.calendar_id and p.needs_channel
)
select promise_sync(array(select distinct calendar_id from pushed), $2) as promised
