import { journey } from 'jornada';

export const mistaken = journey(
  'unknown-message',
  { version: 1, purpose: 'marketing', enter: { on: 'Account Registered' }, reentry: 'never' },
  async (j) => {
    // mistake: "onboarding-11"
    await j.send('onboarding-11');
  },
);
