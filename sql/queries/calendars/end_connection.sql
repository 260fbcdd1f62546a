-- End a connection with everything that we have of it; what is left at the provider is promised to be withdrawn.
-- $1 userId uuid
-- $2 id     uuid
-- $3 now    timestamptz
with ended as materialized (
  select end_calendar_connections($1, $2, $3) as id
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'CALENDAR_DISCONNECTED', $1, id, $3 from ended
)
select id from ended
