-- An address that an account had, for the mail to it and for the way back.
-- $1 changeId uuid
select c.id, c.email, c.was_verified, c.undone_at, c.created_at, u.first_name, u.last_name, u.time_zone, u.locale
from email_changes c join users u on u.id = c.user_id
where c.id = $1
