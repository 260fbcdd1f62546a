-- How much a user has not read: by the index alone.
-- $1 userId uuid
select count(*)::int as unread from notifications where user_id = $1 and not is_read
