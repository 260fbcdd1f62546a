-- Every user whom the filters leave, newest first; a search is for part of a name, address or username.
-- $1 search text
-- $2 role   text
-- $3 plan   text
-- $4 status text
-- $5 at     timestamptz
-- $6 id     uuid
-- $7 limit  int4
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from users
where erase_requested_at is null and ($1::text is null
    or position(lower($1) in lower(concat_ws(' ', first_name, last_name) || E'\n' || email::text || E'\n' || username::text)) > 0)
  and ($2::text is null or role = $2)
  and ($3::text is null or plan = $3)
  and ($4::text is null or status = $4)
  and ($5::timestamptz is null or (created_at, id) < ($5, $6::uuid))
order by created_at desc, id desc
limit $7::int4
