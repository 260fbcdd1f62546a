-- A host who is active, as whoever asks with his link.
-- $1 hostId uuid
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale, phone,
  notification_preferences, created_at, updated_at
from users where id = $1 and status = 'ACTIVE'
