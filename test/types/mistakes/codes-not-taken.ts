import { days, journey } from 'jornada';

const policy = {
  version: 1,
  purpose: 'marketing',
  enter: { audience: 'searched-without-redeeming' },
  reentry: { after: days(30) },
} as const;

export const mistaken = journey('codes-not-taken', policy, async (j) => {
  // mistake: Argument of type '"provider-offer"' is not assignable
  const offer = await j.grantOffer('provider-offer', { expiresIn: days(30) });
  await j.send('provider-offer', { offer: { ...offer, code: '' } });
});

export const codesOfNone = journey(
  'codes-of-none',
  // mistake: '"flash-reward"' is not assignable to type '"provider-offer"'
  { ...policy, codes: 'flash-reward' },
  async () => {},
);

export const withoutCode = journey('without-code', policy, async (j) => {
  const offer = await j.grantOffer('reactivation-gift', { expiresIn: days(30) });
  // mistake: Property 'code' is optional
  await j.send('provider-offer', { offer });
});
