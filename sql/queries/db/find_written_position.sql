-- Up to where the log of this server holds what was committed, and which server and database it is.
select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::text as position, (
    select s.system_identifier || '/' || d.oid from pg_control_system() s, pg_database d where d.datname = current_database()
  ) as identity
