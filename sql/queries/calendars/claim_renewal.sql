-- Let one process alone renew the tokens of a connection, for the time of a lease. No row: another one does, or has.
-- $1 id         uuid
-- $2 version    int4
-- $3 leaseUntil timestamptz
-- $4 now        timestamptz
update calendar_connections set renewing_until = $3
where id = $1 and version = $2 and status <> 'needs_reauth' and (renewing_until is null or renewing_until <= $4)
returning id
