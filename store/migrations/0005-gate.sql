-- What the gate goes by besides consent and the clock: locks, holdouts and splits, caps, pace.

-- Equality beside overlap in one exclusion constraint. Trusted: whoever owns the database may create it.
create extension if not exists btree_gist;

-- A customer belongs to one marketing journey at a time: two locks of one customer cannot overlap.
create table locks (
  lock_id bigint generated always as identity primary key,
  profile_id uuid not null references profiles,
  journey text not null,
  enrollment_id uuid not null references enrollments,
  priority int not null,
  held tstzrange not null check (not isempty(held) and lower_inc(held) and not upper_inc(held)),
  overruled_at timestamptz,                       -- two customers turned out to be one, and the other's lock was first
  constraint locks_never_overlap exclude using gist (profile_id with =, held with &&) where (overruled_at is null)
);
create index locks_enrollment on locks (enrollment_id);

-- For journeys with a lock: since when the run is about to show whether it asks, or when it will be. Of runs due at the
-- same instant the one that goes first is waited for.
alter table enrollments add column due_at timestamptz;
-- A send of the run is held back until then.
alter table enrollments add column held_until timestamptz;
-- By the sender's pace, with a place taken in its queue: '<step>/<occurrence>'.
alter table enrollments add column paced_step text;

-- Arms are assigned once, for good.
create table experiment_assignments (
  profile_id uuid not null references profiles,
  experiment text not null,                       -- '*', a journey, or '<journey>/<subject>'
  arm text not null,
  bucket int not null check (bucket between 0 and 9999),
  enrollment_id uuid not null,                    -- the run that asked first
  assigned_at timestamptz not null,
  contaminated boolean not null default false,    -- two customers turned out to be one, in different arms
  primary key (profile_id, experiment)
);
create index experiment_assignments_experiment on experiment_assignments (experiment, assigned_at, profile_id);

-- That an arm began to make a difference to a run: it was sent a message, or would have been, or took a branch.
create table experiment_exposures (
  enrollment_id uuid not null references enrollments,
  experiment text not null,
  profile_id uuid not null references profiles,
  arm text not null,
  exposed_at timestamptz not null,
  primary key (enrollment_id, experiment)
);
create index experiment_exposures_profile on experiment_exposures (profile_id);

-- Those in the global holdout are granted what they are not shown.
alter table offers add column withheld boolean not null default false;

-- Caps and laws count what a customer was sent lately.
create index sends_counted on sends (profile_id, submitted_at) where purpose <> 'transactional' and status <> 'failed';

-- From when on a sender, or the account ('*'), has room again.
create table pace_queues (
  queue text primary key,
  free_at timestamptz not null
);
