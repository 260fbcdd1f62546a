-- Some of whom a user does not want as guests, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select b.id::text as key, to_jsonb(b) - 'user_id' as entry from blocked_guests b
where b.user_id = $1 and ($2::text is null or b.id > $2::uuid) order by b.id limit $3::int4
