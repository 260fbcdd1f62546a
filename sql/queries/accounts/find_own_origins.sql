-- The origins whose pages may show a user's meeting types that name none. Null is any.
-- $1 userId uuid
select allowed_origins from users where id = $1
