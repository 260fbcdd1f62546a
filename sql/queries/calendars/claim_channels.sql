-- Take calendars that need a channel, for the length of a lease: that have none, or one that is to be renewed.
-- $1 now        timestamptz
-- $2 leaseUntil timestamptz
-- $3 limit      int4
with due as (
  select id from calendars where channel_at <= $1 order by channel_at limit $3::int4 for update skip locked
), judged as (
  select due.id, n.id as connection_id, n.provider, n.status <> 'needs_reauth' as is_open,
    n.provider in ('google', 'microsoft') and is_calendar_wanted(due.id, $1) as is_wanted,
    h.id as channel_id, h.external_id as channel_external_id, h.resource_id as channel_resource_id, h.renew_at
  from due join calendars c using (id) join calendar_connections n on n.id = c.connection_id
    left join lateral (
      select * from calendar_channels h where h.calendar_id = due.id and h.close_at is null and h.expires_at > $1
      order by h.renew_at desc limit 1
    ) h on true
), claimed as (
  update calendars c set channel_at = case when j.is_wanted then case when j.renew_at > $1 then j.renew_at else $2 end end
  from judged j where c.id = j.id
  returning c.id, c.external_id, j.connection_id, j.provider, j.channel_id, j.channel_external_id,
    j.channel_resource_id, j.is_wanted and j.is_open and coalesce(j.renew_at <= $1, true) as is_claimed
)
select id, external_id, connection_id, provider, channel_id, channel_external_id, channel_resource_id, is_claimed
from claimed
