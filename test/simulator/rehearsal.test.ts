import { join } from 'node:path';
import { days, hours, journey, minutes } from 'jornada';
import * as catalog from '../../catalog';
import { type Buyer, expectedReactivations, readBuyers } from '../../sandbox/demo/cdnow';
import { lineText } from '../../simulator/comparison';
import { generatedPerson } from '../../simulator/generated';
import type { Act, Person } from '../../simulator/rehearsal';
import { rehearseAll } from '../../simulator/rehearser';
import { flashReward } from '../../workflows/flash-reward/v1';
import { journeys } from '../../workflows/journeys';
import { onboarding } from '../../workflows/onboarding/v1';
import { reactivation } from '../../workflows/reactivation/v1';

const project = { ...catalog, journeys };
const from = new Date('2027-10-27T01:40:00Z');
const span = { from, to: new Date(from.getTime() + 90 * 86_400_000), seed: 'a', tellStories: true };

function registering(id: string): Person {
  const common = { source: 'test', userId: id } as const;
  const phone = `+1212555${id.slice(-4).padStart(4, '0')}`;
  const context = { messaging_subscriptions: [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }] };
  const traits = { phone, timezone: 'America/Los_Angeles' };
  return {
    id,
    acts: [
      { at: from, event: { ...common, type: 'identify', messageId: `${id}/1`, traits, context } },
      { at: from, event: { ...common, type: 'track', messageId: `${id}/2`, name: 'Account Registered' } },
    ],
  };
}

describe('a rehearsal', () => {
  it('sees the ten parts of onboarding at their instants', async () => {
    const people = [registering('0142')];
    const { stories, totals } = await rehearseAll([{ ...project, journeys: [onboarding] }], people, span);
    const sent = stories[0]?.lines.filter(({ what }) => what === 'sent').map(lineText);
    expect(sent).toEqual([
      '2027-10-27T01:40:00Z sent onboarding-1',
      '2027-10-28T17:00:00Z sent onboarding-2',
      '2027-10-31T17:00:00Z sent onboarding-3',
      '2027-11-04T17:00:00Z sent onboarding-4',
      '2027-11-09T18:00:00Z sent onboarding-5',
      '2027-11-16T18:00:00Z sent onboarding-6',
      '2027-11-25T18:00:00Z sent onboarding-7',
      '2027-12-10T18:00:00Z sent onboarding-8',
      '2027-12-25T18:00:00Z sent onboarding-9',
      '2028-01-14T18:00:00Z sent onboarding-10',
    ]);
    expect(totals[0]?.journeys['onboarding v1']).toMatchObject({
      entered: 1,
      ended: { completed: 1 },
      open: 0,
    });
  });

  it('comes to the same for the same seed, and to something else for another', async () => {
    const run = (seed: string) => {
      const options = { seed, from, days: 90 };
      const people = Array.from({ length: 30 }, (_, n) => generatedPerson(project, n, options));
      return rehearseAll([project], people, { ...span, seed });
    };
    const [first, again, other] = [await run('a'), await run('a'), await run('b')];
    expect(again).toEqual(first);
    expect(other.totals).not.toEqual(first.totals);
    expect(first.totals[0]?.mistakes).toEqual({});
    expect(Object.keys(first.totals[0]?.journeys ?? {}).length).toBeGreaterThan(3);
  });

  it('says who two versions treat differently, and where that begins', async () => {
    const sooner = journey(
      'flash-reward',
      {
        version: 2,
        purpose: 'moment',
        enter: { on: 'Visit Checked In', key: 'visitId', maxAge: minutes(15) },
        reentry: { after: minutes(30) },
        goal: { on: 'Offer Redeemed', within: hours(2) },
        listens: ['Offer Redeemed'],
      },
      async (j) => {
        const offer = await j.grantOffer('flash-reward', { expiresIn: hours(2) });
        await j.send('flash-reward', { offer });
        const redeemed = await j.waitFor('Offer Redeemed', { timeout: minutes(60) });
        if (!redeemed.ok) await j.send('flash-reward-reminder', { offer });
      },
    );
    const visiting = (id: string, redeems: boolean): Person => {
      const { acts } = registering(id);
      const common = { source: 'test', userId: id } as const;
      const at = (ms: number) => new Date(Date.parse('2027-10-28T18:00:00Z') + ms);
      const visit: Act = {
        at: at(0),
        event: {
          ...common,
          type: 'track',
          messageId: `${id}/v`,
          name: 'Visit Checked In',
          properties: { visitId: 1, providerId: 2 },
        },
      };
      const redemption: Act = {
        at: at(60_000),
        event: {
          ...common,
          type: 'track',
          messageId: `${id}/r`,
          name: 'Offer Redeemed',
          properties: { offerId: 'x' },
        },
      };
      return { id, acts: [...acts, visit, ...(redeems ? [redemption] : [])] };
    };
    const sides = [
      { ...project, journeys: [flashReward] },
      { ...project, journeys: [sooner] },
    ] as const;
    const people = [visiting('0001', true), visiting('0002', false)];
    const { partings, parted, totals } = await rehearseAll([...sides], people, span);
    expect(parted).toBe(1);
    expect(partings[0]?.id).toBe('0002');
    expect(partings[0]?.left && lineText(partings[0].left)).toBe(
      '2027-10-28T19:30:00Z sent flash-reward-reminder',
    );
    expect(partings[0]?.right && lineText(partings[0].right)).toBe(
      '2027-10-28T19:00:00Z sent flash-reward-reminder',
    );
    expect(totals).toHaveLength(2);
  });

  it('tells of a run that stands still, and goes on with the others', async () => {
    const broken = journey(
      'broken',
      { version: 1, purpose: 'marketing', enter: { on: 'Account Registered' }, reentry: 'never' },
      async (j) => {
        await j.wait(days(1));
        throw new Error('a bug');
      },
    );
    const people = [registering('0001'), registering('0002')];
    const { totals, stories } = await rehearseAll([{ ...project, journeys: [broken] }], people, span);
    expect(totals[0]?.mistakes).toEqual({ 'a bug': 2 });
    expect(stories.map(({ mistake }) => mistake)).toEqual(['a bug', 'a bug']);
  });
});

describe('the CDNOW sample, two thousand shoppers of 1997 and 1998', () => {
  const start = new Date('2027-05-01T16:00:00Z');
  const end = new Date('2029-02-27T17:00:00Z');
  const buyers = readBuyers(join(__dirname, '..', 'data', 'cdnow-sample.txt'), 100_000, start);

  function shopping({ userId, phone, orders }: Buyer): Person {
    const common = { source: 'test', userId } as const;
    const context = { messaging_subscriptions: [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }] };
    const first = orders[0]?.at ?? start;
    const bought = orders.map(({ at, units, dollars }, n): Act => {
      const properties = { units, revenue: dollars };
      return {
        at,
        event: { ...common, type: 'track', messageId: `${userId}/${n}`, name: 'Order Completed', properties },
      };
    });
    return {
      id: userId,
      acts: [
        {
          at: first,
          event: { ...common, type: 'identify', messageId: `${userId}/i`, traits: { phone }, context },
        },
        {
          at: first,
          event: { ...common, type: 'track', messageId: `${userId}/a`, name: 'Account Registered' },
        },
        ...bought,
      ],
    };
  }

  it('go through reactivation as the rules say, each of them', async () => {
    const people = buyers.map(shopping);
    const options = { from: start, to: end, seed: 'cdnow', tellStories: true };
    const { stories } = await rehearseAll([{ ...project, journeys: [reactivation] }], people, options);
    const actual = stories.map(({ lines }) => {
      const count = (what: string, reason = '') =>
        lines.filter((line) => line.what === what && (line.reason ?? '').startsWith(reason)).length;
      const [entered, refused, wonBack, texts] = [
        count('entered'),
        count('refused'),
        count('ended', 'exited'),
        count('sent'),
      ];
      return { entered, refused, wonBack, texts };
    });
    expect(buyers.length).toBe(2_357);
    expect(actual).toEqual(
      buyers.map((buyer) => expectedReactivations(buyer, new Date('2029-02-27T16:00:00Z'))),
    );
  });
});
