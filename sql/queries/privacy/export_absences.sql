-- Some of when a user is out of office, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select o.id::text as key, to_jsonb(o) - 'user_id' as entry from out_of_office o
where o.user_id = $1 and ($2::text is null or o.id > $2::uuid) order by o.id limit $3::int4
