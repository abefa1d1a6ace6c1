import { workOperations } from '../../activities';
import { shippedProject } from '../../project/project';
import { type Database, tx } from '../../store/database';
import { holdEnrollment } from '../../store/enrollment-holds';
import { beginHold, liftHold } from '../../store/holds';
import { countOpenRuns } from '../../store/stopped-runs';
import { decisions, enroll, createCustomer } from './world';
import { type TestDatabase, testDatabase } from '../support/database';

const RUNS = 3_000;

let database: TestDatabase;
let pool: Database;
beforeEach(async () => {
  database = await testDatabase();
  ({ pool } = database);
  await pool.query(`update clock set held_at = '2027-02-02T17:00:00Z'`);
});
afterEach(() => database.drop());

const journey = 'campaign';
const work = () => workOperations({ ...shippedProject(), pool });
const stop = () => beginHold(pool, { journey, kind: 'stopped', cause: 'operator', actor: 'Ana', note: null });
const open = () => countOpenRuns(pool, journey);
const one = async (text: string) => (await pool.query<{ n: number }>(text)).rows[0]?.n;

/** As many customers, each with a run. */
async function crowd(): Promise<void> {
  await pool.query(
    `with customers as (
       insert into profiles (profile_id, created_at)
       select gen_random_uuid(), clock_now() from generate_series(1, $1::int) returning profile_id
     )
     insert into enrollments (enrollment_id, profile_id, journey, version, status, entered_at, trigger_at,
       trigger_message_id, trigger_properties, day_zero)
     select gen_random_uuid(), profile_id, 'campaign', 1, 'open', clock_now(), clock_now(), '', '{}', '2027-02-02'
     from customers`,
    [RUNS],
  );
}

it('ends the runs of a stopped journey in short steps, each once, however many work at it', async () => {
  await crowd();
  await stop();
  expect(await work()).toBe(500);
  expect(await open()).toBe(RUNS - 500);
  let done = 500;
  for (let idle = 0; idle < 2; ) {
    const both = await Promise.all([work(), work()]);
    const ended = both[0] + both[1];
    done += ended;
    idle = ended === 0 ? idle + 1 : 0;
  }
  expect([done, await open()]).toEqual([RUNS, 0]);
  const told = `select count(distinct enrollment_id)::int as n from outbox where kind = 'end'`;
  expect([await one(told), await one('select count(*)::int as n from outbox')]).toEqual([RUNS, RUNS]);
  const changes = `select count(*)::int as n from enrollment_changes where status = 'exited' and reason = 'stopped'`;
  expect(await one(changes)).toBe(RUNS);
});

it('loses nothing of a step that breaks off, and passes over a customer that somebody is at', async () => {
  await crowd();
  await stop();
  await pool.query('alter table outbox add constraint broken check (kind is null)');
  await expect(work()).rejects.toThrow('broken');
  expect(await open()).toBe(RUNS);
  await pool.query('alter table outbox drop constraint broken');

  await tx(pool, async (db) => {
    await db.query(
      `select from profiles where profile_id in
         (select profile_id from enrollments order by enrollment_id limit 3) for update`,
    );
    while ((await work()) > 0);
    expect(await open()).toBe(3);
  });
  expect(await work()).toBe(3);
  expect(await open()).toBe(0);
});

it('cancels what a run held back, on record', async () => {
  const customer = await createCustomer(pool);
  const enrollmentId = await enroll(pool, customer, journey);
  const until = new Date('2027-02-03T13:00:00Z');
  await pool.query(`select ensure_partition('decisions', '2027-02-01')`);
  await pool.query(
    `insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, reason, until, checks, at)
     values ($1, $2, 'hello', 1, 'hello', 'deferred', 'quiet_hours', $3, '[]', '2027-02-02T16:00:00Z')`,
    [customer.profileId, enrollmentId, until],
  );
  await holdEnrollment(pool, enrollmentId, { until, pacedStep: null });
  await stop();
  await work();
  expect(await decisions(pool, enrollmentId)).toMatchObject([
    { verdict: 'deferred' },
    { verdict: 'suppressed', reason: 'ended' },
  ]);
});

it('tells the sends that a pause had held to ask again in short steps, those first that have waited longest, each once', async () => {
  await crowd();
  const pause = { journey, kind: 'paused', cause: 'operator', actor: 'Ana', note: null } as const;
  await beginHold(pool, pause);
  await pool.query(
    `insert into held_sends (enrollment_id, step, occurrence, journey, message, held_by, since)
     select enrollment_id, 'hello', 1, journey, 'hello', 'paused',
       clock_now() - interval '1 second' * row_number() over (order by enrollment_id desc) from enrollments`,
  );
  expect(await work()).toBe(0);
  await liftHold(pool, { journey, actor: 'Ana', note: null });
  expect(await work()).toBe(500);
  expect(
    await one(`select count(*)::int as n from outbox o
      where o.enrollment_id in (select enrollment_id from enrollments order by enrollment_id limit 500)`),
  ).toBe(500);
  await beginHold(pool, pause);
  expect(await work()).toBe(0);
  await liftHold(pool, { journey, actor: 'Ana', note: null });
  for (let idle = 0; idle < 2; ) {
    const both = await Promise.all([work(), work()]);
    idle = both[0] + both[1] === 0 ? idle + 1 : 0;
  }
  const told = `select count(distinct enrollment_id)::int as n from outbox where kind = 'resumed'`;
  expect([await one(told), await one('select count(*)::int as n from outbox')]).toEqual([RUNS, RUNS]);
  expect(await one('select count(*)::int as n from held_sends')).toBe(0);
});
