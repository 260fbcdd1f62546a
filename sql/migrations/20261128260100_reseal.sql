-- migrate:up
-- Puts a sealed value that was sealed anew where the old one still stands; whether it did.
create function reseal(p_place text, p_id uuid, p_was text, p_becomes text) returns boolean language plpgsql as $$
declare
  of_table text := split_part(p_place, '.', 1);
  of_column text := split_part(p_place, '.', 2);
  resealed int;
begin
  execute format('update %I set %I = $1 where id = $2 and %I = $3', of_table, of_column, of_column)
    using p_becomes, p_id, p_was;
  get diagnostics resealed = row_count;
  return resealed > 0;
end $$;

-- migrate:down
drop function reseal(text, uuid, text, text);
