-- Some of a user's webhook endpoints, for his export: never what they are signed by.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select e.id::text as key, to_jsonb(e) - 'owner_id' - 'secret' - 'previous_secret' as entry from webhook_endpoints e
where e.owner_id = $1 and ($2::text is null or e.id > $2::uuid) order by e.id limit $3::int4
