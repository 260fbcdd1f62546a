-- migrate:up
-- Guests who want no mails of a host but those that a booking needs: by address, since guests have no account.
create table opt_outs (
  host_id uuid not null references users on delete cascade,
  email citext not null,
  created_at timestamptz not null default now(),
  primary key (host_id, email)
);

alter table mailbox add column headers jsonb not null default '{}';

-- migrate:down
alter table mailbox drop column headers;
drop table opt_outs;
