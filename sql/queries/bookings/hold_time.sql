-- Hold a time in place of the holder's last hold, all or nothing. No row: enough of it is held already.
-- $1  holdId        uuid
-- $2  meetingTypeId uuid
-- $3  typeVersion   int4
-- $4  start         timestamptz
-- $5  end           timestamptz
-- $6  reservedFrom  timestamptz
-- $7  reservedUntil timestamptz
-- $8  groups        jsonb
-- $9  caps          jsonb
-- $10 lastHoldId    uuid
-- $11 expiresAt     timestamptz
-- $12 atMost        int4
-- $13 now           timestamptz
with admitted as materialized (
  -- a hold and nothing else: the id of a booking would be taken for one that moves
  select admit($2, $3, tstzrange($4, $5), tstzrange($6, $7), $8, $9,
    (select hold_id from reservations where hold_id = $10 limit 1), false, $13) as hosts
), roomy as materialized (
  select hosts from admitted
  where count_holds(hosts, tstzrange($4::timestamptz - interval '12 hours', $4::timestamptz + interval '12 hours'),
    $10, $13) < $12
), replaced as (
  delete from reservations using roomy where hold_id = $10 returning hold_id
), held as (
  -- counting what was replaced makes sure that it is gone before the new time is taken
  insert into reservations (host_id, reserved, hold_id, expires_at)
  select unnest(roomy.hosts), tstzrange($6, $7), $1, $11
  from roomy, (select count(*) from replaced) as all_replaced
)
select cardinality(hosts) as hosts from roomy
