-- Delete a link of an owner's type; what was booked by it stays.
-- $1 ownerId       uuid
-- $2 meetingTypeId uuid
-- $3 id            uuid
delete from booking_links l using meeting_types t
where t.id = l.meeting_type_id and t.owner_id = $1 and t.id = $2 and l.id = $3
returning l.id
