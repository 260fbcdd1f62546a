-- The mail provider refuses us: whoever administers is told, once a day.
-- $1 provider text
-- $2 reason   text
-- $3 now      timestamptz
insert into notifications (id, user_id, type, metadata, created_at)
select gen_random_uuid(), id, 'MAIL_PROVIDER_REFUSES',
  jsonb_build_object('provider', $1::text, 'reason', $2::text, 'day', left(to_json($3::timestamptz) #>> '{}', 10)), $3
from users where role = 'admin' and status = 'ACTIVE'
on conflict do nothing
