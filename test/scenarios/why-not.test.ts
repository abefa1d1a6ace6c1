import { join } from 'node:path';
import type { WhyAnswer } from '../../client/why/why';
import { shippedProject } from '../../project/project';
import { bucketOf } from '../../rules/experiments/bucket';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { named } from './fixtures/named-journey';
import { phone } from './support/acts';
import { commandLine } from './support/command-line';
import { testWorld, type TestWorld } from './support/world';

/** Somebody who had a text in the morning is asked about in the evening; a year later support wants to know. */
let world: TestWorld;
let asking: string;
let jornada: ReturnType<typeof commandLine>;

const asked = '2027-02-03T03:00:00Z';
const number = phone(450);

beforeAll(async () => {
  const morning = named('morning-news', { on: 'Feature Viewed' });
  let project = {
    ...shippedProject(),
    journeys: [morning],
    workflowBundle: { code: await bundleWorkflows(join(__dirname, 'fixtures', 'named.ts')) },
  };
  world = await testWorld({ clock: '2027-01-05T14:50:00Z', project });
  const subscription = (status: string) => ({
    userId: 'x',
    traits: { phone: number },
    context: { messaging_subscriptions: [{ key: number, type: 'SMS', status }] },
  });
  jornada = commandLine(world, () => project);
  const { out } = await jornada('sources', 'add', 'clinic form', '--json');
  const { writeKey } = JSON.parse(out) as { writeKey: string };
  await world.exactly('2027-01-05T15:00:00Z', () =>
    world.post('/v1/identify', subscription('SUBSCRIBED'), writeKey),
  );

  // A bucket goes by the journey's name: one in ten thousand puts the customer into this.
  const { body } = await world.call<{ id: string }>('GET', '/api/customers/user_id:x');
  for (let n = 0; bucketOf((asking = `evening-note-${n}`), body.id) !== 7_312; ) n++;
  const evening = named(asking, { on: 'Feature Adopted', holdout: { percent: 10 } });
  project = { ...project, journeys: [morning, evening] };
  await world.stack.reload(project);

  await world.exactly('2027-02-02T15:00:00Z', () =>
    world.happens('x', 'Feature Viewed', { feature: 'maps' }),
  );
  await world.exactly(asked, () => world.happens('x', 'Feature Adopted', { feature: 'maps' }));
  await world.exactly('2027-03-01T15:00:00Z', () => world.post('/v1/identify', subscription('UNSUBSCRIBED')));
  await world.moveTo('2028-03-01T15:00:00Z');
}, 120_000);
afterAll(() => world.end());

async function why(question: { [name: string]: string }): Promise<WhyAnswer> {
  const query = new URLSearchParams({ customer: 'user_id:x', message: 'reactivation-1', ...question });
  const { status, body } = await world.call<WhyAnswer>('GET', `/api/why?${query.toString()}`);
  expect(status).toBe(200);
  return body;
}

describe('why a text was not sent, thirteen months later', () => {
  it('is told by every verdict in order, with the values of then', async () => {
    const { answer, decision, send } = await why({ at: asked });
    expect(answer).toBe(
      `reactivation-1 of ${asking}, asked for at 2027-02-03T03:00:00.000Z, was suppressed: capped.`,
    );
    expect(decision).toMatchObject({
      at: '2027-02-03T03:00:00.000Z',
      journey: asking,
      verdict: 'suppressed',
      reason: 'capped',
      notAsked: ['quiet_hours', 'pace', 'content'],
    });
    const heldOut = { experiment: asking, arm: 'treatment', bucket: '7,312 of 10,000', percent: 10 };
    expect(decision?.checks).toEqual([
      { check: 'erased', result: 'passed', saw: { erased: false } },
      {
        check: 'consent',
        result: 'passed',
        saw: {
          purpose: 'marketing',
          channel: 'sms',
          status: 'subscribed',
          source: 'clinic form',
          at: '2027-01-05T15:00:00.000Z',
        },
      },
      { check: 'ended', result: 'passed', saw: { status: 'open' } },
      { check: 'lifecycle', result: 'passed', saw: { during: null, stage: null } },
      { check: 'lock', result: 'passed', saw: { holder: null } },
      { check: 'holdout', result: 'passed', saw: { heldOut: false, asked: [heldOut] } },
      { check: 'cap', result: 'refused', saw: { caps: [{ counted: 1, most: 1, on: '2027-02-02' }] } },
    ]);
    expect(send).toBeUndefined();
  });

  it('is not told by what holds today', async () => {
    const { body } = await world.call<{ subscriptions: { status: string }[] }>(
      'GET',
      '/api/customers/user_id:x',
    );
    expect(body.subscriptions).toMatchObject([{ status: 'unsubscribed' }]);
    const { decision } = await why({ at: '2027-02-02' });
    expect(decision?.checks[1]?.saw).toMatchObject({ status: 'subscribed' });
    expect((await why({ at: '2027-02-02T16:00:00Z' })).decision?.verdict).toBe('send');
  });

  it('is told by the command line in words and in the customer’s own time', async () => {
    const { exitCode, out } = await jornada('why', 'user_id:x', '--message', 'reactivation-1', '--at', asked);
    expect([exitCode, out.split('\n').map((line) => line.trimEnd())]).toEqual([
      0,
      [
        `reactivation-1 of ${asking}, asked for at 2027-02-03T03:00:00.000Z, was suppressed: capped.`,
        '',
        'Decided 2027-02-02 22:00:00 (America/New_York), with what was known then:',
        '  ✓ erased       no',
        '  ✓ consent      subscribed (sms) since 2027-01-05, by clinic form; asked as marketing',
        '  ✓ ended        no',
        '  ✓ lifecycle    none',
        '  ✓ lock         none',
        `  ✓ holdout      7,312 of 10,000, not held out of ${asking} (10%)`,
        '  ✗ cap          1 of 1 on 2027-02-02',
        '  · quiet hours  not asked',
        '  · pace         not asked',
        '  · content      not asked',
        '',
        expect.stringMatching(
          new RegExp(`^${asking}: the run had ended at 2027-02-03T03:00:00.*, completed`),
        ),
        '',
      ],
    ]);
  });

  it('is told by the command line as by the API', async () => {
    const given = ['--message', 'reactivation-1', '--at', '2027-02-02', '--json'];
    const { exitCode, out } = await jornada('why', `phone:${number}`, ...given);
    expect([exitCode, JSON.parse(out)]).toEqual([0, await why({ at: '2027-02-02' })]);
  });
});
