-- Choose among the calendars of a connection: which are checked, how, and which one is written to, instead of any other.
-- $1 userId       uuid
-- $2 connectionId uuid
-- $3 wishes       jsonb
-- $4 now          timestamptz
select choose_calendars($1, $2, $3, $4) as promised
