import { workspace } from '../../catalog/workspace';
import type { Estimate } from '../../client/launch/estimate';
import { commandLine } from './support/command-line';
import { crowd, together } from './support/crowd';
import { gateWorld, type GateWorld } from './support/gate';
import { second } from './support/world';
import { eventually } from '../support/eventually';

/** A workspace whose pace is changed between one launch and the next. */
let world: GateWorld;
let jornada: ReturnType<typeof commandLine>;
beforeAll(async () => {
  world = await gateWorld('2027-02-01T14:30:00Z', 'launches');
  jornada = commandLine(world, () => project);
  project = world.project;
});
afterAll(() => world.end());

/** What the stack and the command line run. */
let project: GateWorld['project'];
async function pace(segmentsPerSecond: number): Promise<void> {
  project = { ...world.project, workspace: { ...workspace, pace: { segmentsPerSecond } } };
  await world.change(project);
}

interface Text {
  readonly to: string;
  readonly at: string;
}
const texts = async () =>
  (await world.call<{ items: Text[] }>('GET', '/sandbox/messages?direction=outbound&limit=1000')).body.items;
const get = async <Body>(path: string) => (await world.call<Body>('GET', path)).body;
const post = async (path: string) => {
  const { status, body } = await world.call('POST', path, { by: 'Ana' });
  expect(status).toBe(200);
  return body;
};

describe('a launch of ten times the last', () => {
  const launch = '/api/journeys/offer/launch';
  const entered = async () =>
    (await get<{ items: unknown[] }>('/api/enrollments?journey=offer&limit=1000')).items.length;

  it('runs; with one more it waits for approval, and nobody enters', async () => {
    const regulars = await crowd(world, 'regular', 2);
    await world.exactly('2027-02-01T15:00:00Z', async () => {
      await together(world, regulars.userIds, 'Provider Searched');
      await post(launch);
    });
    expect(await get(launch)).toMatchObject({ status: 'done', entered: 2 });

    const { userIds: many } = await crowd(world, 'many', 21);
    await together(world, many, 'Provider Searched');
    const { held, expected, lastEntered } = await get<Estimate>('/api/journeys/offer/estimate');
    expect([held, expected, lastEntered]).toEqual([true, 21, 2]);
    const { exitCode, err } = await jornada('launch', 'offer');
    expect([exitCode, err]).toEqual([6, expect.stringMatching(/^Held: .* ten times the last launch/)]);
    await world.moveTo('2027-02-02T14:00:00Z');
    expect(await get(launch)).toMatchObject({ status: 'held', expected: 21, entered: 0 });
    expect(await entered()).toBe(2);

    // One of them leaves the audience.
    await together(world, many.slice(0, 1), 'Offer Redeemed', { offerId: 'O1' });
    await post(`${launch}/cancel`);
    await pace(0.5);
    await world.exactly('2027-02-02T14:59:50Z', async () => {
      expect(await post(launch)).toMatchObject({ status: 'running', expected: 20, lastEntered: 2 });
    });
    expect(await get(launch)).toMatchObject({ status: 'done', entered: 20 });
    expect(await entered()).toBe(22);
  }, 120_000);

  it('sends at its pace until all sending is halted; five seconds later nothing goes out, and nothing is lost', async () => {
    await world.moveTo('2027-02-02T14:59:57Z');
    const before = (await texts()).length;
    // A text every two seconds, while the clock ticks.
    await eventually(async () => (await texts()).length > before, { timeout: 30_000 });
    await post('/api/sends/halt');
    const { now } = await get<{ now: string }>('/sandbox/clock');
    const end = new Date(Date.parse(now) + 5_000).toISOString();
    await world.moveTo(end);
    const sent = (await texts()).length;
    await world.moveTo('2027-02-02T18:00:00Z');
    expect(await texts()).toHaveLength(sent);
    expect((await texts()).filter(({ at }) => at > end)).toEqual([]);

    const { items } = await get<{ items: { journey: string }[] }>('/api/journeys');
    const left = 22 - sent;
    expect(left).toBeGreaterThan(0);
    expect(items.find(({ journey }) => journey === 'offer')).toMatchObject({
      waitingSends: left,
      open: left,
    });

    await world.exactly('2027-02-02T18:05:00Z', () => post('/api/sends/resume'));
    await world.moveTo('2027-02-02T18:10:00Z');
    const numbers = (await texts()).map(({ to }) => to);
    expect([numbers.length, new Set(numbers).size]).toEqual([22, 22]);
  }, 120_000);
});

describe('a campaign that takes longer than a day is open', () => {
  const campaign = '/api/journeys/campaign';
  let readers: readonly string[];

  it('says so before it starts: how long it takes, when it pauses, and what pace would do in a day', async () => {
    // A hundred segments take so long as six million do at a hundred a second.
    const perSecond = 100 / 60_000;
    await pace(perSecond);
    await world.moveTo('2027-03-09T12:00:00Z');
    ({ userIds: readers } = await crowd(world, 'reader', 50));
    await together(world, readers, 'Provider Searched');
    await world.exactly('2027-03-09T13:00:00Z', async () => {
      expect(await get(`${campaign}/estimate`)).toEqual({
        journey: 'campaign',
        audience: 'searched-without-redeeming',
        expected: 50,
        held: false,
        message: 'onboarding-5',
        segmentsEach: 2,
        perSecond,
        plan: {
          segments: 100,
          sendingMs: (16 * 60 + 40) * 60_000,
          perSecondForOneDay: 0.002137,
          withinTheDay: false,
          windows: [
            { from: '2027-03-09T13:00:00.000Z', to: '2027-03-10T02:00:00.000Z', customers: 39 },
            { from: '2027-03-10T13:00:00.000Z', to: '2027-03-10T16:40:00.000Z', customers: 11 },
          ],
        },
        gate: { asked: 50, of: 50, verdicts: { send: 50 } },
      });
      const { exitCode, out } = await jornada('launch', 'campaign', '--estimate');
      expect([exitCode, out.split('\n')]).toEqual([
        0,
        [
          '50 in searched-without-redeeming would enter campaign now; it has not been launched before.',
          'It sends onboarding-5 first, 2 segments each: 100 in all.',
          `At ${perSecond} segments a second that is 16 h 40 min of sending.`,
          '  2027-03-09 08:00 to 2027-03-09 21:00  39 customers',
          '  2027-03-10 08:00 to 2027-03-10 11:40  11 customers',
          'It cannot finish within the open hours of the day it starts in.',
          "To finish within one day's open hours 0.002137 segments a second are needed.",
          'Asked about now, of all 50:',
          '  send  50',
          '',
        ],
      ]);
    });
    const { body } = await world.call('GET', `${campaign}/launch`);
    expect(body).toMatchObject({ error: { code: 'launch_not_found' } });
  }, 120_000);

  it('goes as is told when it is started: at its pace, not at night, each customer once', async () => {
    // Thirteen are left, of whom ten can be sent to in a day of thirteen hours.
    await together(world, readers.slice(13), 'Offer Redeemed', { offerId: 'O1' });
    const turnMs = 78 * 60_000;
    const perSecond = 2_000 / turnMs;
    await pace(perSecond);
    await world.exactly('2027-03-10T13:00:00Z', async () => {
      const { exitCode, err } = await jornada('launch', 'campaign', '--no-wait');
      expect([exitCode, err.split('\n')]).toEqual([
        0,
        [
          `At ${perSecond} segments a second that is 16 h 54 min of sending.`,
          '  2027-03-10 08:00 to 2027-03-10 21:00  10 customers',
          '  2027-03-11 08:00 to 2027-03-11 11:54  3 customers',
          'It cannot finish within the open hours of the day it starts in.',
          "To finish within one day's open hours 0.0005556 segments a second are needed.",
          '',
        ],
      ]);
    });

    const sent = async () => (await texts()).filter(({ at }) => at > '2027-03-10');
    const instants = async () => (await sent()).map(({ at }) => second(at)).sort();
    const turns = (from: string, count: number) =>
      Array.from({ length: count }, (_, n) => second(new Date(Date.parse(from) + n * turnMs).toISOString()));
    const firstDay = turns('2027-03-10T13:00:00Z', 10);
    await world.moveTo('2027-03-11T12:59:00Z');
    expect(await instants()).toEqual(firstDay);
    await world.moveTo('2027-03-11T20:00:00Z');
    // The last takes its turn of 78 minutes, until 11:54.
    expect(await instants()).toEqual([...firstDay, ...turns('2027-03-11T13:00:00Z', 3)]);
    expect(new Set((await sent()).map(({ to }) => to)).size).toBe(13);
  }, 180_000);
});
