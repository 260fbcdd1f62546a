-- The origins whose pages may show a meeting type: by its id, by a booking of it, or by the names of its page. Null is any.
-- $1 meetingTypeId uuid
-- $2 bookingId     uuid
-- $3 username      citext
-- $4 slug          citext
select origins_of(coalesce(
  $1,
  (select meeting_type_id from bookings where id = $2),
  (select t.id from meeting_types t join users u on u.id = t.owner_id where u.username = $3 and t.slug = $4)
)) as origins
