// fails: eslint(no-restricted-imports)
import { readJourneys } from '../analysis/reading/read-journeys';

export const read = readJourneys;
