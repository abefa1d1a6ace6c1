// fails: eslint(no-restricted-imports)
import { createActivities } from '../activities';

export const made = createActivities;
