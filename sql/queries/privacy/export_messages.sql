-- Some of what was promised to a user to be told, with what came of it, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select o.id::text as key, to_jsonb(o) - 'user_id' || jsonb_build_object('delivery',
  (select to_jsonb(d) - 'outbox_id' from deliveries d where d.outbox_id = o.id)) as entry
from outbox o
where o.user_id = $1 and ($2::text is null or o.id > $2::uuid) order by o.id limit $3::int4
