-- A number takes SMS again.
-- $1 phone text
delete from sms_opt_outs where phone = $1
