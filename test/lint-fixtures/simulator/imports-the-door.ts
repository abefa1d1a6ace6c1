// fails: eslint(no-restricted-imports)
import { handOver } from '../activities/send/hand-over';

export const send = handOver;
