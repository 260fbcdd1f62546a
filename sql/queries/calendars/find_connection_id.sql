-- A user's connection to an account, if there is one already.
-- $1 userId    uuid
-- $2 provider  text
-- $3 accountId text
select id from calendar_connections where user_id = $1 and provider = $2 and account_id = $3
