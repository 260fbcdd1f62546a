-- Which of these schedules are not this user's, or are none at all.
-- $1 userId uuid
-- $2 ids    uuid[]
select distinct wanted.id
from unnest($2::uuid[]) as wanted(id)
where not exists (select from schedules s where s.id = wanted.id and s.user_id = $1)
