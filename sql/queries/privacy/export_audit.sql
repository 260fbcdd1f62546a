-- Some of what the audit log says a user did or had done to him, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select v.id::text as key, to_jsonb(v) as entry from audit_log v
where v.id in (select id from audit_log where actor_id = $1 union select id from audit_log where subject_id = $1)
  and ($2::text is null or v.id > $2::uuid)
order by v.id limit $3::int4
