-- Entries that were refused and have been judged again since: once each, whatever came of it.
alter table enrollment_changes add column readmitted_at timestamptz;
alter table enrollment_changes add column readmitted_by text;
