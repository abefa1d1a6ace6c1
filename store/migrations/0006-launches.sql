-- Bulk entry: an audience is entered into a journey, some hundred customers a transaction, from where it stood.
create table launches (
  launch_id uuid primary key,
  journey text not null,
  version int not null,
  audience text not null,
  status text not null check (status in ('held', 'running', 'done', 'canceled')),
  expected int not null,                          -- who would enter, as counted when it was asked for
  last_entered int,                               -- what the launch before entered, by which it was judged
  entered int not null default 0,
  refused int not null default 0,
  position uuid,                                  -- the last profile that was looked at
  actor text not null,
  note text,
  at timestamptz not null,
  approved_by text,
  approved_at timestamptz,
  finished_at timestamptz
);
create unique index launches_unfinished on launches (journey) where status in ('held', 'running');
create index launches_journey on launches (journey, at);

-- Who was in the audience at the last launch: whoever stays in it has crossed into it only once.
create table audience_members (
  journey text not null,
  profile_id uuid not null references profiles,
  since timestamptz not null,
  primary key (journey, profile_id)
);
create index audience_members_profile on audience_members (profile_id);
