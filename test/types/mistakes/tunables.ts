import { journey, minutes, within } from 'jornada';

const mixed = within(minutes(90), {
  // mistake: Type 'number' is not assignable to type 'Duration'
  least: 15,
  most: minutes(120),
});

// mistake: Property 'most' is missing
const open = within(10, { least: 5 });

const tunables = { mixed, open, share: within(10, { least: 5, most: 25 }) };

export const mistaken = journey(
  'tunables',
  { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed' }, reentry: 'always' },
  async (j) => {
    // mistake: Property 'shares' does not exist
    const { shares } = await j.tunables(tunables);
    await j.outcome('share', shares);
  },
);
