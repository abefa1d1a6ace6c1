-- When two customers turn out to be one, all that is one's is given to the other: it is looked up by whom it is of.
create index inbound_messages_profile on inbound_messages (profile_id);
create index locks_profile on locks (profile_id);

-- Lists of all customers are read in their order, a page at a time.
create index enrollments_entered on enrollments (entered_at, enrollment_id);
create index enrollment_changes_refusals on enrollment_changes (at, seq) where status = 'refused';
create index outcomes_in_order on outcomes (at, seq);
create index outcomes_journey_in_order on outcomes (journey, at, seq);
