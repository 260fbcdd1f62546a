-- migrate:up
-- Who did what to whose account, key or membership: written by the statement that does it. Ids only, so
-- that it may outlive the people it speaks of.
create table audit_log (
  id uuid primary key default gen_random_uuid(),
  -- upper case, e.g. API_KEY_CREATED
  action text not null check (action ~ '^[A-Z][A-Z_]{2,63}$'),
  -- null: a stranger, or the system itself
  actor_id uuid,
  -- the user, key, organization or booking that it was done to
  subject_id uuid,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index audit_by_subject on audit_log (subject_id, created_at desc);
create index audit_by_actor on audit_log (actor_id, created_at desc);

-- Nobody rewrites it; only what is a quarter old may be let go of.
create function keep_audit_log() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.created_at < now() - interval '90 days' then
    return old;
  end if;
  raise exception 'audit_log is append-only';
end $$;
create trigger audit_log_kept before update or delete on audit_log for each row execute function keep_audit_log();

-- migrate:down
drop table audit_log;
drop function keep_audit_log();
