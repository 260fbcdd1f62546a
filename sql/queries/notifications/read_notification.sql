-- Mark a notification of a user as read; again changes nothing.
-- $1 userId uuid
-- $2 id     uuid
update notifications set is_read = true
where user_id = $1 and id = $2
returning id, type, is_read, metadata, created_at
