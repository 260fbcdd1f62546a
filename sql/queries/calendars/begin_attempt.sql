-- Note that a user is on his way to a provider of calendars; a few of those who never came back are let go of.
-- $1  id             uuid
-- $2  userId         uuid
-- $3  provider       text
-- $4  stateHash      text
-- $5  browserHash    text
-- $6  sealedVerifier text
-- $7  sealedNonce    text
-- $8  returnTo       text
-- $9  expiresAt      timestamptz
-- $10 now            timestamptz
with over as (
  delete from calendar_attempts where id in (
    select id from calendar_attempts where expires_at <= $10 order by expires_at limit 20 for update skip locked
  )
)
insert into calendar_attempts (id, user_id, provider, state_hash, browser_hash, sealed_verifier, sealed_nonce, return_to,
  expires_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
