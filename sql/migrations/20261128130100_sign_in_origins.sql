-- migrate:up
-- Where a user has signed in from before: whoever guesses passwords elsewhere does not keep him out there.
-- No address: a hash of the user and of a MAC under our key, of no use to whoever reads the table.
create table sign_in_origins (
  user_id uuid not null references users on delete cascade,
  origin bytea not null,
  seen_at timestamptz not null,
  primary key (user_id, origin)
);

create function origin_of(user_id uuid, address_mac text) returns bytea language sql immutable parallel safe
return sha256(convert_to(user_id::text || '|' || address_mac, 'UTF8'));

-- migrate:down
drop function origin_of(uuid, text);
drop table sign_in_origins;
