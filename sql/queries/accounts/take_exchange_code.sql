-- Take a code once, in time, and from whoever knows the secret behind its challenge.
-- $1 codeHash      text
-- $2 codeChallenge text
-- $3 now           timestamptz
delete from exchange_codes
where code_hash = $1 and expires_at > $3 and (code_challenge is null or code_challenge = $2)
returning user_id
