-- migrate:up
-- Counts of the rate limiter where there is no Redis: its own shape, worthless after a minute.
create unlogged table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

-- migrate:down
drop table rate_limits;
