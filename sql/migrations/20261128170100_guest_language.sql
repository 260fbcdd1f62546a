-- migrate:up
-- In which language a guest is told: his own where there are words in it, else his host's. Until now it was English.
alter table attendees add column locale text not null default 'en';

-- migrate:down
alter table attendees drop column locale;
