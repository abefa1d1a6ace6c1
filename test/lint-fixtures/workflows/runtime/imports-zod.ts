// fails: eslint(no-restricted-imports)
import * as everything from 'zod';

export const all = everything;
