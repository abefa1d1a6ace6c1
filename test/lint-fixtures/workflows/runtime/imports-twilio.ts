// fails: eslint(no-restricted-imports)
import * as everything from 'twilio';

export const all = everything;
