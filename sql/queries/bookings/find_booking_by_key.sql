-- What a POST with this Idempotency-Key made the first time.
-- $1 scope text
-- $2 key   text
-- $3 now   timestamptz
select subject_id, fingerprint from idempotency_keys where scope = $1 and key = $2 and created_at >= $3::timestamptz - interval '24 hours'
