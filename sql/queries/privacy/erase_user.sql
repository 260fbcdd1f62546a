-- Make a user nobody, with all that is left of him; what others did with him stays theirs, without his name. His username
-- stays taken for 90 days.
-- $1 userId uuid
-- $2 now    timestamptz
with gone as materialized (
  select id, email, concat_ws(' ', first_name, last_name) as name from users
  where id = $1 and erase_requested_at is not null and erased_at is null
  for update
), sessions_gone as (delete from sessions x using gone where x.user_id = gone.id
), keys_gone as (delete from api_keys x using gone where x.user_id = gone.id
), identities_gone as (delete from identities x using gone where x.user_id = gone.id
), codes_gone as (delete from exchange_codes x using gone where x.user_id = gone.id
), link_codes_gone as (delete from link_codes x using gone where x.user_id = gone.id
), attempts_gone as (delete from sign_in_attempts x using gone where x.link_user_id = gone.id
), origins_gone as (delete from sign_in_origins x using gone where x.user_id = gone.id
), changes_gone as (delete from email_changes x using gone where x.user_id = gone.id
), slugs_gone as (delete from former_slugs x using gone where x.owner_id = gone.id
), keys_claimed_gone as (
  delete from idempotency_keys k using gone where k.scope >= 'user ' || gone.id and k.scope < 'user ' || gone.id || '~'
), schedules_gone as (delete from schedules x using gone where x.user_id = gone.id
), absences_gone as (delete from out_of_office x using gone where x.user_id = gone.id
), blocked_gone as (delete from blocked_guests x using gone where x.user_id = gone.id
), feeds_gone as (delete from calendar_feeds x using gone where x.user_id = gone.id
), calendar_attempts_gone as (delete from calendar_attempts x using gone where x.user_id = gone.id
), events_gone as (delete from calendar_events x using gone where x.host_id = gone.id returning 1
), opt_outs_gone as (delete from opt_outs x using gone where x.host_id = gone.id
), places_gone as (delete from organization_members x using gone where x.user_id = gone.id
), invitations_gone as (
  delete from organization_invitations i using gone where i.email = gone.email or i.accepted_by = gone.id
), types_gone as (
  delete from meeting_types t using gone
  where t.owner_id = gone.id and not exists (select from bookings b where b.meeting_type_id = t.id)
), organizations_gone as (
  update organizations o set name = 'Deleted organization' from gone where o.owner_id = gone.id and o.deleted_at is not null
), reasons as (
  update booking_history h set reason = null from gone
  where h.booking_id in (select x.booking_id from booking_hosts x where x.host_id = gone.id) and h.actor_id = gone.id
), notices_gone as (delete from notifications n using gone where n.user_id = gone.id
), names as (
  -- others' notifications say who did it, by name
  update notifications n set metadata = n.metadata - 'told'
    || case when n.metadata ->> 'by' = gone.name then '{"by": null}' else '{}' end::jsonb
    || case when n.metadata ->> 'host' = gone.name then '{"host": "—"}' else '{}' end::jsonb
  from gone where n.user_id <> gone.id and (n.metadata ->> 'by' = gone.name or n.metadata ->> 'host' = gone.name
    or strpos(n.metadata ->> 'told', gone.name) > 0)
), mails_gone as (
  delete from mailbox m using gone
  where lower(m.recipient) = lower(gone.email::text) or strpos(m.text, gone.name) > 0
    or strpos(lower(m.text), lower(gone.email::text)) > 0 or strpos(m.attachments::text, gone.name) > 0
), suppressed_gone as (delete from suppressed_addresses s using gone where s.email = gone.email
), details as (
  update deliveries d set detail = null from outbox o, gone
  where o.user_id = gone.id and d.outbox_id = o.id and d.detail is not null
), closed as (
  update outbox o set last_error = null, done_at = coalesce(o.done_at, $2), outcome = coalesce(o.outcome, 'superseded')
  from gone where o.user_id = gone.id and (o.done_at is null or o.last_error is not null)
  returning 1
), calendars_gone as materialized (
  -- after those two, which it would change as well; what is left at providers is withdrawn later
  select end_calendar_connections(gone.id, null, $2) as id from gone
  where (select count(*) from events_gone) + (select count(*) from closed) >= 0
), audited as (
  insert into audit_log (action, subject_id, created_at) select 'USER_ERASED', id, $2 from gone
)
update users u set email = u.id || '@erased.invalid', email_verified_at = null,
  username = 'erased-' || right(replace(u.id::text, '-', ''), 20), password_hash = null,
  password_version = u.password_version + 1, first_name = 'Deleted', last_name = 'user', role = 'member', plan = 'FREE',
  time_zone = 'UTC', locale = 'en', phone = null, notification_preferences = '{}', allowed_origins = null,
  erased_at = $2
from gone where u.id = gone.id and (select count(*) from calendars_gone) >= 0
returning u.id
