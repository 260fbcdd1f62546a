-- migrate:up

-- What was handed over in the last hour is read at each scrape of /metrics. Rows come in the order of time.
create index deliveries_by_time on deliveries using brin (created_at) with (pages_per_range = 16, autosummarize = on);

-- migrate:down

drop index deliveries_by_time;
