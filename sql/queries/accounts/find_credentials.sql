-- What a sign-in is checked against.
-- $1 email citext
select id, password_hash, status from users where email = $1
