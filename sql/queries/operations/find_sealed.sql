-- Sealed values that another key than the first one sealed, in the order of their places and rows, after one of them.
-- $1 keyId text
-- $2 place text
-- $3 id    uuid
-- $4 limit int4
select place, id, sealed from (
  select 'calendar_attempts.sealed_answer' as place, id, sealed_answer as sealed from calendar_attempts
  union all select 'calendar_attempts.sealed_nonce', id, sealed_nonce from calendar_attempts
  union all select 'calendar_attempts.sealed_verifier', id, sealed_verifier from calendar_attempts
  union all select 'calendar_connections.credentials', id, credentials from calendar_connections
  union all select 'calendar_revocations.credentials', id, credentials from calendar_revocations
  union all select 'sign_in_attempts.sealed_nonce', id, sealed_nonce from sign_in_attempts
  union all select 'sign_in_attempts.sealed_verifier', id, sealed_verifier from sign_in_attempts
  union all select 'webhook_endpoints.previous_secret', id, previous_secret from webhook_endpoints
  union all select 'webhook_endpoints.secret', id, secret from webhook_endpoints
) everything
where sealed is not null and split_part(sealed, '.', 2) <> $1
  and ($2::text is null or (place, id) > ($2, $3::uuid))
order by place, id
limit $4::int4
