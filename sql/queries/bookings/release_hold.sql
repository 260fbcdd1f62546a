-- Give a held time back. No row: there is no such hold, or no more.
-- $1 holdId uuid
with locked as materialized (
  -- as everybody who changes reservations does, so that nobody waits in a circle
  select lock_hosts(array(select host_id from reservations where hold_id = $1))
)
delete from reservations using locked where hold_id = $1 returning hold_id
