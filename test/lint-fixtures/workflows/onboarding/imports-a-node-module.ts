// fails: eslint(no-restricted-imports)
import { randomUUID } from 'node:crypto';

export const id = randomUUID;
