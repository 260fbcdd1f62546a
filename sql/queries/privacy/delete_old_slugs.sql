-- Delete former slugs that were held until before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from former_slugs where (owner_id, slug) in (
  select owner_id, slug from former_slugs where held_until < $1 limit $2::int4 for update skip locked)
returning 1 as one
