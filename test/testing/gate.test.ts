import { days, hours, type Journey, journey, localTime, minutes } from 'jornada';
import { testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import type { JourneyPolicy } from '../../catalog/policy';

const base = {
  version: 1,
  purpose: 'marketing',
  enter: { on: 'Feature Viewed' },
  reentry: 'always',
} as const;
const sending = (
  id: string,
  message: 'onboarding-1' | 'onboarding-2' | 'onboarding-3',
  policy: Partial<JourneyPolicy>,
): Journey => journey(id, { ...base, ...policy } as typeof base, async (j) => void (await j.send(message)));
const feature = { feature: 'find-provider' };

describe('the gate in a test', () => {
  const locking = [
    sending('gamma', 'onboarding-3', { lock: { priority: 3, for: days(1) } }),
    sending('alpha', 'onboarding-1', { lock: { priority: 1, for: days(7) } }),
    sending('beta', 'onboarding-2', { lock: { priority: 2, for: days(3) } }),
  ];

  it('gives a customer to one journey at a time, by priority, whatever the order they are listed in', async () => {
    const t = testJourneys({ catalog, journeys: locking, at: '2027-02-01T15:00:00Z' });
    const x = await t.customer('x');
    await x.does('Feature Viewed', feature);
    await t.advance(days(14));
    expect(x).toHaveSentExactly([
      'onboarding-1 @ 2027-02-01T15:00:00Z',
      'onboarding-2 @ 2027-02-08T15:00:00Z',
      'onboarding-3 @ 2027-02-11T15:00:00Z',
    ]);
    expect(x).toHaveBeenDeferred('onboarding-3', { until: '2027-02-08T15:00:00Z', reason: 'locked' });
    expect(x).toHaveBeenDeferred('onboarding-3', { until: '2027-02-11T15:00:00Z', reason: 'locked' });
  });

  it('sends no faster than a sender may, moments before marketing', async () => {
    const slow = { ...catalog.workspace, senders: { default: { segmentsPerSecond: 1 / 60 } } };
    const journeys = [
      sending('campaign', 'onboarding-1', {}),
      sending('moment', 'onboarding-2', { purpose: 'moment', enter: { on: 'Feature Adopted' } }),
    ];
    const t = testJourneys({
      catalog: { ...catalog, workspace: slow },
      journeys,
      at: '2027-02-01T15:00:00Z',
    });
    const [x, y, z] = [await t.customer('x'), await t.customer('y'), await t.customer('z')];
    for (const one of [x, y, z]) await one.does('Feature Viewed', feature);
    expect(x).toHaveSentExactly(['onboarding-1 @ 2027-02-01T15:00:00Z']);
    expect(y).toHaveBeenDeferred('onboarding-1', { until: '2027-02-01T15:01:00Z', reason: 'paced' });
    expect(z).toHaveBeenDeferred('onboarding-1', { until: '2027-02-01T15:02:00Z', reason: 'paced' });

    await z.does('Feature Adopted', feature);
    await t.advance(minutes(5));
    expect(y).toHaveSentExactly(['onboarding-1 @ 2027-02-01T15:01:00Z']);
    expect(z).toHaveSentExactly([
      'onboarding-2 @ 2027-02-01T15:00:00Z',
      'onboarding-1 @ 2027-02-01T15:02:00Z',
    ]);
  });

  it('judges those who wake in one instant by priority, whoever set the alarm first', async () => {
    const waking = (
      id: string,
      message: 'onboarding-1' | 'onboarding-2',
      on: 'Feature Viewed' | 'Feature Adopted',
      priority: number,
    ) =>
      journey(id, { ...base, enter: { on }, lock: { priority, for: days(1) } }, async (j) => {
        await j.until(localTime('18:00'));
        await j.send(message);
      });
    const journeys = [
      waking('second', 'onboarding-2', 'Feature Viewed', 2),
      waking('first', 'onboarding-1', 'Feature Adopted', 1),
    ];
    const t = testJourneys({ catalog, journeys, at: '2027-02-01T15:00:00Z' });
    const x = await t.customer('x');
    await x.does('Feature Viewed', feature);
    await t.advance(hours(1));
    await x.does('Feature Adopted', feature);
    await t.advance(days(3));
    expect(x).toHaveSentExactly([
      'onboarding-1 @ 2027-02-01T23:00:00Z',
      'onboarding-2 @ 2027-02-02T23:00:00Z',
    ]);
  });

  it('counts what was sent toward the cap, though the run that sent it is over', async () => {
    const twice = [sending('one', 'onboarding-1', {}), sending('other', 'onboarding-2', {})];
    const t = testJourneys({ catalog, journeys: twice });
    const x = await t.customer('x');
    await x.does('Feature Viewed', feature);
    await t.advance(hours(1));
    await x.does('Feature Viewed', feature);
    expect(x).toHaveSentExactly(['onboarding-1']);
    expect(x).toHaveBeenSuppressed('onboarding-2', 'capped');
    await t.moveTo('2027-02-03T15:00:00Z');
    await x.does('Feature Viewed', feature);
    expect(x).toHaveSentExactly(['onboarding-1', 'onboarding-1']);
  });

  it('holds the same people out each time, and no others', async () => {
    const heldOut = async () => {
      const journeys = [sending('tried', 'onboarding-1', { holdout: { percent: 50 } })];
      const t = testJourneys({ catalog, journeys });
      const kept: string[] = [];
      for (let n = 0; n < 40; n++) {
        const one = await t.customer(`c${n}`);
        await one.does('Feature Viewed', feature);
        const [decision] = one.timeline('decision');
        if (decision?.['reason'] === 'holdout') kept.push(one.name);
        else expect(one).toHaveSent('onboarding-1');
      }
      return kept;
    };
    const first = await heldOut();
    expect(first.length).toBeGreaterThan(5);
    expect(first.length).toBeLessThan(35);
    expect(await heldOut()).toEqual(first);
  });
});
