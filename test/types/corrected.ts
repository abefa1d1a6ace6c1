import { hours, journey, minutes, within } from 'jornada';

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
