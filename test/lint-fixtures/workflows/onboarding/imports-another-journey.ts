// fails: eslint(no-restricted-imports)
import { reactivation } from '../reactivation/v1';

export const other = reactivation;
