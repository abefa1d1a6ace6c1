-- A STOP in free words is taken at once, and shown to a person who may have read it better.
alter table suppressions add column review boolean not null default false;
alter table consent_changes add column review boolean not null default false;
create index consent_changes_review on consent_changes (at, seq) where review;
