-- Mark everything that a user has not read as read.
-- $1 userId uuid
with marked as (
  update notifications set is_read = true where user_id = $1 and not is_read returning id
)
select count(*)::int as updated from marked
