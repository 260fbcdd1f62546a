-- What a sign-in is checked against, and whether its user has signed in from there before.
-- $1 email      citext
-- $2 addressMac text
select u.id, u.password_hash, u.status,
  exists (select from sign_in_origins o where o.user_id = u.id and o.origin = origin_of(u.id, $2)) as is_known_origin
from users u where u.email = $1
