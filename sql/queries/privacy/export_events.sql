-- Some of what a user did and happened to him, as analytics know it, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select v.created_at || '|' || v.id as key, to_jsonb(v) - 'user_id' as entry from analytics_events v
where v.user_id = $1 and v.created_at >= coalesce(split_part($2::text, '|', 1)::timestamptz, '-infinity')
  and (v.created_at, v.id) > (coalesce(split_part($2, '|', 1)::timestamptz, '-infinity'),
    coalesce(split_part($2, '|', 2)::uuid, '00000000-0000-0000-0000-000000000000'))
order by v.created_at, v.id limit $3::int4
