import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { days, hours, type Journey, journey, minutes } from 'jornada';
import {
  checkHistories,
  gate,
  matchers,
  mishaps,
  type TestCustomer,
  testJourneys,
  twilio,
} from 'jornada/testing';
import * as catalog from '../../catalog';
import { asTest } from '../../testing/ready-made-test';
import { appointmentCare } from '../../workflows/appointment-care/v1';
import { featureHowTo } from '../../workflows/feature-how-to/v1';
import { reactivation } from '../../workflows/reactivation/v1';
import { testFolder } from '../support/folders';

const feature = { feature: 'find-provider' };

async function shown() {
  const t = testJourneys({ catalog, journeys: [featureHowTo] });
  const ana = await t.customer('ana');
  await ana.does('Feature Viewed', feature);
  await t.advance(hours(24));
  return { t, ana };
}

describe('an expectation that is not met', () => {
  it('shows the timeline', async () => {
    const { ana } = await shown();
    const { pass, message } = matchers.toHaveSent(ana, 'feature-how-to', { at: '2027-02-03T15:00:01Z' });
    expect(pass).toBe(false);
    expect(message()).toBe(
      [
        'expected ana to have been sent feature-how-to with at 2027-02-03T15:00:01Z',
        '',
        'What happened to ana:',
        '  2027-02-02T15:00:00Z  user_id attached',
        '  2027-02-02T15:00:00Z  phone attached',
        '  2027-02-02T15:00:00Z  → identify {"phone":"+19175550001"}',
        '  2027-02-02T15:00:00Z  sms subscribed',
        '  2027-02-02T15:00:00Z  → identify',
        '  2027-02-02T15:00:00Z  → Feature Viewed {"feature":"find-provider"}',
        '  2027-02-02T15:00:00Z  feature-how-to entered',
        '  2027-02-03T15:00:00Z  ✉ feature-how-to',
        '  2027-02-03T15:00:00Z    feature-how-to delivered',
        '  2027-02-03T15:00:00Z  feature-how-to completed',
      ].join('\n'),
    );
  });

  const cases: readonly (readonly [string, (ana: unknown) => { pass: boolean }])[] = [
    ['another phone', (ana) => matchers.toHaveSent(ana, 'feature-how-to', { to: '+15005550006' })],
    ['another text', (ana) => matchers.toHaveSent(ana, 'feature-how-to', { body: /points/ })],
    ['another count', (ana) => matchers.toHaveSent(ana, 'feature-how-to', { times: 2 })],
    ['another message', (ana) => matchers.toHaveSentExactly(ana, ['onboarding-1'])],
    ['silence', (ana) => matchers.toHaveSentNothing(ana)],
    ['another end', (ana) => matchers.toHaveEnded(ana, 'exited')],
    [
      'another instant of the end',
      (ana) => matchers.toHaveEnded(ana, 'completed', { at: '2027-02-03T15:00:00.001Z' }),
    ],
    ['another journey', (ana) => matchers.toHaveEntered(ana, 'onboarding')],
    ['a refusal', (ana) => matchers.toHaveBeenRefused(ana, 'feature-how-to')],
    ['a suppression', (ana) => matchers.toHaveBeenSuppressed(ana, 'feature-how-to')],
    ['a deferral', (ana) => matchers.toHaveBeenDeferred(ana, 'feature-how-to')],
    ['an outcome', (ana) => matchers.toHaveOutcome(ana, 'goal')],
    ['a stage', (ana) => matchers.toBeInStage(ana, 'new')],
    ['an invariant', (ana) => matchers.toKeepInvariants(ana, { 'nothing is ever sent': () => false })],
    ['another timeline', (ana) => matchers.toHaveTimeline(ana, '2027-02-02T15:00:00Z  → Feature Viewed')],
    ['another event', (ana) => matchers.toHaveDone(ana, 'App Opened')],
  ];
  it.each(cases)('fails for %s', async (_what, expectation) => {
    expect(expectation((await shown()).ana).pass).toBe(false);
  });

  it('takes the timeline as it shows it', async () => {
    const { ana } = await shown();
    expect(ana).toHaveTimeline(matchers.toHaveDone(ana, 'App Opened').message().split('ana:\n')[1] ?? '');
    expect(ana).toKeepInvariants({ 'somebody is sent something': (one) => one.timeline('send').length > 0 });
  });

  it('says what is no instant, and who is no customer', async () => {
    const { ana } = await shown();
    expect(() => matchers.toHaveSent(ana, 'feature-how-to', { at: 'noon' })).toThrow("'noon' is no instant");
    expect(() => matchers.toHaveSentNothing('ana')).toThrow('expected of a customer');
  });
});

describe('a test world', () => {
  it('refuses events that a server would set aside, and does not go back in time', async () => {
    const { t, ana } = await shown();
    await expect(ana.does('Feature Viewed', { feature: 7 as never })).rejects.toThrow(
      /EVENT_REFUSED: Feature Viewed: feature/,
    );
    await expect(ana.does('Lifecycle Stage Changed', { to: 'new' })).rejects.toThrow('no such event');
    await expect(t.moveTo('2027-02-02T15:00:00Z')).rejects.toThrow('does not go back');
  });

  it('moves stages by time alone, and ends what that ends', async () => {
    const t = testJourneys({ catalog, journeys: [reactivation], at: '2026-10-01T15:00:00Z' });
    const daniel = await t.customer('daniel');
    await daniel.does('Account Registered');
    for (const instant of ['2026-12-20T17:00:00Z', '2027-01-04T17:00:00Z']) {
      await t.arriveAt(instant);
      await daniel.does('App Opened');
    }
    await t.moveTo('2027-03-05T17:00:00Z');
    expect(daniel).toBeInStage('inactive');
    expect(daniel).toHaveSent('reactivation-1', { at: '2027-03-05T17:00:00Z' });
    await t.arriveAt('2027-03-08T17:30:00Z');
    await daniel.does('App Opened');
    expect(daniel).toHaveEnded('exit_stage', { at: '2027-03-08T17:30:00Z' });
    await t.advance(days(30));
    expect(daniel).not.toHaveSent('reactivation-2');
  });

  it('has an event come before the timer of its instant', async () => {
    const t = testJourneys({ catalog, journeys: [featureHowTo] });
    const [y, z] = [await t.customer('y'), await t.customer('z')];
    for (const one of [y, z]) await one.does('Feature Viewed', feature);
    await t.arriveAt('2027-02-03T15:00:00Z');
    await y.does('Feature Adopted', feature);
    await t.moveTo('2027-02-03T15:00:01Z');
    await z.does('Feature Adopted', feature);
    await t.advance(days(1));
    expect(y).toHaveSentNothing();
    expect(z).toHaveSentExactly(['feature-how-to @ 2027-02-03T15:00:00Z']);
  });

  it('makes one customer of two who turn out to be one', async () => {
    const t = testJourneys({ catalog, journeys: [featureHowTo] });
    const clinic = await t.customer('clinic', { firstName: 'Anna' });
    const app = await t.customer('app', { phone: null, subscribed: false });
    await app.does('Feature Viewed', feature);
    await app.does('Phone Verified', { phone: String(clinic.phone) });
    await t.advance(hours(24));
    // The limit of one user id a profile keeps them apart: the number moves.
    expect(app).toHaveBeenSuppressed('feature-how-to', 'consent');
  });

  it('settles what was never answered as production does', async () => {
    const t = testJourneys({ catalog, journeys: [appointmentCare] });
    const [x, y, z] = [await t.customer('x'), await t.customer('y'), await t.customer('z')];
    t.twilio(
      'appointment-confirmation',
      twilio.timesOut({ sent: true }),
      twilio.timesOut({ sent: false }),
      twilio.refuses('21610'),
    );
    const booking = { appointmentId: 'A1', startsAt: '2027-03-02T15:00:00.000Z' };
    for (const one of [x, y, z]) await one.does('Appointment Booked', booking);
    await t.advance(minutes(10));
    expect(x).toHaveSent('appointment-confirmation', { at: '2027-02-02T15:01:00Z', times: 1 });
    // Transactional: the gate is asked again at the end of the grace, and it is created once more.
    expect(y).toHaveSent('appointment-confirmation', { at: '2027-02-02T15:05:00Z', times: 1 });
    await t.moveTo('2027-03-02T15:00:00Z');
    expect(z).toHaveBeenSuppressed('appointment-reminder', 'consent');
  });

  it('has the gate say what the script says, and then speak for itself', async () => {
    const t = testJourneys({ catalog, journeys: [featureHowTo] });
    t.gate('feature-how-to', gate.deferred('2027-02-05T15:00:00Z'));
    const ana = await t.customer('ana');
    await ana.does('Feature Viewed', feature);
    await t.advance(days(7));
    expect(ana).toHaveBeenDeferred('feature-how-to', { until: '2027-02-05T15:00:00Z', reason: 'locked' });
    expect(ana).toHaveSentExactly(['feature-how-to @ 2027-02-05T15:00:00Z']);
  });
});

describe('random histories', () => {
  const twoFaced = (id: string, flow: Parameters<typeof journey>[2]): Journey =>
    journey(
      id,
      { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed' }, reentry: 'always' },
      flow,
    );
  const acts = [{ event: 'Feature Viewed', properties: feature }] as const;

  it('find a journey that decides by what it may not, and print it as a test', async () => {
    let walked = 0;
    const fickle = twoFaced('fickle', async (j) => {
      if (walked++ % 2 === 1) await j.outcome('odd');
      await j.send('onboarding-1');
      await j.wait(hours(1));
    });
    const found = checkHistories({ catalog, journeys: [fickle], acts: [...acts], seed: 1 });
    await expect(found).rejects.toThrow(
      /As a test:\n\ntest\('a history that was found to fail', async \(\) => \{/,
    );
  });

  it('find the history that breaks an invariant of one’s own, as small as it can be', async () => {
    const eager = twoFaced('eager', async (j) => void (await j.send('onboarding-1')));
    const found = checkHistories({
      catalog,
      journeys: [eager],
      acts: [{ texts: 'hello' }, ...acts],
      seed: 7,
      invariants: {
        'nobody is sent two': (ana) =>
          ana.timeline('send').filter(({ status }) => status === 'sent').length < 2,
      },
    });
    await expect(found).rejects.toThrow('This does not hold: nobody is sent two');
    await expect(found).rejects.toThrow(/does\('Feature Viewed'[^]*does\('Feature Viewed'/);
  });

  // What is printed is pasted: it must fail as it was found to, and not where the journey is as it should be.
  const printed = async (options: Parameters<typeof checkHistories>[0]): Promise<string> => {
    const failure = await checkHistories(options).then(
      () => '',
      (error: Error) => error.message,
    );
    return failure.split('As a test:\n\n')[1] ?? '';
  };
  let folder: string;
  beforeAll(() => {
    folder = testFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const pasted = async (text: string, journeys: readonly Journey[], invariants = {}): Promise<void> => {
    const file = join(folder, `${randomUUID()}.js`);
    writeFileSync(
      file,
      `module.exports = (test, testJourneys, catalog, journeys, mishaps, invariants) => {\n${text}\n};`,
    );
    const { default: paste } = (await import(file)) as { default: (...scope: unknown[]) => void };
    await new Promise<void>((resolve, reject) => {
      const test = (_name: string, body: () => Promise<void>) => void body().then(resolve, reject);
      paste(test, testJourneys, catalog, journeys, mishaps, invariants);
    });
  };

  it('print a test that fails where an invariant is broken, and passes once it is not', async () => {
    const invariants = {
      'nobody is sent two': (ana: TestCustomer) =>
        ana.timeline('send').filter(({ status }) => status === 'sent').length < 2,
    };
    const capless = (id: string, reentry: 'always' | 'never') =>
      journey(
        id,
        { version: 1, purpose: 'transactional', enter: { on: 'Feature Viewed' }, reentry },
        async (j) => void (await j.send('onboarding-1')),
      );
    const journeys = [capless('eager', 'always')];
    const text = await printed({ catalog, journeys, acts: [...acts], invariants });
    await expect(pasted(text, journeys, invariants)).rejects.toThrow(
      'This does not hold: nobody is sent two',
    );
    await expect(pasted(text, [capless('eager', 'never')], invariants)).resolves.toBeUndefined();
  });

  it('print a test that holds what happens on a calm day against what befell the workers', async () => {
    const journeys = [twoFaced('plain', async (j) => void (await j.send('onboarding-1')))];
    const options = { catalog, journeys, acts: [...acts] } as const;
    const step = { act: acts[0], after: 60_000, late: 0, twice: true };
    const history = { steps: [step], rest: 3_600_000, mishaps: 3 };
    const calm = `
      2027-02-02T15:00:00Z  user_id attached
      2027-02-02T15:00:00Z  phone attached
      2027-02-02T15:00:00Z  → identify {"phone":"+19175550001"}
      2027-02-02T15:00:00Z  sms subscribed
      2027-02-02T15:00:00Z  → identify
      2027-02-02T15:01:00Z  → Feature Viewed {"feature":"find-provider"}
      2027-02-02T15:01:00Z  plain entered
      2027-02-02T15:01:00Z  ✉ onboarding-1
      2027-02-02T15:01:00Z    onboarding-1 delivered
      2027-02-02T15:01:00Z  plain completed`;
    await expect(pasted(asTest(options, history, calm), journeys)).resolves.toBeUndefined();
    const other = calm.replace('✉ onboarding-1', '✉ `${onboarding}`');
    await expect(pasted(asTest(options, history, other), journeys)).rejects.toThrow('✉ `${onboarding}`');
  });
});
