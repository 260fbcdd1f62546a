-- Put a mail into the development mailbox, once for its promise.
-- $1 id          uuid
-- $2 sender      text
-- $3 recipient   text
-- $4 subject     text
-- $5 html        text
-- $6 text        text
-- $7 attachments jsonb
-- $8 headers     jsonb
-- $9 now         timestamptz
insert into mailbox (id, sender, recipient, subject, html, text, attachments, headers, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (id) do nothing
returning id
