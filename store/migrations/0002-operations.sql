-- What operators hold back: a journey, or all sending. Each hold keeps who began and who lifted it, when and why.

create table holds (
  hold_id bigint generated always as identity primary key,
  journey text not null default '',               -- '': all sending
  kind text not null check (kind in ('paused', 'stopped', 'halted')),
  cause text not null check (cause in ('operator', 'blast_guard')),
  actor text not null,
  note text,
  since timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  lift_note text,
  check ((kind = 'halted') = (journey = ''))
);
-- One hold of a journey at a time; those in force are few, however many there were.
create unique index holds_in_force on holds (journey) where lifted_at is null;
create index holds_journey on holds (journey, since);

-- What keeps a journey's sends back now: `halted` (all sending is), `paused` (the journey is, or is stopped), or null.
create function held_by(journey_id text) returns text language sql stable as $$
  select case when min(h.journey) = '' then 'halted' when min(h.journey) is not null then 'paused' end
  from holds h where h.lifted_at is null and h.journey in ('', journey_id)
$$;

-- Sends that were asked for while they were held back: their runs rest until they are told to ask again.
create table held_sends (
  enrollment_id uuid not null references enrollments,
  step text not null,
  occurrence int not null,
  journey text not null,
  message text not null,
  held_by text not null check (held_by in ('paused', 'halted')),
  since timestamptz not null,
  primary key (enrollment_id, step, occurrence)
);
create index held_sends_journey on held_sends (journey, since);

-- A journey that is stopped ends its open runs, and only those are looked at.
create index enrollments_open_of_journey on enrollments (journey, enrollment_id) where status = 'open';

alter table outbox drop constraint outbox_kind_check,
  add constraint outbox_kind_check check (kind in ('start', 'event', 'end', 'zone', 'settled', 'resumed'));
