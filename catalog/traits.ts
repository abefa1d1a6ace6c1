import { trait, z } from 'jornada/catalog';

/** What is known of customers and journeys may decide by. Any other trait is kept, and no journey sees it. */
export const traits = {
  plan: trait(z.enum(['basic', 'plus', 'family'])),
  points: trait(z.number()),
  insured: trait(z.boolean()),
  lastName: trait(z.string(), { pii: true }),
} as const;
