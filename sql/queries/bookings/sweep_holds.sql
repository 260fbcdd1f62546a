-- Delete holds that have ended, some hundreds at a time; whoever looks at these times is told by a trigger.
-- $1 now timestamptz
with ended as (
  select hold_id, host_id from reservations where hold_id is not null and expires_at <= $1 limit 500
), locked as materialized (
  select lock_hosts(array(select host_id from ended))
)
delete from reservations r using locked, ended
where r.hold_id = ended.hold_id and r.host_id = ended.host_id
returning r.hold_id
