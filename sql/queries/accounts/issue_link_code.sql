-- Keep an identity for the user who asked to link it; a few that nobody came for are let go of.
-- $1 codeHash  text
-- $2 userId    uuid
-- $3 provider  text
-- $4 issuer    text
-- $5 subject   text
-- $6 email     citext
-- $7 expiresAt timestamptz
-- $8 now       timestamptz
with over as (
  delete from link_codes where code_hash in (
    select code_hash from link_codes where expires_at <= $8 order by expires_at limit 20 for update skip locked
  )
)
insert into link_codes (code_hash, user_id, provider, issuer, subject, email, expires_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
