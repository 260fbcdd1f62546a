-- Delete a notification of a user.
-- $1 userId uuid
-- $2 id     uuid
delete from notifications where user_id = $1 and id = $2 returning id
