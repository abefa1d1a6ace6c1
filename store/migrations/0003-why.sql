-- Events in quarantine are looked up by whom they claim to be of, to say why somebody entered nothing.
create index quarantine_user on quarantine ((event ->> 'userId'));
create index quarantine_anonymous on quarantine ((event ->> 'anonymousId'));

-- Drops the months of `parent` that had ended by `before`; answers how many. It waits for nobody for long: whoever reads
-- or writes the table would wait behind it.
create function drop_partitions(parent text, before timestamptz) returns int language plpgsql as $$
declare
  child text;
  dropped int := 0;
begin
  for child in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass(parent)
      and c.relname < parent || '_' || to_char(date_trunc('month', before, 'UTC') at time zone 'UTC', 'YYYY_MM')
    order by c.relname
  loop
    execute format('drop table %I', child);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$ set lock_timeout = '2s';
