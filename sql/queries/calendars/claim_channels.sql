-- Take calendars that need a channel, for the length of a lease: that have none, or one that is to be renewed.
-- $1 now        timestamptz
-- $2 leaseUntil timestamptz
-- $3 limit      int4
with due as (
  select id from calendars where channel_at <= $1 order by channel_at limit $3::int4 for update skip locked
), judged as (
  select due.id, n.id as connection_id, n.provider, n.credentials, n.status <> 'needs_reauth' as is_open,
    n.provider in ('google', 'microsoft') and is_calendar_wanted(due.id, $1) as is_wanted,
    (select max(h.renew_at) from calendar_channels h
      where h.calendar_id = due.id and h.close_at is null and h.renew_at > $1) as renew_at
  from due join calendars c using (id) join calendar_connections n on n.id = c.connection_id
), claimed as (
  update calendars c set channel_at = case when j.is_wanted then coalesce(j.renew_at, $2) end
  from judged j where c.id = j.id
  returning c.id, c.external_id, j.connection_id, j.provider, j.credentials, j.is_wanted and j.is_open and j.renew_at is null as is_claimed
)
select id, external_id, connection_id, provider, credentials, is_claimed from claimed
