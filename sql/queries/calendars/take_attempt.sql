-- Take up what a user began, once: in the browser that he left by, or by the code that he brings with his token.
-- $1 stateHash   text
-- $2 browserHash text
-- $3 codeHash    text
-- $4 userId      uuid
delete from calendar_attempts
where case when $3::text is null then state_hash = $1 and browser_hash = $2 and code_hash is null
  else code_hash = $3 and user_id = $4 end
returning id, user_id, provider, sealed_verifier, sealed_nonce, sealed_answer, return_to, expires_at
