-- A user as a mail addresses him.
-- $1 userId uuid
select id, email, email_verified_at, username, first_name, last_name, time_zone, locale from users where id = $1
