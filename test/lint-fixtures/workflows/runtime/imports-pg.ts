// fails: eslint(no-restricted-imports)
import * as everything from 'pg';

export const all = everything;
