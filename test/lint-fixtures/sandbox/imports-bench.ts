// fails: eslint(no-restricted-imports)
import { bench } from '../bench/main';

export const run = bench;
