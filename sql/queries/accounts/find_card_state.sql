-- Who has usernames, and the state of all that their cards show; many at once, each by its index.
-- $1 items jsonb
with asked as materialized (
  select item, username from jsonb_to_recordset($1) as w(item int, username citext)
), found as materialized (
  select each.username, u.id, u.state
  from (select distinct username from asked) each, lateral (
    select id, card_state(id) as state from users where username = each.username and status = 'ACTIVE' limit 1
  ) u
)
select item, id, state from asked join found using (username)
