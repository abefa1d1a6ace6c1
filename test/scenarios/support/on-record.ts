import type { TestWorld } from './world';

/** How many rows of each kind are on record: what bad input may not add to, unless it says so. */
export async function onRecord({ db }: Pick<TestWorld, 'db'>): Promise<{ [table: string]: number }> {
  const counts = tables.map((table) => `select '${table}' as name, count(*)::int as rows from ${table}`);
  const { rows } = await db.query<{ name: string; rows: number }>(counts.join(' union all '));
  return Object.fromEntries(rows.map((table) => [table.name, table.rows]));
}

const tables = [
  'events',
  'profiles',
  'identifiers',
  'message_ids',
  'quarantine',
  'enrollments',
  'enrollment_changes',
  'outbox',
  'sends',
  'subscriptions',
  'suppressions',
  'consent_changes',
  'inbound_messages',
  'provider_callbacks',
];
