-- Make the months ahead and drop those that are too old; whether anything was done.
-- $1 now           timestamptz
-- $2 retentionDays int4
select keep_event_partitions($1, $2) as is_changed
