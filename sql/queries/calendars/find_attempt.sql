-- What began under a state, whose answer has not come yet.
-- $1 stateHash text
select id, user_id, provider, return_to, expires_at from calendar_attempts where state_hash = $1 and code_hash is null
