import { journey } from 'jornada';

export const mistaken = journey(
  'missing-data',
  { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed', key: 'feature' }, reentry: 'always' },
  async (j) => {
    // mistake: Expected 2-3 arguments, but got 1
    await j.send('feature-how-to');
    // mistake: 'feature' is missing
    await j.send('feature-how-to', {});
  },
);
