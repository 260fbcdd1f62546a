-- Some of the times that a user's other calendars take, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select b.key, b.entry from (
  select x.calendar_id || ' ' || md5(x.external_id || ' ' || x.during) as key, jsonb_build_object(
    'calendar_id', x.calendar_id, 'start', lower(x.during), 'end', upper(x.during), 'kind', x.kind, 'title', x.title,
    'created_at', x.created_at) as entry
  from external_busy x where x.host_id = $1) b
where $2::text is null or b.key > $2 order by b.key limit $3::int4
