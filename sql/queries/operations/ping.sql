-- Whether the database answers.
select true as ok
