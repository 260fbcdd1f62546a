-- Delete some of a user's notifications.
-- $1 userId uuid
-- $2 limit  int4
delete from notifications where id in (select id from notifications where user_id = $1 limit $2::int4) returning id
