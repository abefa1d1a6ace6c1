-- What an event in quarantine says of whom it is may be of any length: an index by order would not hold it, and the event
-- could not even be set aside.
drop index quarantine_user;
drop index quarantine_anonymous;
create index quarantine_user on quarantine using hash ((event ->> 'userId'));
create index quarantine_anonymous on quarantine using hash ((event ->> 'anonymousId'));
