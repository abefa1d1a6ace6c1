// fails: eslint(no-restricted-imports)
import * as everything from '@temporalio/client';

export const all = everything;
