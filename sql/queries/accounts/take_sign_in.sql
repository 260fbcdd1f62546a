-- Take up what began under a state, once, and in the browser that began it.
-- $1 stateHash   text
-- $2 browserHash text
delete from sign_in_attempts
where state_hash = $1 and (browser_hash is null or browser_hash = $2)
returning id, provider, link_user_id, sealed_verifier, sealed_nonce, return_to, code_challenge, time_zone, expires_at
