-- A host is away on these dates, both included; unless the key was claimed before.
-- $1 id          uuid
-- $2 scope       text
-- $3 key         text
-- $4 fingerprint text
-- $5 userId      uuid
-- $6 from        date
-- $7 until       date
-- $8 reason      text
-- $9 now         timestamptz
with claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $9 where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $9::timestamptz - interval '24 hours'
  returning subject_id
)
insert into out_of_office (id, user_id, from_date, until_date, reason, created_at, updated_at)
select $1, $5, $6, $7, $8, $9, $9
where $3::text is null or exists (select from claimed)
returning id, from_date, until_date, reason, version, created_at, updated_at
