import { type Project, shippedProject } from '../../project/project';
import { askSleepingPoints } from '../../worker/sleeping-points';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { Client } from '@temporalio/client';
import { eventually } from '../support/eventually';
import { nativeConnection } from '../support/temporal';
import { journeys as before } from './fixtures/release-first';
import { journeys as after } from './fixtures/release-second';
import { testWorld, type TestWorld } from './support/world';

const SLEEPERS = 1_000;
/** Of these, those at the wait that the new version takes over. */
const AT_THE_WAIT = 500;
const ELSEWHERE = SLEEPERS - AT_THE_WAIT;

describe('a release over a thousand runs that sleep', () => {
  let world: TestWorld;
  let old: Project;
  let next: Project;

  beforeAll(async () => {
    [old, next] = await Promise.all([
      projectOf(before, './fixtures/release-first'),
      projectOf(after, './fixtures/release-second'),
    ]);
    world = await testWorld({ clock: '2027-02-02T12:00:00Z', project: old });
  }, 120_000);
  afterAll(() => world?.end());

  async function projectOf(journeys: Project['journeys'], module: string): Promise<Project> {
    return {
      ...shippedProject(),
      journeys,
      workflowBundle: { code: await bundleWorkflows(require.resolve(module)) },
    };
  }

  /** Customers from number `first` on book an appointment each. */
  async function book(first: number, count: number): Promise<void> {
    for (let at = first; at < first + count; at += 250) {
      const numbers = Array.from({ length: Math.min(250, first + count - at) }, (_, n) => at + n);
      const batch = numbers.flatMap((n) => [
        { type: 'identify', userId: `c${n}`, traits: { phone: `+1917${2_000_000 + n}` } },
        {
          type: 'track',
          userId: `c${n}`,
          event: 'Appointment Booked',
          properties: { appointmentId: `A${n}`, startsAt: '2027-03-01T15:00:00Z' },
        },
      ]);
      const { status, body } = await world.post('/v1/batch', { batch });
      expect([status, body['rejected']]).toEqual([200, undefined]);
    }
    await world.settle();
  }

  async function openByVersion(): Promise<string[]> {
    const { rows } = await world.db.query<{ line: string }>(
      `select version || ': ' || count(*) as line from enrollments where status = 'open' group by version order by 1`,
    );
    return rows.map(({ line }) => line);
  }

  it('loses nobody and sends nothing twice: old code, new code, back, and forth again', async () => {
    await book(0, AT_THE_WAIT);
    await world.moveTo('2027-02-02T14:30:00Z');
    await book(AT_THE_WAIT, ELSEWHERE);
    await world.moveTo('2027-02-02T15:00:00Z');
    expect(await openByVersion()).toEqual([`1: ${SLEEPERS}`]);

    await world.stack.reload(next);
    await world.settle();
    // A task that was handed to the worker as it left comes again, when Temporal misses it.
    await eventually(async () => (await openByVersion())[1] === `2: ${AT_THE_WAIT}`);
    expect(await openByVersion()).toEqual([`1: ${ELSEWHERE}`, `2: ${AT_THE_WAIT}`]);
    expect(await pointsOf(2)).toEqual({ 'cooling-off': AT_THE_WAIT });
    expect(await pointsOf(1)).toEqual({ wait: ELSEWHERE });
    await world.moveTo('2027-02-02T15:10:00Z');
    await book(SLEEPERS, 10);

    // Rolled back: version 1 goes on, and version 2 waits for the deployment that has it.
    await world.stack.reload(old);
    await book(SLEEPERS + 10, 5);
    await world.moveTo('2027-02-02T15:45:00Z');
    expect(await openByVersion()).toEqual([`1: ${ELSEWHERE + 5}`, `2: ${AT_THE_WAIT + 10}`]);

    await world.stack.reload(next);
    await world.moveTo('2027-02-05T00:00:00Z');
    expect(await openByVersion()).toEqual([]);

    const { rows: ends } = await world.db.query(
      `select e.version, e.status, o.outcome, count(*)::int as runs from enrollments e
       join outcomes o using (enrollment_id) group by 1, 2, 3 order by 1, 2, 3`,
    );
    expect(ends).toEqual([
      { version: 1, status: 'completed', outcome: 'version 1', runs: ELSEWHERE + 5 },
      { version: 2, status: 'completed', outcome: 'version 2', runs: AT_THE_WAIT + 10 },
    ]);
    const { rows: sends } = await world.db.query(
      `select message, creates, count(*)::int as sends, count(distinct profile_id)::int as customers
       from sends group by 1, 2 order by 1, 2`,
    );
    const everybody = SLEEPERS + 15;
    expect(sends).toEqual([
      { message: 'appointment-confirmation', creates: 1, sends: everybody, customers: everybody },
      { message: 'appointment-reminder', creates: 1, sends: everybody, customers: everybody },
    ]);
  }, 600_000);

  async function pointsOf(version: number): Promise<object> {
    const { rows } = await world.db.query<{ id: string }>(
      `select enrollment_id as id from enrollments where status = 'open' and version = $1`,
      [version],
    );
    const connection = await nativeConnection();
    const ids = rows.map(({ id }) => id);
    const { points, silent } = await askSleepingPoints(new Client({ connection }), 'booking', ids);
    await connection.close();
    expect(silent).toBe(0);
    return points;
  }
});
