import { day, days, journey } from 'jornada';

/** Greets who registers, and offers a little something on day three to who has not ordered by then. */
export const welcome = journey(
  'welcome',
  {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Account Registered' },
    reentry: 'never',
    during: 'new',
    goal: { on: 'Order Completed', within: days(14) },
  },
  async (j) => {
    await j.send('welcome');
    await j.until(day(3).at('10:00'));
    const offer = await j.grantOffer('first-order', { expiresIn: days(7) });
    await j.send('first-order', { offer });
  },
);
