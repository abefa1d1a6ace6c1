import { day, days, journey, seconds } from 'jornada';

/** What is sent on which day after registration, at 10:00 where the customer is. */
const parts = [
  { day: 2, message: 'onboarding-2' },
  { day: 5, message: 'onboarding-3' },
  { day: 9, message: 'onboarding-4', teaches: 'find-provider' },
  { day: 14, message: 'onboarding-5' },
  { day: 21, message: 'onboarding-6' },
  { day: 30, message: 'onboarding-7' },
  { day: 45, message: 'onboarding-8' },
  { day: 60, message: 'onboarding-9' },
  { day: 80, message: 'onboarding-10' },
] as const;

/** A tour in ten parts, for as long as the customer is new. What is known already is not taught. */
export const onboarding = journey(
  'onboarding',
  {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Account Registered' },
    reentry: 'never',
    during: 'new',
    listens: ['Feature Adopted'],
  },
  async (j) => {
    await j.send('onboarding-1');

    for (const part of parts) {
      const due = await j.until(day(part.day).at('10:00'));
      // A part held back past the next one's day leaves that one out: two in a row teach nobody.
      if (!due.ok) continue;
      if ('teaches' in part) {
        const used = { where: { feature: part.teaches }, lookback: days(365), timeout: seconds(0) };
        const learned = await j.waitFor('Feature Adopted', used);
        if (learned.ok) continue;
      }
      await j.send(part.message);
    }
  },
);
