-- A host is not away after all, if his absence still is at this version.
-- $1 id      uuid
-- $2 version int4
delete from out_of_office where id = $1 and version = $2 returning id
