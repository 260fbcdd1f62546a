-- Delete a link of a type that the user may change; what was booked by it stays.
-- $1 userId        uuid
-- $2 meetingTypeId uuid
-- $3 id            uuid
delete from booking_links l using meeting_types t
where t.id = l.meeting_type_id and may_edit(t.organization_id, t.owner_id, $1) and t.id = $2 and l.id = $3
returning l.id
