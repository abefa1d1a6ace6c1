import { trait, z } from 'jornada/catalog';

/** What is known of customers and journeys may decide by: your services send it with `identify`. */
export const traits = {
  plan: trait(z.enum(['free', 'plus'])),
};
