-- Whose way in this is.
-- $1 provider text
-- $2 issuer   text
-- $3 subject  text
select user_id from identities where provider = $1 and issuer = $2 and subject = $3
