-- Put values that were sealed anew where the old ones still stand, and say how many did; what was changed meanwhile stays.
-- $1 values jsonb
select (count(*) filter (where reseal(place, id, "was", "becomes")))::int as resealed
from (
  select r."place", r."id", r."was", r."becomes"
  from jsonb_to_recordset($1) as r("place" text, "id" uuid, "was" text, "becomes" text)
  order by r."place", r."id"
) in_order
