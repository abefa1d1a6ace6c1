-- The record: customers, consent, events, enrollments, decisions, sends and outcomes.

-- One clock for everything stored and decided. In production the row stays at zero, and now is the database's.
-- The embedded stack moves offset_ms forward, and holds the clock while it works off what has fallen due.
create table clock (
  only_row boolean primary key default true check (only_row),
  offset_ms bigint not null default 0,
  held_at timestamptz
);
insert into clock default values;

create function clock_now() returns timestamptz language sql volatile as $$
  select coalesce(held_at, clock_timestamp() + offset_ms * interval '1 millisecond') from clock
$$;

-- Orders what happened at the same instant, across all tables that a timeline is read from.
create sequence timeline_seq;

create table sources (
  source_id uuid primary key,
  name text not null unique,
  key_sha256 bytea not null unique,
  store_unplanned boolean not null default false,
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table profiles (
  profile_id uuid primary key,
  created_at timestamptz not null,
  traits jsonb not null default '{}',
  trait_times jsonb not null default '{}',       -- trait -> ISO time of the value that stands; newest wins
  context_timezone text,                          -- latest valid context.timezone
  context_timezone_at timestamptz,
  registered_at timestamptz,
  stage text check (stage in ('new', 'active', 'inactive', 'reactivated')),
  stage_since timestamptz,
  stage_due_at timestamptz,                       -- when time alone moves the stage next
  last_activity_at timestamptz,
  merged_into uuid references profiles,
  erased_at timestamptz
);
create index profiles_stage_due on profiles (stage_due_at) where stage_due_at is not null;
create index profiles_merged_into on profiles (merged_into) where merged_into is not null;

create table identifiers (
  type text not null,
  value text not null,
  profile_id uuid not null references profiles,
  attached_at timestamptz not null,
  primary key (type, value)
);
create index identifiers_profile on identifiers (profile_id);

create table identity_changes (
  seq bigint primary key default nextval('timeline_seq'),
  profile_id uuid not null,
  at timestamptz not null,
  change text not null check (change in ('attached', 'dropped', 'moved', 'released', 'merged')),
  type text not null,
  value text not null,
  reason text,
  message_id text
);
create index identity_changes_profile on identity_changes (profile_id, at, seq);

-- A message id is one event for at least 30 days, whatever door it came through.
create table message_ids (
  message_id text primary key,
  received_at timestamptz not null
);
create index message_ids_received on message_ids (received_at);

create table events (
  seq bigint not null default nextval('timeline_seq'),
  profile_id uuid not null,
  message_id text not null,
  type text not null,
  name text,
  properties jsonb not null,
  context jsonb,
  event_version int,
  source text not null,
  "timestamp" timestamptz not null,               -- corrected for the sender's clock; never after received_at
  received_at timestamptz not null,
  original_timestamp timestamptz,
  sent_at timestamptz
) partition by range (received_at);
create index events_profile on events (profile_id, received_at, seq);
-- For whoever follows all that happens: rows lie in the order they arrived, so a block range index is next to free.
create index events_received on events using brin (received_at);

create table quarantine (
  message_id text primary key,
  received_at timestamptz not null,
  sent_at timestamptz,
  source text not null,
  event jsonb not null,
  violations jsonb not null,
  replayed_at timestamptz
);
create index quarantine_received on quarantine (received_at, message_id);

create table subscriptions (
  profile_id uuid not null references profiles,
  channel text not null check (channel in ('sms', 'whatsapp', 'email')),
  key text not null,
  topic text not null default '',                 -- '' is the channel itself; else a topic (Segment's group)
  status text not null check (status in ('subscribed', 'unsubscribed', 'none')),
  source text not null,
  actor text,
  wording text,
  at timestamptz not null,
  primary key (profile_id, channel, key, topic)
);

create table consent_changes (
  seq bigint primary key default nextval('timeline_seq'),
  profile_id uuid not null,
  at timestamptz not null,
  channel text not null,
  key text not null,
  topic text not null default '',
  from_status text not null,
  to_status text not null,
  source text not null,
  actor text,
  wording text,
  reason text                                     -- why a change was refused or overruled
);
create index consent_changes_profile on consent_changes (profile_id, at, seq);

-- What closes an address to every purpose, until the person reopens it (stop) or has another one (unreachable).
create table suppressions (
  channel text not null,
  address text not null,
  kind text not null check (kind in ('stop', 'unreachable')),
  source text not null,
  wording text,
  at timestamptz not null,
  primary key (channel, address, kind)
);

create table stage_changes (
  seq bigint primary key default nextval('timeline_seq'),
  profile_id uuid not null,
  at timestamptz not null,
  from_stage text,
  to_stage text not null
);
create index stage_changes_profile on stage_changes (profile_id, at, seq);

create table enrollments (
  enrollment_id uuid primary key,
  profile_id uuid not null references profiles,
  journey text not null,
  version int not null,
  key text not null default '',
  status text not null check (status in ('open', 'completed', 'converted', 'exited', 'merged', 'failed')),
  reason text,
  entered_at timestamptz not null,                -- the trigger's received_at
  trigger_at timestamptz not null,                -- the trigger's timestamp
  trigger_message_id text not null,
  trigger_properties jsonb not null,
  day_zero date not null,                         -- local date at entry; does not move with the zone
  ended_at timestamptz,
  goal_until timestamptz,
  goal_at timestamptz
);
-- One open run of a journey per customer and key, however many first events race.
create unique index enrollments_open on enrollments (profile_id, journey, key) where status = 'open';
create index enrollments_last on enrollments (profile_id, journey, key, entered_at);
create index enrollments_journey on enrollments (journey, entered_at, enrollment_id);
create index enrollments_still_open on enrollments (entered_at) where status = 'open';

create table enrollment_changes (
  seq bigint primary key default nextval('timeline_seq'),
  profile_id uuid not null,
  enrollment_id uuid,                             -- null for a refusal
  at timestamptz not null,
  journey text not null,
  version int not null,
  key text not null default '',
  status text not null check (status in ('entered', 'refused', 'completed', 'converted', 'exited', 'merged', 'failed')),
  reason text,
  message_id text
);
create index enrollment_changes_profile on enrollment_changes (profile_id, at, seq);
create index enrollment_changes_refused on enrollment_changes (journey, at, seq) where status = 'refused';

-- What the workflows have still to be told, in commit order per customer.
create table outbox (
  outbox_id bigint generated always as identity primary key,
  lane smallint not null,                         -- hash of the customer; a lane is worked by one dispatcher at a time
  profile_id uuid not null,
  enrollment_id uuid not null,
  kind text not null check (kind in ('start', 'event', 'end', 'zone', 'settled')),
  payload jsonb not null,
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null default clock_timestamp()
);
create index outbox_lane on outbox (lane, outbox_id);

create table outbox_lanes (
  lane smallint primary key,
  owner text,
  leased_until timestamptz
);
insert into outbox_lanes (lane) select generate_series(0, 63);

-- Rows that could not be delivered after bounded tries: set aside with their error, never dropped.
create table outbox_set_aside (
  outbox_id bigint primary key,
  profile_id uuid not null,
  enrollment_id uuid not null,
  kind text not null,
  payload jsonb not null,
  attempts int not null,
  last_error text not null,
  set_aside_at timestamptz not null default clock_timestamp()
);

create table decisions (
  seq bigint not null default nextval('timeline_seq'),
  profile_id uuid not null,
  enrollment_id uuid not null,
  step text not null,
  occurrence int not null,
  message text not null,
  verdict text not null check (verdict in ('send', 'suppressed', 'deferred')),
  reason text,
  until timestamptz,
  checks jsonb not null,                          -- [{ check, result, saw }], in the order asked
  at timestamptz not null
) partition by range (at);
create index decisions_profile on decisions (profile_id, at, seq);
create index decisions_at on decisions using brin (at);

-- The ledger: one row per enrollment, step and occurrence.
create table sends (
  send_id uuid primary key,
  enrollment_id uuid not null references enrollments,
  profile_id uuid not null references profiles,
  journey text not null,
  step text not null,
  occurrence int not null,
  message text not null,
  purpose text not null check (purpose in ('transactional', 'moment', 'marketing')),
  channel text not null,
  address text not null,
  locale text not null,
  body text not null,
  segments int not null,
  status text not null check (status in ('reserved', 'submitting', 'sent', 'failed', 'unknown',
    'accepted', 'scheduled', 'queued', 'sending', 'delivered', 'undelivered', 'canceled', 'read')),
  provider_sid text,
  error_code text,
  creates int not null default 0,                 -- create calls begun; never more than two that may have been accepted
  created_at timestamptz not null,
  submitted_at timestamptz,                       -- clock_now() of the last create
  submitted_wall timestamptz,                     -- the provider's own kind of time, to find it in the provider's list
  sent_at timestamptz,
  settle_at timestamptz,                          -- while unknown: when to look next; while reserved: not to be asked for before
  settle_until timestamptz,                       -- while unknown: the end of the grace period
  status_at timestamptz not null,
  unique (enrollment_id, step, occurrence)
);
create unique index sends_provider_sid on sends (provider_sid) where provider_sid is not null;
create index sends_profile on sends (profile_id, created_at);
create index sends_created on sends (created_at, send_id);
create index sends_settle on sends (settle_at) where status = 'unknown';
create index sends_submitting on sends (submitted_wall) where status = 'submitting';
create index sends_journey on sends (journey, created_at, send_id);

create table send_changes (
  seq bigint primary key default nextval('timeline_seq'),
  send_id uuid not null,
  profile_id uuid not null,
  at timestamptz not null,
  status text not null,
  provider_sid text,
  error_code text
);
create index send_changes_profile on send_changes (profile_id, at, seq);
create index send_changes_send on send_changes (send_id, seq);

-- Status callbacks as they came, once each; the send's status is a projection of them.
create table provider_callbacks (
  callback_id bigint generated always as identity primary key,
  send_id uuid,
  provider_sid text not null,
  status text not null,
  error_code text not null default '',
  form jsonb not null,
  received_at timestamptz not null,
  unique (provider_sid, status, error_code)
);

create table inbound_messages (
  provider_sid text primary key,
  profile_id uuid,
  from_address text not null,
  to_address text not null,
  body text not null,
  effect text not null check (effect in ('stop', 'start', 'help', 'none')),
  received_at timestamptz not null
);

create table offers (
  offer_id uuid primary key,
  profile_id uuid not null references profiles,
  enrollment_id uuid not null references enrollments,
  step text not null,
  occurrence int not null,
  name text not null,
  granted_at timestamptz not null,
  expires_at timestamptz not null,
  redeemed_at timestamptz,
  unique (enrollment_id, step, occurrence)
);
create index offers_profile on offers (profile_id, granted_at);

create table outcomes (
  seq bigint primary key default nextval('timeline_seq'),
  profile_id uuid not null,
  enrollment_id uuid not null references enrollments,
  journey text not null,
  outcome text not null,
  value jsonb,
  at timestamptz not null,
  unique (enrollment_id, outcome)
);
create index outcomes_profile on outcomes (profile_id, at, seq);
create index outcomes_journey on outcomes (journey, outcome, at);

-- Creates the monthly partition of `parent` that holds `at`, if it is not there. Attaching takes no lock that stops writers.
create function ensure_partition(parent text, at timestamptz) returns void language plpgsql as $$
declare
  month timestamptz := date_trunc('month', at, 'UTC');
  child text := parent || '_' || to_char(month at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass(child) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext(child));
  if to_regclass(child) is not null then return; end if;
  execute format('create table %I (like %I including defaults including constraints)', child, parent);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)',
    parent, child, month, month + interval '1 month');
end
$$;
