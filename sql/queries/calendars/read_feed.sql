-- Whose feed a token opens, as long as he is active; that it was read is noted once an hour.
-- $1 tokenHash text
-- $2 now       timestamptz
with opened as (
  select f.id, f.name, f.last_read_at, u.id as user_id, u.first_name, u.last_name, u.time_zone, u.locale
  from calendar_feeds f join users u on u.id = f.user_id
  where f.token_hash = decode($1, 'hex') and u.status = 'ACTIVE'
), noted as (
  update calendar_feeds f set last_read_at = $2 from opened
  where f.id = opened.id and (opened.last_read_at is null or opened.last_read_at < $2::timestamptz - interval '1 hour')
)
select id, name, user_id, first_name, last_name, time_zone, locale from opened
