-- Confirm an address, if it is still this one.
-- $1 userId uuid
-- $2 email  citext
-- $3 now    timestamptz
update users set email_verified_at = coalesce(email_verified_at, $3) where id = $1 and email = $2 returning id
