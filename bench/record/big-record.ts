import { type Database, openDatabase } from '../../store/database';
import { ensurePartition } from '../../store/partitions';
import type { Lab } from '../lab/lab';
import { inBulk } from './in-bulk';

/** Two records of the same customers, of whom much less is going on in the first. */
export interface Records {
  readonly small: Record;
  readonly big: Record;
  /** User ids of the customers who have an open run in either, far apart in both. */
  readonly userIds: readonly string[];
  /** Their runs. */
  readonly enrollmentIds: readonly string[];
  close(): Promise<void>;
}

export interface Record {
  readonly db: Database;
  readonly url: string;
  readonly openRuns: number;
  readonly sends: number;
}

/** Of each customer who has a run, as far apart in both records: what an ask reads of them is the same. */
const sendsEach = 10;
const few = 1_000;

export async function openRecords(lab: Lab): Promise<Records> {
  const customers = lab.quick ? 100_000 : 1_000_000;
  const apart = customers / few;
  lab.say(`making two records of ${customers} customers`);
  const url = await fill(await lab.database('bench_small'), [
    profiles(customers),
    identifiers(customers),
    subscriptions(customers),
    enrollments(`generate_series(0, ${customers - 1}, ${apart})`),
    sends({ from: 0, to: sendsEach * few, customers: few, nth: `(n % ${few}) * ${apart}`, step: 'few' }),
  ]);
  lab.say(`adding ${sendsEach * customers} sends to one of them`);
  const bigUrl = await lab.database('bench_big', 'bench_small');
  await inBulk(bigUrl, 'enrollments', [
    `${enrollments(`generate_series(0, ${customers - 1})`)} on conflict do nothing`,
  ]);
  const parts = Array.from({ length: sendsEach }, (_, part) => ({
    from: part * customers,
    to: (part + 1) * customers,
    customers,
    nth: `n % ${customers}`,
    step: 'all' as const,
    where: `n % ${apart} <> 0`,
  }));
  await inBulk(bigUrl, 'sends', parts.map(sends));
  const small = openDatabase(url, { max: 8 });
  const big = openDatabase(bigUrl, { max: 8 });
  const nth = Array.from({ length: few }, (_, index) => index * apart);
  return {
    small: { db: small, url, openRuns: few, sends: sendsEach * few },
    big: { db: big, url: bigUrl, openRuns: customers, sends: sendsEach * customers },
    userIds: nth.map((n) => `user-${n}`),
    enrollmentIds: nth.map((n) => `${'b'.repeat(8)}${tail}${n.toString(16).padStart(12, '0')}`),
    close: async () => {
      await Promise.all([small.end(), big.end()]);
    },
  };
}

async function fill(url: string, statements: readonly string[]): Promise<string> {
  const db = openDatabase(url, { max: 1 });
  for (const parent of ['events', 'decisions'] as const) await ensurePartition(db, parent, new Date());
  for (const statement of statements) await db.query(statement);
  await db.query('vacuum (analyze)');
  await db.query('checkpoint');
  await db.end();
  return url;
}

const tail = '-0000-7000-8000-';

/** The id of the n-th of a kind, told by a hexadecimal digit. */
const idOf = (kind: string, n: string) => `('${kind.repeat(8)}${tail}' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const profiles = (count: number) => `
  insert into profiles (profile_id, created_at, traits, trait_times, registered_at, stage, stage_since, stage_due_at,
    last_activity_at)
  select ${idOf('a', 'n')}, now() - interval '9 days', '{"firstName": "Anna", "plan": "gold"}', '{}',
    now() - interval '9 days', 'new', now() - interval '9 days', now() + interval '80 days', now() - interval '1 day'
  from generate_series(0, ${count - 1}) n`;

const identifiers = (count: number) => `
  insert into identifiers (type, value, profile_id, attached_at)
  select type, value, ${idOf('a', 'n')}, now() - interval '9 days' from generate_series(0, ${count - 1}) n
  cross join lateral (values ('user_id', 'user-' || n), ('phone', '+1212' || (2000000 + n))) as i(type, value)`;

/** To texts of all kinds. */
const subscriptions = (count: number) => `
  insert into subscriptions (profile_id, channel, key, topic, status, source, at)
  select ${idOf('a', 'n')}, 'sms', '+1212' || (2000000 + n), '', 'subscribed', 'bench', now() - interval '9 days'
  from generate_series(0, ${count - 1}) n`;

const enrollments = (series: string) => `
  insert into enrollments (enrollment_id, profile_id, journey, version, status, entered_at, trigger_at,
    trigger_message_id, trigger_properties, day_zero)
  select ${idOf('b', 'n')}, ${idOf('a', 'n')}, 'onboarding', 1, 'open', now() - interval '9 days',
    now() - interval '9 days', 'trigger-' || n, '{}', current_date - 9
  from ${series} n`;

interface Sends {
  /** The first, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** How many customers they are of, */
  readonly customers: number;
  /** and which one the n-th is of, as SQL. */
  readonly nth: string;
  /** Told apart by it. */
  readonly step: 'few' | 'all';
  /** Which of them, as SQL. Default: all. */
  readonly where?: string;
}

const sends = ({ from, to, customers, nth, step, where = 'true' }: Sends) => `
  insert into sends (send_id, enrollment_id, profile_id, journey, step, occurrence, message, purpose, channel, address,
    locale, body, segments, status, provider_sid, creates, created_at, submitted_at, sent_at, status_at)
  select ${idOf(step === 'few' ? 'c' : 'd', 'n')}, ${idOf('b', nth)}, ${idOf('a', nth)}, 'onboarding',
    '${step}', n, 'onboarding-1', 'marketing', 'sms', '+1212' || (2000000 + ${nth}), 'en', 'A text.', 1,
    'delivered', '${step}' || n, 1, sent, sent, sent, sent
  from generate_series(${from}, ${to - 1}) n,
    lateral (select now() - (n / ${customers} + 1) * interval '28 hours') as t(sent)
  where ${where}`;
