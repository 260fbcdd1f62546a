-- One mail of the development mailbox.
-- $1 id uuid
select id, sender, recipient, subject, html, text, attachments, headers, created_at from mailbox where id = $1
