import { days } from 'jornada';
import { checkHistories, testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { onboarding } from '../../workflows/onboarding/v1';

const about = { catalog, journeys: [onboarding], at: '2027-10-27T01:40:00Z' };
const here = { timezone: 'America/Los_Angeles' };

describe('onboarding', () => {
  it('sends ten parts in ninety days, at ten in the morning where the customer is', async () => {
    const t = testJourneys(about);
    const ana = await t.customer('ana', here);
    await ana.does('Account Registered');
    await t.moveTo('2028-01-25T00:00:00Z');
    expect(ana).toHaveSentExactly([
      'onboarding-1 @ 2027-10-27T01:40:00Z',
      'onboarding-2 @ 2027-10-28T17:00:00Z',
      'onboarding-3 @ 2027-10-31T17:00:00Z',
      'onboarding-4 @ 2027-11-04T17:00:00Z',
      'onboarding-5 @ 2027-11-09T18:00:00Z',
      'onboarding-6 @ 2027-11-16T18:00:00Z',
      'onboarding-7 @ 2027-11-25T18:00:00Z',
      'onboarding-8 @ 2027-12-10T18:00:00Z',
      'onboarding-9 @ 2027-12-25T18:00:00Z',
      'onboarding-10 @ 2028-01-14T18:00:00Z',
    ]);
    expect(ana).toHaveEnded('completed', { at: '2028-01-14T18:00:00Z', journey: 'onboarding' });
    expect(ana).toBeInStage('inactive');
  });

  it('goes with a customer who moves', async () => {
    const t = testJourneys(about);
    const ana = await t.customer('ana', here);
    await ana.does('Account Registered');
    await t.moveTo('2027-11-07T18:00:00Z');
    await ana.is({ timezone: 'America/New_York' });
    await t.moveTo('2027-11-10T00:00:00Z');
    expect(ana).toHaveSent('onboarding-5', { at: '2027-11-09T15:00:00Z' });
  });

  it('does not teach what is known', async () => {
    const t = testJourneys(about);
    const ana = await t.customer('ana', here);
    await ana.does('Account Registered');
    await t.moveTo('2027-11-03T20:00:00Z');
    await ana.does('Feature Adopted', { feature: 'find-provider' });
    await t.advance(days(90));
    expect(ana).not.toHaveSent('onboarding-4');
    expect(ana).toHaveSent('onboarding-5', { at: '2027-11-09T18:00:00Z' });
    expect(ana).toHaveEntered('onboarding', { times: 1 });
  });

  it('keeps its word whatever happens, in whatever order, and whoever dies', async () => {
    const checked = checkHistories({
      ...about,
      customer: here,
      apart: days(20),
      most: 6,
      runs: 40,
      acts: [
        { event: 'Account Registered' },
        { event: 'Feature Adopted', properties: { feature: 'find-provider' } },
        { texts: 'STOP' },
        { traits: { timezone: 'Asia/Tokyo' } },
        { traits: { timezone: 'America/New_York' } },
      ],
      invariants: {
        'no part is sent twice': (customer) => {
          const sent = customer.timeline('send').filter(({ status }) => status === 'sent');
          return new Set(sent.map(({ message }) => message)).size === sent.length;
        },
      },
    });
    await expect(checked).resolves.toBeUndefined();
  });
});
