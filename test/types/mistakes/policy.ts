import { journey } from 'jornada';

export const wrongKey = journey(
  'wrong-key',
  // mistake: "visitId"
  { version: 1, purpose: 'moment', enter: { on: 'Feature Viewed', key: 'visitId' }, reentry: 'always' },
  async () => {},
);

export const misspelledOption = journey(
  'misspelled-option',
  // mistake: 'reEntry' does not exist
  { version: 1, purpose: 'moment', enter: { on: 'Feature Viewed' }, reentry: 'never', reEntry: 'always' },
  async () => {},
);

export const wrongOffer = journey(
  'wrong-offer',
  { version: 1, purpose: 'moment', enter: { on: 'Feature Viewed' }, reentry: 'never' },
  async (j) => {
    // mistake: "half-price"
    await j.grantOffer('half-price', { expiresIn: { days: 1 } });
  },
);
