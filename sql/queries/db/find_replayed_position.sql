-- Up to where a replica shows what its primary committed, and whose copy it is; null where it is none.
select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::text end as position, (
    select s.system_identifier || '/' || d.oid from pg_control_system() s, pg_database d where d.datname = current_database()
  ) as identity
