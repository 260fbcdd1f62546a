-- A number wants no more SMS.
-- $1 phone text
-- $2 now   timestamptz
insert into sms_opt_outs (phone, created_at) values ($1, $2) on conflict do nothing
