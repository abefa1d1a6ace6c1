import type { ActivityDeps } from '../../activities';
import { ask } from '../../activities/send/ask';
import { days } from '../../catalog/duration';
import type { JourneyPolicy } from '../../catalog/policy';
import { tx } from '../../store/database';
import { noteDue } from '../../store/enrollment-dues';
import { asking, createCustomer, createWorld, type Customer, enroll, NOON, type World } from './world';

const marketing: JourneyPolicy = {
  version: 1,
  purpose: 'marketing',
  enter: { on: 'App Opened' },
  reentry: 'always',
};
const journeys: ActivityDeps['journeys'] = [
  { id: 'first', policy: { ...marketing, lock: { priority: 1, for: days(7) } } },
  { id: 'second', policy: { ...marketing, lock: { priority: 2, for: days(3) } } },
];

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const fromNow = (ms: number) => new Date(Date.parse(NOON) + ms);

/** What the second journey is answered, with a run of another that is due so many milliseconds from now. */
async function asksBeside(dueMs: number, rival = 'first', status = 'open'): Promise<string> {
  const customer: Customer = await createCustomer(world.pool);
  const other = await enroll(world.pool, customer, rival, 'other');
  await noteDue(world.pool, other, fromNow(dueMs));
  await world.pool.query('update enrollments set status = $2 where enrollment_id = $1', [other, status]);
  const enrollmentId = await enroll(world.pool, customer, 'second');
  const asked = await tx(world.pool, (db) => ask({ ...world.deps, journeys }, db, asking(enrollmentId)));
  return asked.kind;
}

it('a free customer waits for a journey that goes before, for as long as it is due and no minute late', async () => {
  expect(await asksBeside(0)).toBe('yields');
  expect(await asksBeside(-59_999)).toBe('yields');
  expect(await asksBeside(-60_000)).toBe('due');
  expect(await asksBeside(1)).toBe('due');
});

it('and for no run that is over, nor for another of the journey itself', async () => {
  expect(await asksBeside(0, 'first', 'completed')).toBe('due');
  expect(await asksBeside(0, 'second')).toBe('due');
});
