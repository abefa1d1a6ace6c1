-- Runs that a new version of a journey takes over from one before: each move is carried out once, when it is first deployed.

create table journey_moves (
  journey text not null,
  from_version int not null,
  at_point text not null,                         -- the name of the wait that they sleep at
  to_version int not null,
  last_enrollment uuid not null default '00000000-0000-0000-0000-000000000000', -- told up to here
  since timestamptz not null,
  done_at timestamptz,
  primary key (journey, from_version, at_point, to_version)
);

alter table outbox drop constraint outbox_kind_check,
  add constraint outbox_kind_check check (kind in ('start', 'event', 'end', 'zone', 'settled', 'resumed', 'move'));
