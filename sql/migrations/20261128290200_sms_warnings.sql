-- migrate:up
-- A host is warned of an SMS that did not arrive, too: once per booking and number.
create unique index one_sms_warning on notifications (user_id, (metadata ->> 'bookingId'), (metadata ->> 'phone'))
  where type = 'DELIVERY_FAILED';

-- migrate:down
drop index one_sms_warning;
