-- Some of a user's sessions, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select s.id::text as key, to_jsonb(s) - 'user_id' - 'generation' as entry from sessions s
where s.user_id = $1 and ($2::text is null or s.id > $2::uuid) order by s.id limit $3::int4
