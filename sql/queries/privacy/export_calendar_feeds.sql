-- Some of a user's feeds, for his export: never what opens them.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select f.id::text as key, to_jsonb(f) - 'user_id' - 'token_hash' as entry from calendar_feeds f
where f.user_id = $1 and ($2::text is null or f.id > $2::uuid) order by f.id limit $3::int4
