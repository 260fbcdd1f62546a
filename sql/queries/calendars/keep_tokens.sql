-- Keep renewed tokens in place of those that they were renewed by. No row: others are kept already.
-- $1 id          uuid
-- $2 version     int4
-- $3 credentials text
update calendar_connections set credentials = $3, version = version + 1, renewing_until = null
where id = $1 and version = $2
returning id
