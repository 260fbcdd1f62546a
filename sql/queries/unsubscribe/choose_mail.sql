-- A user wants mails of a kind, or no more; what he chose of other channels stays. No row: there is no such user.
-- $1 userId   uuid
-- $2 kind     text
-- $3 isWanted bool
update users set notification_preferences = notification_preferences
  || jsonb_build_object($2::text, coalesce(notification_preferences -> $2, '{}') || jsonb_build_object('email', $3::bool))
where id = $1
returning id
