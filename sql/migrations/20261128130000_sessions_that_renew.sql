-- migrate:up
alter table sessions
  -- of the token that is good; each refresh raises it, so that a copy of an older token gives itself away
  add column generation int not null default 1,
  -- when this generation began: the one before it is good for a moment more
  add column refreshed_at timestamptz,
  -- to the minute
  add column last_used_at timestamptz not null default now();

-- migrate:down
alter table sessions drop column generation, drop column refreshed_at, drop column last_used_at;
