-- Which mails a user has chosen to get.
-- $1 userId uuid
select email, locale, notification_preferences as wishes from users where id = $1
