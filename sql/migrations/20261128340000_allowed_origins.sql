-- migrate:up
-- Whose pages may show a meeting type: origins (RFC 6454) as JSON texts. Null: as its owner says; of him null: any.
alter table meeting_types add column allowed_origins jsonb check (jsonb_typeof(allowed_origins) = 'array');
alter table users add column allowed_origins jsonb check (jsonb_typeof(allowed_origins) = 'array');

-- The origins whose pages may show a type, beside the server's own; null is any. A secret type is open to those that are named only.
create function origins_of(p_type uuid) returns jsonb language sql stable as $$
  select coalesce(t.allowed_origins, u.allowed_origins, case t.visibility when 'secret' then '[]'::jsonb end)
  from meeting_types t join users u on u.id = t.owner_id
  where t.id = p_type
$$;

-- migrate:down
drop function origins_of(uuid);
alter table users drop column allowed_origins;
alter table meeting_types drop column allowed_origins;
