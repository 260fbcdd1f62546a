-- Some of who wants no more of a user's mails than a booking needs, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select o.email::text as key, to_jsonb(o) - 'host_id' as entry from opt_outs o
where o.host_id = $1 and ($2::text is null or o.email > $2::citext) order by o.email limit $3::int4
