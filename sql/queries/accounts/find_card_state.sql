-- Who has a username, and the state of all that his cards show.
-- $1 username citext
select id, card_state(id) as state from users where username = $1 and status = 'ACTIVE'
