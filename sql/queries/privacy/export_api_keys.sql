-- Some of a user's API keys, for his export: never what they are checked by.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select k.id::text as key, to_jsonb(k) - 'user_id' - 'digest' as entry from api_keys k
where k.user_id = $1 and ($2::text is null or k.id > $2::uuid) order by k.id limit $3::int4
