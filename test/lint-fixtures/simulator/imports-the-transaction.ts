// fails: eslint(no-restricted-imports)
import { writeBatch } from '../ingest/write-batch';

export const write = writeBatch;
