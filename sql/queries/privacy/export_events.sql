-- Some of what a user did and happened to him, as analytics know it, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select v.created_at || '|' || v.id as key, to_jsonb(v) - 'user_id' as entry from analytics_events v
where v.user_id = $1 and ($2::text is null
  or (v.created_at, v.id) > (split_part($2, '|', 1)::timestamptz, split_part($2, '|', 2)::uuid))
order by v.created_at, v.id limit $3::int4
