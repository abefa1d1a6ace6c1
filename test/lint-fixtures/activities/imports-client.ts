// fails: eslint(no-restricted-imports)
import { timeline } from '../client/api/timeline';

export const read = timeline;
