// fails: eslint(no-restricted-imports)
import { startStack } from '../sandbox/stack';

export const start = startStack;
