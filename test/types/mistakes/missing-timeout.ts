import { journey } from 'jornada';

export const mistaken = journey(
  'missing-timeout',
  {
    version: 1,
    purpose: 'marketing',
    enter: { stage: 'inactive' },
    reentry: 'always',
    listens: ['App Opened'],
  },
  async (j) => {
    // mistake: Expected 2 arguments, but got 1
    await j.waitFor('App Opened');
    // mistake: 'timeout' is missing
    await j.waitFor('App Opened', {});
    // mistake: 'timeout' is missing
    await j.waitForAny({ opened: 'App Opened' }, {});
  },
);
