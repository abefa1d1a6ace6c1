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

export const wrongStage = journey(
  'wrong-stage',
  // mistake: "lapsed"
  { version: 1, purpose: 'marketing', enter: { stage: 'lapsed' }, reentry: 'never' },
  async () => {},
);

export const wrongDuring = journey(
  'wrong-during',
  // mistake: "lapsed"
  { version: 1, purpose: 'marketing', enter: { on: 'App Opened' }, reentry: 'never', during: 'lapsed' },
  async () => {},
);

export const wrongAudience = journey(
  'wrong-audience',
  // mistake: "searched-without-redeming"
  { version: 1, purpose: 'marketing', enter: { audience: 'searched-without-redeming' }, reentry: 'never' },
  async () => {},
);

export const wrongGoal = journey(
  'wrong-goal',
  {
    version: 1,
    purpose: 'moment',
    enter: { on: 'Visit Checked In' },
    reentry: 'never',
    // mistake: "visitID"
    goal: { on: 'Treatment Recorded', match: 'visitID', within: { days: 1 } },
  },
  async () => {},
);

export const wrongArm = journey(
  'wrong-arm',
  { version: 1, purpose: 'marketing', enter: { on: 'App Opened' }, reentry: 'never' },
  async (j) => {
    const arm = await j.experiment('subject', { plain: 50, playful: 50 });
    // mistake: have no overlap
    if (arm === 'playfull') await j.send('onboarding-1');
  },
);
