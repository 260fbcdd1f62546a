-- Give an active user a code that is worth a session once; a few that nobody came for are let go of.
-- $1 codeHash      text
-- $2 userId        uuid
-- $3 codeChallenge text
-- $4 expiresAt     timestamptz
-- $5 now           timestamptz
with over as (
  delete from exchange_codes where code_hash in (
    select code_hash from exchange_codes where expires_at <= $5 order by expires_at limit 20 for update skip locked
  )
)
insert into exchange_codes (code_hash, user_id, code_challenge, expires_at, created_at)
select $1, id, $3, $4, $5 from users where id = $2 and status = 'ACTIVE'
returning user_id
