-- End erasures that have nothing left to do: what knew the address by itself goes now, and then the address. Hosts' lists of
-- whom they do not want stay.
-- $1 now   timestamptz
-- $2 limit int4
with ready as materialized (
  select e.id, e.email, e.scope from erasures e
  where e.completed_at is null and e.are_events_done
    and not exists (select from attendees a where a.erasure_id = e.id and a.erased_at is null)
  order by e.requested_at, e.id limit $2::int4
  for update skip locked
), opt_outs_gone as (
  delete from opt_outs o using ready where ready.scope = 'address' and o.email = ready.email
), suppressed_gone as (
  delete from suppressed_addresses s using ready where ready.scope = 'address' and s.email = ready.email
), invitations_gone as (
  delete from organization_invitations i using ready where ready.scope = 'address' and i.email = ready.email
    and not exists (select from users u where u.email = i.email and u.erase_requested_at is null)
), mails_gone as (
  delete from mailbox m using ready
  where ready.scope = 'address' and (lower(m.recipient) = lower(ready.email::text) or strpos(lower(m.text), lower(ready.email::text)) > 0)
), completed as (
  update erasures e set completed_at = $1, email = null from ready where e.id = ready.id returning e.id
), audited as (
  insert into audit_log (action, subject_id, created_at) select 'GUEST_ERASED', id, $1 from completed
)
select id from completed
