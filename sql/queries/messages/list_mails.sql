-- A page of the development mailbox, newest first; null: to anybody, from the start.
-- $1 recipient  text
-- $2 beforeTime timestamptz
-- $3 beforeId   uuid
-- $4 atMost     int4
select id, sender, recipient, subject, html, text, attachments, headers, created_at
from mailbox
where ($1::text is null or lower(recipient) = lower($1))
  and ($2::timestamptz is null or (created_at, id) < ($2, $3))
order by created_at desc, id desc
limit $4::int4
