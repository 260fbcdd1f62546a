-- Choose among the calendars of a connection: which are checked, how, and which one is written to, instead of any other.
-- $1 userId       uuid
-- $2 connectionId uuid
-- $3 wishes       jsonb
-- $4 now          timestamptz
with wished as materialized (
  select c.id, w."checksConflicts" as checks, w."isDestination" as receives, w."blocksTentative" as tentative,
    w."keepsTitles" as titles, w."whenUnreachable" as unreachable
  from jsonb_to_recordset($3) as w("id" uuid, "checksConflicts" boolean, "isDestination" boolean, "blocksTentative" boolean,
    "keepsTitles" boolean, "whenUnreachable" text)
  join calendars c on c.id = w.id
  where c.user_id = $1 and c.connection_id = $2
), chosen as materialized (
  select id from wished where receives
), others as (
  update calendars c set checks_conflicts = coalesce(w.checks, c.checks_conflicts),
    is_destination = c.is_destination and coalesce(w.receives, true) and not exists (select from chosen),
    blocks_tentative = coalesce(w.tentative, c.blocks_tentative), keeps_titles = coalesce(w.titles, c.keeps_titles),
    when_unreachable = coalesce(w.unreachable, c.when_unreachable),
    -- titles come by reading everything again
    cursor = case when w.titles and not c.keeps_titles then null else c.cursor end
  from calendars t left join wished w on w.id = t.id
  where c.id = t.id and t.user_id = $1 and (w.id is not null or t.is_destination and exists (select from chosen))
    and not exists (select from chosen x where x.id = t.id)
  returning c.id
), one as (
  -- after the others: two destinations there cannot be
  update calendars c set checks_conflicts = coalesce(w.checks, c.checks_conflicts), is_destination = true,
    blocks_tentative = coalesce(w.tentative, c.blocks_tentative), keeps_titles = coalesce(w.titles, c.keeps_titles),
    when_unreachable = coalesce(w.unreachable, c.when_unreachable),
    cursor = case when w.titles and not c.keeps_titles then null else c.cursor end
  from wished w join chosen on chosen.id = w.id
  where c.id = w.id and (select count(*) from others) >= 0
  returning c.id
)
select settle_calendars($1, $4) as promised
from (select count(*) as n from (select id from others union all select id from one) changed) all_changed
-- which makes the changes come first
where n >= 0
