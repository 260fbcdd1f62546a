-- What a request with this Idempotency-Key made in the last 24 hours.
-- $1 scope text
-- $2 key   text
-- $3 now   timestamptz
select subject_id, fingerprint from idempotency_keys
where scope = $1 and key = $2 and created_at >= $3::timestamptz - interval '24 hours'
