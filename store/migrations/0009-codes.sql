-- Unique codes of offers. A run takes its code when it enters, so stock is judged in the order of entry.

create table code_pools (
  offer text primary key,
  exhausted_at timestamptz,                       -- since when entries have been refused for want of a code
  alerted_at timestamptz                          -- that was said aloud
);

create table codes (
  code text primary key,                          -- of one offer, and so of one customer
  code_id bigint generated always as identity,    -- they go in the order in which they were loaded
  offer text not null references code_pools,
  loaded_at timestamptz not null,
  enrollment_id uuid references enrollments,      -- whose it is; null: in the pool
  returned_at timestamptz                         -- when it came back to the pool last
);
-- A run has one code at most.
create unique index codes_enrollment on codes (enrollment_id) where enrollment_id is not null;
create index codes_in_pool on codes (offer, code_id) where enrollment_id is null;

alter table offers add column code text;

-- Whether a message of the run with this code in it has gone out, or may have: then it is never anybody else's.
create function may_be_out(run uuid, code text) returns boolean language sql stable as $$
  select exists (
    select from sends s
    where s.enrollment_id = run and strpos(s.body, code) > 0 and s.status <> 'reserved'
      and not (s.status = 'failed' and s.provider_sid is null and s.error_code is distinct from 'unresolved')
  )
$$;

create function return_code() returns trigger language plpgsql as $$
begin
  update codes c set enrollment_id = null, returned_at = clock_now()
  where c.enrollment_id = new.enrollment_id and not may_be_out(new.enrollment_id, c.code);
  return null;
end
$$;

-- However a run ends, a code that was not sent goes back to the pool in the same transaction.
create trigger enrollments_return_code after update of status on enrollments
  for each row when (old.status = 'open' and new.status <> 'open') execute function return_code();
