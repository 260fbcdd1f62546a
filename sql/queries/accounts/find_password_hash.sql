-- The hash that a password is checked against.
-- $1 userId uuid
select password_hash from users where id = $1
