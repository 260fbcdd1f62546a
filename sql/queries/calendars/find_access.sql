-- What opens a connection.
-- $1 id uuid
select id, provider, credentials, version, status from calendar_connections where id = $1
