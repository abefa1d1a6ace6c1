// fails: eslint(no-restricted-imports)
import * as everything from '@temporalio/activity';

export const all = everything;
