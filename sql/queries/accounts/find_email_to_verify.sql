-- The address that a verification link speaks of.
-- $1 userId uuid
select email, email_verified_at from users where id = $1
