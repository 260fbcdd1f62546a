-- What was handed over in the last hour, by channel and by what is known of it.
-- $1 now timestamptz
select channel, status, count(*)::int as count from deliveries
where created_at > $1::timestamptz - interval '1 hour' and created_at <= $1
group by channel, status
order by channel, status
