// fails: eslint(no-restricted-imports)
import { startWorker } from '../../worker/worker';

export const start = startWorker;
