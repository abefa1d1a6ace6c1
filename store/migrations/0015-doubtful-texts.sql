-- A text that may be a STOP in other words changes nothing, and is shown to a person.
alter table inbound_messages add column review boolean not null default false;
create index inbound_messages_review on inbound_messages (received_at) where review;
