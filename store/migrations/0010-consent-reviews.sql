-- Who looked at a STOP in free words, and what they found. It stays a STOP: only the person opens the number again.

create index suppressions_review on suppressions (at, (channel || ' ' || address)) where review;
alter table consent_changes add column note text;
