import { hours, journey } from 'jornada';

/** Looked at a feature and did not use it within a day: one message shows how. */
export const featureHowTo = journey(
  'feature-how-to',
  {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Feature Viewed', key: 'feature' },
    reentry: 'always',
    listens: ['Feature Adopted'],
  },
  async (j, { feature }) => {
    const adopted = await j.waitFor('Feature Adopted', { where: { feature }, timeout: hours(24) });
    if (!adopted.ok) await j.send('feature-how-to', { feature });
  },
);
