-- Some of a user's notifications, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select n.id::text as key, to_jsonb(n) - 'user_id' as entry from notifications n
where n.user_id = $1 and ($2::text is null or n.id > $2::uuid) order by n.id limit $3::int4
