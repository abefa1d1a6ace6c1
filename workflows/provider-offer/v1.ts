import { days, journey } from 'jornada';

/** Looked for a provider and never redeemed anything: one code of their own for the first visit. */
export const providerOffer = journey(
  'provider-offer',
  {
    version: 1,
    purpose: 'marketing',
    enter: { audience: 'searched-without-redeeming' },
    reentry: { after: days(30) },
    exit: { on: 'Offer Redeemed' },
    codes: 'provider-offer',
  },
  async (j) => {
    const offer = await j.grantOffer('provider-offer', { expiresIn: days(30) });
    await j.send('provider-offer', { offer });
  },
);
