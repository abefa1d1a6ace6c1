import type { Database } from '../../store/database';
import { ensurePartition } from '../../store/partitions';

const EVENTS_EACH = 50;
const DAY = 86_400_000;

/** Records so many events of thirty days, fifty of each customer, and answers the days. */
export async function recordEvents(
  db: Database,
  count: number,
  say: (line: string) => void,
): Promise<{ readonly from: Date; readonly to: Date }> {
  const from = new Date('2027-01-01T00:00:00Z');
  const people = Math.ceil(count / EVENTS_EACH);
  say(`recording ${count} events of ${people} customers`);
  await ensurePartition(db, 'events', from);
  await db.query({ text: profiles, values: [people, from] });
  await db.query({ text: phones, values: [people, from] });
  await db.query({ text: consent, values: [people, from] });
  await db.query({ text: events, values: [people, EVENTS_EACH, from] });
  await db.query('vacuum (analyze)');
  return { from, to: new Date(from.getTime() + 30 * DAY) };
}

const id = `('aaaaaaaa-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
const phone = `'+1917' || (2000000 + n)`;

const profiles = `insert into profiles (profile_id, created_at) select ${id}, $2 from generate_series(1, $1) n`;

const phones = `
  insert into identifiers (type, value, profile_id, attached_at)
  select 'phone', ${phone}, ${id}, $2 from generate_series(1, $1) n`;

const consent = `
  insert into consent_changes (profile_id, at, channel, key, from_status, to_status, source)
  select ${id}, $2, 'sms', ${phone}, 'none', 'subscribed', 'bench' from generate_series(1, $1) n`;

/** The first registers them; then they look at features, and use some. */
const events = `
  insert into events (profile_id, message_id, type, name, properties, source, "timestamp", received_at)
  select ${id}, n || '/' || e, 'track',
    case when e = 0 then 'Account Registered' else (array['App Opened', 'Feature Viewed', 'Feature Adopted'])[1 + e % 3] end,
    case when e > 0 and e % 3 > 0 then jsonb_build_object('feature', 'feature-' || e % 7) else '{}' end,
    'bench', at, at
  from generate_series(1, $1) n, generate_series(0, $2 - 1) e,
    lateral (select $3::timestamptz + ((n * 7919 + e * 51840) % 2592000) * interval '1 second' as at) as moment`;
