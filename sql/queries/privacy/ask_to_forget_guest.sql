-- A guest asks for himself and whom he brought along to be forgotten, of one booking. No row: it was asked for before.
-- $1 erasureId  uuid
-- $2 attendeeId uuid
-- $3 now        timestamptz
with party as materialized (
  select id, email from attendees
  where (id = $2 or brought_by = $2) and erased_at is null and erasure_id is null
  order by id for update
), asked as (
  insert into erasures (id, scope, email, requested_at)
  select $1, 'booking', email, $3 from party where id = $2
  returning id
), marked as (
  update attendees a set erasure_id = asked.id from asked, party where a.id = party.id
), audited as (
  insert into audit_log (action, subject_id, created_at) select 'GUEST_ERASURE_REQUESTED', id, $3 from asked
)
select id from asked
