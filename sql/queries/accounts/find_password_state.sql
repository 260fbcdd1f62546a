-- Whom a link to reset a password is for, and what it hangs on.
-- $1 userId uuid
select id, email, password_version, status, first_name, last_name, time_zone, locale from users where id = $1
