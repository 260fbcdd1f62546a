-- migrate:up
-- Dates on which a host takes nothing, both included, in the zone of each schedule he is asked by.
create table out_of_office (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  from_date date not null,
  until_date date not null,
  reason text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (from_date <= until_date)
);
create index out_of_office_by_user on out_of_office (user_id, created_at, id);
create trigger out_of_office_updated before update on out_of_office for each row execute function touch_updated_at();

-- migrate:down
drop table out_of_office;
