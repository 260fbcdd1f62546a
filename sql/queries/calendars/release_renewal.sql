-- Give up a lease under which nothing was renewed.
-- $1 id         uuid
-- $2 version    int4
-- $3 leaseUntil timestamptz
update calendar_connections set renewing_until = null where id = $1 and version = $2 and renewing_until = $3
