// fails: eslint(no-restricted-imports)
import { journeys } from '../workflows/journeys';

export const ids = journeys.map(({ id }) => id);
