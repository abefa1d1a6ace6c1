import { hours, journey, minutes, within } from 'jornada';
import { audience, days } from 'jornada/catalog';
import type { TestCustomer } from 'jornada/testing';

const tunables = {
  share: within(10, { least: 5, most: 25 }),
  pause: within(minutes(90), { least: minutes(15), most: hours(2) }),
};

/** The journeys of `mistakes/` as they should be. */
export const corrected = [
  journey(
    'misspelled-property',
    {
      version: 1,
      purpose: 'moment',
      enter: { on: 'Visit Checked In', key: 'visitId' },
      reentry: 'always',
      listens: ['Offer Redeemed'],
    },
    async (j, visit) => {
      await j.outcome('visit', visit.visitId);
      const offer = await j.grantOffer('flash-reward', { expiresIn: hours(2) });
      await j.waitFor('Offer Redeemed', { where: { offerId: offer.id }, timeout: minutes(90) });
    },
  ),
  journey(
    'unknown-message',
    { version: 1, purpose: 'marketing', enter: { on: 'Account Registered' }, reentry: 'never' },
    async (j) => {
      await j.send('onboarding-1');
    },
  ),
  journey(
    'missing-data',
    { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed', key: 'feature' }, reentry: 'always' },
    async (j, { feature }) => {
      await j.send('feature-how-to', { feature });
    },
  ),
  journey(
    'trait',
    { version: 1, purpose: 'marketing', enter: { on: 'Account Registered' }, reentry: 'never' },
    async (j) => {
      const { traits } = await j.profile();
      if (traits.plan === 'plus') await j.outcome('points', (traits.points ?? 0) + 1);
      if (traits.insured && traits.region !== undefined)
        await j.send('feature-how-to', { feature: traits.region });
    },
  ),
  journey(
    'unlistened-event',
    {
      version: 1,
      purpose: 'marketing',
      enter: { on: 'Feature Viewed' },
      reentry: 'always',
      listens: ['Feature Adopted', 'App Opened'],
    },
    async (j) => {
      await j.waitFor('App Opened', { timeout: hours(1) });
    },
  ),
  journey(
    'missing-timeout',
    {
      version: 1,
      purpose: 'marketing',
      enter: { stage: 'inactive' },
      reentry: 'always',
      listens: ['App Opened', 'Offer Redeemed'],
    },
    async (j, { to }) => {
      await j.outcome('stage', to);
      const first = await j.waitForAny(
        { opened: 'App Opened', redeemed: { event: 'Offer Redeemed', where: { offerId: 'O1' } } },
        { timeout: hours(1) },
      );
      if (first.ok && first.winner === 'redeemed') await j.outcome('amount', first.event.properties.amount);
    },
  ),
  journey(
    'tunables',
    { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed' }, reentry: 'always' },
    async (j) => {
      const { share, pause } = await j.tunables(tunables);
      await j.experiment('tone', { plain: 100 - share, playful: share });
      await j.wait(pause);
    },
  ),
];

export const codesTaken = journey(
  'codes-taken',
  {
    version: 1,
    purpose: 'marketing',
    enter: { audience: 'searched-without-redeeming' },
    reentry: 'never',
    codes: 'provider-offer',
  },
  async (j) => {
    const offer = await j.grantOffer('provider-offer', { expiresIn: hours(2) });
    await j.send('provider-offer', { offer });
    await j.grantOffer('flash-reward', { expiresIn: hours(2) });
  },
);

/** The audiences, too. */
export const audiences = {
  declared: audience({
    all: [
      { trait: 'plan', in: ['plus', 'family'] },
      { trait: 'points', in: [0, 1] },
    ],
  }),
  personal: audience({
    any: [
      { trait: 'lastName', known: false },
      { trait: 'region', in: ['US-TX'] },
    ],
  }),
  events: audience({ not: { did: 'App Opened', within: days(30) } }),
};

/** A service may tell of more than what is declared, and a test as well. */
export async function told(customer: TestCustomer): Promise<void> {
  await customer.is({ plan: 'plus', points: null, shoeSize: 44 });
}
