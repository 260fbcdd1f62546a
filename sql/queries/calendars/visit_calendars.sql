-- Promise to look at calendars whose time has come; of those that nobody wants looked at any more, forget what was in them.
-- $1 now   timestamptz
-- $2 later timestamptz
-- $3 limit int4
with due as (
  select id, connection_id from calendars where poll_at <= $1 order by poll_at limit $3::int4 for update skip locked
), judged as (
  select id, is_calendar_wanted(id, $1) as is_wanted from due
), visited as (
  -- the run that is promised says when the next one is; later, should that be lost
  update calendars c set poll_at = case when j.is_wanted then $2::timestamptz end,
    cursor = case when j.is_wanted then c.cursor end, synced = case when j.is_wanted then c.synced end,
    run_id = case when j.is_wanted then c.run_id end, failing_since = case when j.is_wanted then c.failing_since end,
    last_error = case when j.is_wanted then c.last_error end, quiet_runs = case when j.is_wanted then c.quiet_runs else 0 end
  from judged j where c.id = j.id
), forgotten as (
  delete from external_busy b using judged j where b.calendar_id = j.id and not j.is_wanted
), closed as (
  update calendar_channels h set close_at = $1 from judged j where h.calendar_id = j.id and not j.is_wanted and h.close_at is null
)
select (select count(*)::int from judged) as visited,
  promise_sync(array(select id from judged where is_wanted), $1) as promised
