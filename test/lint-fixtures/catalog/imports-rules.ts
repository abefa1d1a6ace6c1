// fails: eslint(no-restricted-imports)
import { isQuiet } from '../rules/quiet-hours';

export const quiet = isQuiet;
