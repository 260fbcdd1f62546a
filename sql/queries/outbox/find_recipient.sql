-- Users as a mail addresses them.
-- $1 items jsonb
select w.item, u.id, email, email_verified_at, username, first_name, last_name, time_zone, locale
from jsonb_to_recordset($1) as w(item int, "userId" uuid) join users u on u.id = w."userId"
