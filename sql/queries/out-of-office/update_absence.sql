-- Change an absence that still is at this version.
-- $1 id      uuid
-- $2 version int4
-- $3 from    date
-- $4 until   date
-- $5 reason  text
update out_of_office set from_date = $3, until_date = $4, reason = $5, version = version + 1
where id = $1 and version = $2
returning id, from_date, until_date, reason, version, created_at, updated_at
