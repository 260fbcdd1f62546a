-- Note that somebody is on his way to a provider; a few of those who never came back are let go of.
-- $1  id             uuid
-- $2  provider       text
-- $3  stateHash      text
-- $4  browserHash    text
-- $5  linkUserId     uuid
-- $6  sealedVerifier text
-- $7  sealedNonce    text
-- $8  returnTo       text
-- $9  codeChallenge  text
-- $10 timeZone       text
-- $11 expiresAt      timestamptz
-- $12 now            timestamptz
with over as (
  delete from sign_in_attempts where id in (
    select id from sign_in_attempts where expires_at <= $12 order by expires_at limit 20 for update skip locked
  )
)
insert into sign_in_attempts (id, provider, state_hash, browser_hash, link_user_id, sealed_verifier, sealed_nonce,
  return_to, code_challenge, time_zone, expires_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
