import { guardEntries } from '../../activities/operations/guard-entries';
import { holdsInForce, liftHold } from '../../store/holds';
import { type Database } from '../../store/database';
import { createCustomer } from './world';
import { type TestDatabase, testDatabase } from '../support/database';

let database: TestDatabase;
let pool: Database;
beforeEach(async () => {
  database = await testDatabase();
  ({ pool } = database);
  await at('2027-02-02T15:30:00Z');
});
afterEach(() => database.drop());

const at = (instant: string) => pool.query('update clock set held_at = $1', [instant]);
const policy = { version: 1, purpose: 'moment', enter: { on: 'App Opened' }, reentry: 'always' } as const;
const logged: unknown[] = [];
const log = { info: () => {}, warn: () => {}, error: (...line: unknown[]) => void logged.push(line) };
const guard = () => guardEntries({ pool, journeys: [{ id: 'reward', policy }], log });
const held = async () =>
  (await holdsInForce(pool)).map(({ journey, cause, note }) => ({ journey, cause, note }));

async function enter(instant: string, count: number): Promise<void> {
  const { profileId } = await createCustomer(pool);
  await pool.query(
    `insert into enrollments (enrollment_id, profile_id, journey, version, key, status, entered_at, trigger_at,
       trigger_message_id, trigger_properties, day_zero)
     select gen_random_uuid(), $1, 'reward', 1, n, 'completed', $2, $2, '', '{}', '2027-01-01'
     from generate_series(1, $3::int) n`,
    [profileId, instant, count],
  );
}

it('pauses a journey that more enter within an hour than ten times the busiest of the last seven days', async () => {
  await enter('2027-01-30T09:20:00Z', 120);
  await enter('2027-01-31T09:20:00Z', 40);
  await enter('2027-02-02T15:10:00Z', 1_200);
  await guard();
  expect(await held()).toEqual([]);
  await enter('2027-02-02T15:20:00Z', 1);
  await guard();
  const note = 'More than 1200 entered within the hour; usual are at most 120.';
  expect(await held()).toEqual([{ journey: 'reward', cause: 'blast_guard', note }]);
  expect(logged).toHaveLength(1);
});

it('leaves a journey alone for a day that an operator has let go on; what was usual then is usual', async () => {
  await enter('2027-01-30T09:20:00Z', 120);
  await enter('2027-02-02T15:10:00Z', 5_000);
  await guard();
  expect(await held()).toHaveLength(1);
  await liftHold(pool, { journey: 'reward', actor: 'Ana', note: null });
  await guard();
  expect(await held()).toEqual([]);
  await at('2027-02-04T15:30:00Z');
  await enter('2027-02-04T15:10:00Z', 6_000);
  await guard();
  expect(await held()).toEqual([]);
});

it('has nothing to go by on the first day of a journey, nor holds what is few in any case', async () => {
  await enter('2027-02-02T09:10:00Z', 3);
  await enter('2027-02-02T15:10:00Z', 5_000);
  await guard();
  expect(await held()).toEqual([]);
  await at('2027-02-09T16:30:00Z');
  await enter('2027-02-09T16:10:00Z', 1_000);
  await guard();
  expect(await held()).toEqual([]);
});
