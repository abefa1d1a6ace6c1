import { hours, journey } from 'jornada';

export const mistaken = journey(
  'unlistened-event',
  {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Feature Viewed' },
    reentry: 'always',
    listens: ['Feature Adopted'],
  },
  async (j) => {
    // mistake: "App Opened"
    await j.waitFor('App Opened', { timeout: hours(1) });
    // mistake: "App Opened"
    await j.waitForAny({ opened: 'App Opened' }, { timeout: hours(1) });
  },
);

export const deaf = journey(
  'listens-to-nothing',
  { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed' }, reentry: 'always' },
  async (j) => {
    // mistake: never
    await j.waitFor('Feature Adopted', { timeout: hours(1) });
  },
);
